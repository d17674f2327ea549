/** The list of scenarios. Each makes its input when it is prepared, in the process that measures it. */
import { intKeys, stringKeys } from '../contenders/events.js';
import type { Scenario } from '../harness.js';
import { eightOperators } from './eightOperators.js';
import { slidingScenario } from './sliding.js';
import { tumblingScenario } from './tumbling.js';

export const scenarios: Readonly<Record<string, (quick: boolean) => Scenario>> = {
  tumbling: quick => tumblingScenario('tumbling', stringKeys(10_000), quick),
  'tumbling-100': quick => tumblingScenario('tumbling-100', stringKeys(100), quick),
  'tumbling-int': quick => tumblingScenario('tumbling-int', intKeys(10_000), quick),
  'sliding-dense': quick => slidingScenario('sliding-dense', 100, 20, quick),
  'sliding-sparse': quick => slidingScenario('sliding-sparse', 1_000, 3.3, quick),
  'eight-operators': eightOperators,
};
