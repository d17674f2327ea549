/**
 * Numbers in order of up to three others, such as entries by due time, window and count: the least come out first, however many there are. Those
 * that are far lie in a table; the near ones, and those that came last, in a heap.
 *
 * Invariant: what lies in the table and has been read ahead stays there until all that was read ahead has been taken out.
 */
import { numberBytes, numberOf } from './keyBytes.js';
import type { StateChange, StateTable } from './stateBackend.js';
import { Heap } from './timers.js';

/** An entry: `number`, in order of `a`, `b` and `c`. */
export interface Queued {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly number: number;
}

/** How many are read ahead, and written, at a time. */
const BLOCK = 512;

export class SpilledQueue {
  readonly #table: StateTable;
  readonly #bound: number;
  #heap: Heap<Queued> = new Heap<Queued>(byOrder);
  /** The first of the table, in order; those before `at` have been taken out. */
  #ahead: Queued[] = [];
  #at = 0;
  /** The table holds more than what was read ahead. */
  #more = false;

  /** Takes a table over, and empties it. `bound`: how many may be in memory between turns. */
  constructor(table: StateTable, bound: number) {
    table.clear();
    this.#table = table;
    this.#bound = Math.max(bound, BLOCK);
  }

  push(a: number, b: number, c: number, number: number): void {
    this.#heap.push({ a, b, c, number });
  }

  /** The least entry; undefined: there is none. */
  peek(): Queued | undefined {
    if (this.#at === this.#ahead.length && this.#more) this.#readAhead();
    const near = this.#heap.peek();
    const far = this.#ahead[this.#at];
    return near && far ? (byOrder(near, far) <= 0 ? near : far) : (near ?? far);
  }

  /** Takes the least entry out. */
  pop(): Queued | undefined {
    const least = this.peek();
    if (least !== undefined && least === this.#ahead[this.#at]) this.#at++;
    else this.#heap.pop();
    return least;
  }

  /** Between turns: when too many are in memory, those that are far go into the table. */
  settle(): void {
    const { items } = this.#heap;
    if (items.length <= this.#bound) return;
    items.sort(byOrder);
    const far = items.splice(this.#bound >> 1);
    this.#deleteTaken();
    this.#ahead = [];
    this.#at = 0;
    for (let at = 0; at < far.length; at += BLOCK)
      this.#table.write(far.slice(at, at + BLOCK).map(({ a, b, c, number }): StateChange => [bytesOf(a, b, c, number), true]));
    this.#more = true;
  }

  #readAhead(): void {
    this.#deleteTaken();
    this.#at = 0;
    this.#ahead = this.#table.range('', undefined, BLOCK).map(([key]) => ({
      a: numberOf(key),
      b: numberOf(key, 8),
      c: numberOf(key, 16),
      number: numberOf(key, 24),
    }));
    this.#more = this.#ahead.length === BLOCK;
  }

  #deleteTaken(): void {
    const taken = this.#ahead.slice(0, this.#at);
    if (taken.length > 0) this.#table.write(taken.map(({ a, b, c, number }): StateChange => [bytesOf(a, b, c, number), undefined]));
  }
}

function byOrder(x: Queued, y: Queued): number {
  return x.a - y.a || x.b - y.b || x.c - y.c || x.number - y.number;
}

function bytesOf(a: number, b: number, c: number, number: number): string {
  return numberBytes(a) + numberBytes(b) + numberBytes(c) + numberBytes(number);
}
