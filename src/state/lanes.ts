/**
 * Where accumulators live: in lanes of slots. A lane is either one Float64Array of rows (built-in numeric aggregates: no
 * object per key, no boxed number) or an array of users' accumulators. Both have one contract, so the engine does not know.
 * A slot that has been freed is handed out again.
 */
import type { Aggregate, Rows } from '../aggregates/aggregate.js';
import type { Timestamp } from '../time/timestamp.js';

/** Accumulators by slot. Slots are small integers, dense from 0. */
export interface Lane<T, R> {
  /** For hot loops: the rows of numeric aggregates (another array when they have grown); empty for others. */
  readonly rows: Float64Array;
  /** For hot loops: the accumulators of other aggregates, by slot. */
  readonly accumulators: unknown[];
  /** A slot that holds the aggregate of nothing. */
  alloc(): number;
  free(slot: number): void;
  add(slot: number, value: T, timestamp: Timestamp): void;
  remove(slot: number, value: T, timestamp: Timestamp): void;
  /** Joins a slot of a lane of the same kind into `slot`; the other stays as it is. */
  merge(slot: number, other: Lane<T, R>, otherSlot: number): void;
  /** Back to the aggregate of nothing. */
  reset(slot: number): void;
  result(slot: number): R;
  /** Becomes a copy of the slots `0 .. size` of another lane, which must then only be replaced (`reset`), not changed. */
  adopt(other: Lane<T, R>, size: number): void;
  /** The accumulator as plain data that shares nothing with the lane. */
  dump(slot: number): unknown;
  /** Sets a slot from dumped data. */
  load(slot: number, data: unknown): void;
  /** The same for the slots `from .. to`, at once. */
  dumpSlots(from: number, to: number): unknown;
  /** Copies the slots `from .. to`, and returns what gives the copy as `dumpSlots` would have. */
  copySlots(from: number, to: number): () => unknown;
  /** Sets slots from `from` on. */
  loadSlots(from: number, data: unknown): void;
}

/** A lane for an aggregate; `expected` slots are made room for. */
export function createLane<T, R>(aggregate: Aggregate<T, any, R>, expected = 8): Lane<T, R> {
  return aggregate.rows ? new RowLane(aggregate.rows, expected) : new ObjectLane(aggregate);
}

const NO_ROWS: Float64Array = new Float64Array(0);

// How many numbers are copied to one array.
const COPIES = 8192;

class RowLane<T, R> implements Lane<T, R> {
  readonly #form: Rows<T, R>;
  readonly #stride: number;
  rows: Float64Array;
  readonly accumulators: unknown[] = [];
  #size = 0;
  readonly #freed: number[] = [];
  #copies: Float64Array = NO_ROWS;
  #copiesEnd = 0;

  constructor(form: Rows<T, R>, expected: number) {
    this.#form = form;
    this.#stride = form.stride;
    this.rows = new Float64Array(expected * form.stride);
  }

  alloc(): number {
    const slot = this.#freed.length > 0 ? (this.#freed.pop() as number) : this.#size++;
    const at = slot * this.#stride;
    if (at + this.#stride > this.rows.length) {
      const grown = new Float64Array(Math.max(8 * this.#stride, this.rows.length * 2));
      grown.set(this.rows);
      this.rows = grown;
    }
    this.#form.init(this.rows, at);
    return slot;
  }

  free(slot: number): void {
    this.#freed.push(slot);
  }

  add(slot: number, value: T, timestamp: Timestamp): void {
    this.#form.add(this.rows, slot * this.#stride, value, timestamp);
  }

  remove(slot: number, value: T, timestamp: Timestamp): void {
    this.#form.remove?.(this.rows, slot * this.#stride, value, timestamp);
  }

  merge(slot: number, other: Lane<T, R>, otherSlot: number): void {
    this.#form.merge(this.rows, slot * this.#stride, other.rows, otherSlot * this.#stride);
  }

  reset(slot: number): void {
    this.#form.init(this.rows, slot * this.#stride);
  }

  result(slot: number): R {
    return this.#form.result(this.rows, slot * this.#stride);
  }

  adopt(other: Lane<T, R>, size: number): void {
    this.rows = other.rows.slice(0, Math.max(1, size) * this.#stride);
    this.#size = size;
  }

  dump(slot: number): unknown {
    return numbersOf(this.rows, slot * this.#stride, (slot + 1) * this.#stride);
  }

  load(slot: number, data: unknown): void {
    this.loadSlots(slot, data);
  }

  dumpSlots(from: number, to: number): unknown {
    return numbersOf(this.rows, from * this.#stride, to * this.#stride);
  }

  copySlots(from: number, to: number): () => unknown {
    const count = (to - from) * this.#stride;
    // Many small copies lie in one array: arrays of their own would be the collector's main work.
    if (this.#copiesEnd + count > this.#copies.length) {
      this.#copies = new Float64Array(Math.max(COPIES, count));
      this.#copiesEnd = 0;
    }
    const copies = this.#copies;
    const at = this.#copiesEnd;
    this.#copiesEnd += count;
    const { rows } = this;
    const first = from * this.#stride;
    for (let i = 0; i < count; i++) copies[at + i] = rows[first + i] as number;
    return () => numbersOf(copies, at, at + count);
  }

  loadSlots(from: number, data: unknown): void {
    const numbers = data as readonly number[];
    for (let i = 0; i < numbers.length; i++) this.rows[from * this.#stride + i] = numbers[i] as number;
  }
}

class ObjectLane<T, A, R> implements Lane<T, R> {
  readonly #aggregate: Aggregate<T, A, R>;
  readonly rows: Float64Array = NO_ROWS;
  readonly accumulators: A[] = [];
  readonly #freed: number[] = [];

  constructor(aggregate: Aggregate<T, A, R>) {
    this.#aggregate = aggregate;
  }

  alloc(): number {
    const slot = this.#freed.length > 0 ? (this.#freed.pop() as number) : this.accumulators.length;
    this.accumulators[slot] = this.#aggregate.create();
    return slot;
  }

  free(slot: number): void {
    this.accumulators[slot] = undefined as A; // lets go of the user's data now, not when the slot is used again
    this.#freed.push(slot);
  }

  add(slot: number, value: T, timestamp: Timestamp): void {
    this.accumulators[slot] = this.#aggregate.add(this.accumulators[slot] as A, value, timestamp);
  }

  remove(slot: number, value: T, timestamp: Timestamp): void {
    if (this.#aggregate.remove) this.accumulators[slot] = this.#aggregate.remove(this.accumulators[slot] as A, value, timestamp);
  }

  merge(slot: number, other: Lane<T, R>, otherSlot: number): void {
    const from = other.accumulators[otherSlot] as A;
    this.accumulators[slot] = this.#aggregate.merge(this.accumulators[slot] as A, from);
  }

  reset(slot: number): void {
    this.accumulators[slot] = this.#aggregate.create();
  }

  result(slot: number): R {
    return this.#aggregate.result(this.accumulators[slot] as A);
  }

  adopt(other: Lane<T, R>, size: number): void {
    const { accumulators } = other;
    for (let slot = 0; slot < size; slot++) this.accumulators[slot] = accumulators[slot] as A;
  }

  dump(slot: number): unknown {
    return this.#copy(this.accumulators[slot] as A);
  }

  load(slot: number, data: unknown): void {
    this.accumulators[slot] = this.#copy(data as A);
  }

  dumpSlots(from: number, to: number): unknown {
    return this.accumulators.slice(from, to).map(accumulator => this.#copy(accumulator));
  }

  copySlots(from: number, to: number): () => unknown {
    const copies = this.dumpSlots(from, to);
    return () => copies;
  }

  loadSlots(from: number, data: unknown): void {
    (data as A[]).forEach((accumulator, i) => {
      this.accumulators[from + i] = this.#copy(accumulator);
    });
  }

  #copy(accumulator: A): A {
    if (this.#aggregate.copy) return this.#aggregate.copy(accumulator);
    return copyOf(accumulator);
  }
}

/** As `structuredClone` copies plain data: most accumulators are an object of a few numbers, which it takes far too long for. */
function copyOf<A>(data: A): A {
  if (typeof data !== 'object' || data === null) return data;
  if (Object.getPrototypeOf(data) !== Object.prototype) return structuredClone(data);
  for (const name in data) {
    const kind = typeof data[name];
    if ((kind === 'object' && data[name] !== null) || kind === 'function' || kind === 'symbol') return structuredClone(data);
  }
  return { ...data };
}

/** Few numbers make a list: an array buffer for them would cost more than they do. */
export function numbersOf(numbers: Float64Array, from: number, to: number): number[] {
  const some: number[] = [];
  for (let at = from; at < to; at++) some.push(numbers[at] as number);
  return some;
}
