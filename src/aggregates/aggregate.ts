/**
 * What a window keeps of its elements. An aggregate is a frozen value; its accumulators are plain data that the engine
 * keeps, so that a snapshot needs no cooperation. (Beam's CombineFn, Flink's AggregateFunction.)
 *
 * Laws, held by `assertAggregateLaws` of `tidemark/testing`: `merge` is associative and commutative up to `result`;
 * merging accumulators equals adding their elements to one; `remove` undoes `add`.
 */
import type { Timestamp } from '../time/timestamp.js';

/**
 * Folds the elements of a window into a result.
 *
 * @example
 * ```ts
 * import type { Aggregate } from 'tidemark';
 *
 * const longest: Aggregate<string, string, number> = {
 *   create: () => '',
 *   add: (longest, text) => (text.length > longest.length ? text : longest),
 *   merge: (a, b) => (b.length > a.length ? b : a),
 *   result: longest => longest.length,
 * };
 * ```
 */
export interface Aggregate<in T, A, out R> {
  /** Shown in errors and explanations. */
  readonly name?: string;
  /** A fresh accumulator: the aggregate of nothing. */
  create(): A;
  /** Adds an element; may change and return `acc`. */
  add(acc: A, value: T, timestamp: Timestamp): A;
  /** Joins two accumulators; may change and return `a`, must leave `b` as it is and share nothing mutable with it. */
  merge(a: A, b: A): A;
  /** The result so far. Called often, also for no elements at all; must not hand out what later elements change. */
  result(acc: A): R;
  /** Takes an element back that was added before: what a window needs to accept retractions. */
  remove?(acc: A, value: T, timestamp: Timestamp): A;
  /** A copy that shares nothing mutable. Default: `structuredClone`. */
  copy?(acc: A): A;
  /** The same aggregate on rows of numbers; see {@link Rows}. */
  readonly rows?: Rows<T, R>;
  /** Which version of its accumulators it is about, and how to make them of older ones; see {@link StateVersion}. */
  readonly state?: StateVersion<A>;
}

/**
 * The version of a state that outlives the program, and what makes it of older ones: what an upgrade of a job asks for. Without it the
 * version is 0. State of another version is refused unless there is `migrate`, which is called once for each, when the job starts.
 *
 * @example
 * ```ts
 * import type { Aggregate } from 'tidemark';
 *
 * // Version 0 kept the sum alone, as a number.
 * const spread: Aggregate<number, { sum: number; squares: number }, number> = {
 *   name: 'spread',
 *   create: () => ({ sum: 0, squares: 0 }),
 *   add: (acc, x) => ({ sum: acc.sum + x, squares: acc.squares + x * x }),
 *   merge: (a, b) => ({ sum: a.sum + b.sum, squares: a.squares + b.squares }),
 *   result: acc => acc.squares - acc.sum,
 *   state: { version: 1, migrate: old => ({ sum: old as number, squares: (old as number) ** 2 }) },
 * };
 * ```
 */
export interface StateVersion<S> {
  /** A whole number of at least 1: another one whenever the state means something else. */
  readonly version: number;
  /**
   * Makes state of version `version` of that of another one. `old` is what the older program kept, as `structuredClone` copies it; a row of
   * numbers comes as a `Float64Array`.
   */
  readonly migrate?: (old: unknown, fromVersion: number) => S;
}

/** The result type of an aggregate. */
export type ResultOf<G> = G extends Aggregate<any, any, infer R> ? R : never;

/**
 * An aggregate whose accumulator is a row of `stride` numbers inside one big Float64Array: no object per key, no boxed
 * numbers, and a snapshot of a million of them is one `slice()`. The built-in numeric aggregates are written this way, once;
 * {@link rowAggregate} derives the general form.
 */
export interface Rows<in T, out R> {
  /** How many numbers a row has. */
  readonly stride: number;
  /** Writes the row of no elements. */
  init(rows: Float64Array, at: number): void;
  /** Adds an element to the row. */
  add(rows: Float64Array, at: number, value: T, timestamp: Timestamp): void;
  /** Adds the row `from[fromAt..]` to the row `rows[at..]`. */
  merge(rows: Float64Array, at: number, from: Float64Array, fromAt: number): void;
  /** What the row says. */
  result(rows: Float64Array, at: number): R;
  /** Takes back an element that was added before. */
  remove?(rows: Float64Array, at: number, value: T, timestamp: Timestamp): void;
}
