/** The tumbling sum again, in a process where seven other pipelines live: what shared code costs once many use it. */
import { stringKeys } from '../contenders/events.js';
import { runOtherPipelines } from '../contenders/otherPipelines.js';
import type { Scenario } from '../harness.js';
import { tumblingScenario } from './tumbling.js';

export function eightOperators(quick: boolean): Scenario {
  const panes = runOtherPipelines(quick ? 100_000 : 300_000);
  const scenario = tumblingScenario('eight-operators', stringKeys(10_000), quick);
  return {
    ...scenario,
    about: `${scenario.about}; seven other pipelines ran before (${panes} panes) and are still open`,
    contenders: scenario.contenders.filter(contender => contender.answers !== undefined),
  };
}
