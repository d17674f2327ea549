/** A copy of an accumulator: the aggregate's own `copy`, or else `structuredClone`, which plain data always survives. */
import type { Aggregate } from './aggregate.js';

/** A copy of `acc` that shares nothing mutable with it. */
export function copyOf<A>(aggregate: Aggregate<never, A, unknown>, acc: A): A {
  return aggregate.copy === undefined ? structuredClone(acc) : aggregate.copy(acc);
}
