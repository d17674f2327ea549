/** The tumbling sum again, in a process where seven other pipelines live: what shared code costs once many use it. */
import { runOtherPipelines } from '../contenders/otherPipelines.js';
import type { Scenario } from '../harness.js';
import { type Drawn, tumblingScenario } from './tumbling.js';

export function eightOperators<K>(name: string, keys: readonly K[], quick: boolean, drawn: Drawn = {}): Scenario {
  const panes = runOtherPipelines(quick ? 100_000 : 300_000);
  const scenario = tumblingScenario(name, keys, quick, drawn);
  const contenders = scenario.contenders.filter(contender => contender.answers !== undefined);
  return {
    ...scenario,
    about: `${scenario.about}; seven other pipelines ran before (${panes} panes) and are still open`,
    contenders,
    claims: (scenario.claims ?? []).filter(({ over }) => contenders.some(({ name }) => name === (over ?? scenario.reference))),
  };
}
