/**
 * The general form of an aggregate that is written as rows of numbers: an accumulator is a row of its own, at 0.
 * So each numeric aggregate is written once, and both forms agree by construction.
 */
import { mustBe, show } from '../errors.js';
import type { Aggregate, Rows } from './aggregate.js';

/**
 * Makes an aggregate of `rows`: the engine keeps its rows in one Float64Array where it can, and one small array per window
 * and key elsewhere. The aggregate takes retractions if `rows` has `remove`.
 *
 * @throws TidemarkError `BAD_OPTION` if the stride is not a positive integer.
 *
 * @example
 * ```ts
 * import { rowAggregate } from 'tidemark';
 *
 * // How far apart the smallest and the largest reading are; an empty row is [Infinity, -Infinity].
 * const spread = rowAggregate<number, number>('spread', {
 *   stride: 2,
 *   init: (rows, at) => {
 *     rows[at] = Infinity;
 *     rows[at + 1] = -Infinity;
 *   },
 *   add: (rows, at, reading) => {
 *     rows[at] = Math.min(rows[at]!, reading);
 *     rows[at + 1] = Math.max(rows[at + 1]!, reading);
 *   },
 *   merge: (rows, at, from, fromAt) => {
 *     rows[at] = Math.min(rows[at]!, from[fromAt]!);
 *     rows[at + 1] = Math.max(rows[at + 1]!, from[fromAt + 1]!);
 *   },
 *   result: (rows, at) => rows[at + 1]! - rows[at]!,
 * });
 * ```
 */
export function rowAggregate<T, R>(name: string, rows: Rows<T, R>): Aggregate<T, Float64Array, R> {
  const { stride } = rows;
  if (!Number.isSafeInteger(stride) || stride < 1) {
    throw mustBe(`rowAggregate(${show(name)}): stride`, 'a whole number of at least 1', stride);
  }
  const general: Aggregate<T, Float64Array, R> = {
    name,
    create: () => {
      const row = new Float64Array(stride);
      rows.init(row, 0);
      return row;
    },
    add: (row, value, timestamp) => {
      rows.add(row, 0, value, timestamp);
      return row;
    },
    merge: (a, b) => {
      rows.merge(a, 0, b, 0);
      return a;
    },
    result: row => rows.result(row, 0),
    copy: row => row.slice(),
    rows,
  };
  return Object.freeze(rows.remove === undefined ? general : { ...general, remove: removal(rows) });
}

function removal<T>(rows: Rows<T, unknown>): (row: Float64Array, value: T, timestamp: number) => Float64Array {
  return (row, value, timestamp) => {
    rows.remove?.(row, 0, value, timestamp);
    return row;
  };
}
