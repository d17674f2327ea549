/** How many elements there are. A row is `[count]`. */
import type { Aggregate, Rows } from './aggregate.js';
import { rowAggregate } from './rows.js';

const counting: Rows<unknown, number> = {
  stride: 1,
  init: (rows, at) => {
    rows[at] = 0;
  },
  add: (rows, at) => {
    (rows[at] as number)++;
  },
  merge: (rows, at, from, fromAt) => {
    (rows[at] as number) += from[fromAt] as number;
  },
  result: (rows, at) => rows[at] as number,
  remove: (rows, at) => {
    (rows[at] as number)--;
  },
};

/**
 * The number of elements; 0 for none. Takes retractions.
 *
 * @example
 * ```ts
 * import { allOf, count, mean } from 'tidemark';
 *
 * const traffic = allOf({ flights: count(), delay: mean((flight: { delay: number }) => flight.delay) });
 * ```
 */
export function count(): Aggregate<unknown, Float64Array, number> {
  return rowAggregate('count', counting);
}
