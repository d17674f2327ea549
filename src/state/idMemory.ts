/**
 * When ids were seen, in event time, until that lies too far back to matter. Ids are compared by value.
 *
 * Nearly every id has one time, which stands in the map by itself, without an object around it. What is to be forgotten lies in
 * buckets by time, as in timers.ts: the memory is cleared a bucket at a time, so an id costs a look-up and an array push. What
 * `see` says depends on the horizon alone, not on what happens to be cleared already.
 */
import type { Timestamp } from '../time/timestamp.js';
import { KeyMap } from './keys.js';
import { Heap } from './timers.js';

/** When an id was seen. */
type Times = Timestamp | readonly Timestamp[];

/** All ids with their times, as plain data. */
export type IdMemorySnapshot = readonly (readonly [id: unknown, times: Times])[];

export class IdMemory {
  readonly #within: number;
  readonly #width: number;
  readonly #times = new KeyMap<unknown, Times>();
  /** The ids seen in each stretch of `width` milliseconds. */
  readonly #buckets = new Map<number, unknown[]>();
  readonly #order: Heap<number> = new Heap<number>((a, b) => a - b);
  /** Times below this are forgotten. */
  #horizon: Timestamp = -Infinity;

  /** `within`: how far apart in time two elements of one id may lie and still be the same. */
  constructor(within: number) {
    this.#within = within;
    // So much more than need be is held at most: a sixteenth, or a second.
    this.#width = Math.max(1024, Math.ceil(within / 16));
  }

  /** How many ids there are; some may be forgotten already. */
  get size(): number {
    return this.#times.size;
  }

  /** Whether an id is `known` from within reach of a time. If not, it is remembered as `new`, unless that is `forgotten` at once. */
  see(id: unknown, time: Timestamp): 'known' | 'new' | 'forgotten' {
    const seen = this.#times.get(id);
    if (seen !== undefined && this.#meets(seen, time)) return 'known';
    if (time < this.#horizon) return 'forgotten';
    this.#times.set(id, seen === undefined ? time : packed([...this.#living(seen), time]));
    this.#schedule(id, time);
    return 'new';
  }

  /** Times below the horizon are forgotten. */
  forget(horizon: Timestamp): void {
    if (horizon <= this.#horizon) return;
    this.#horizon = horizon;
    for (let number = this.#order.peek(); number !== undefined && (number + 1) * this.#width <= horizon; number = this.#order.peek()) {
      this.#order.pop();
      for (const id of this.#buckets.get(number) as unknown[]) this.#clear(id);
      this.#buckets.delete(number);
    }
  }

  snapshot(): IdMemorySnapshot {
    const all: [unknown, Times][] = [];
    for (const [id, seen] of this.#times.entries()) {
      const living = this.#living(seen);
      if (living.length > 0) all.push([id, packed(living)]);
    }
    return all;
  }

  /** Takes over what `snapshot` said. */
  restore(snapshot: IdMemorySnapshot): void {
    for (const [id, times] of snapshot) {
      this.#times.set(id, times);
      for (const time of unpacked(times)) this.#schedule(id, time);
    }
  }

  #meets(seen: Times, time: Timestamp): boolean {
    if (typeof seen === 'number') return seen >= this.#horizon && Math.abs(seen - time) <= this.#within;
    return seen.some(one => this.#meets(one, time));
  }

  #living(seen: Times): readonly Timestamp[] {
    return unpacked(seen).filter(time => time >= this.#horizon);
  }

  #schedule(id: unknown, time: Timestamp): void {
    if (this.#within === Infinity) return;
    const number = Math.floor(time / this.#width);
    const bucket = this.#buckets.get(number);
    if (bucket) {
      bucket.push(id);
    } else {
      this.#buckets.set(number, [id]);
      this.#order.push(number);
    }
  }

  #clear(id: unknown): void {
    const seen = this.#times.get(id);
    if (seen === undefined) return;
    const living = this.#living(seen);
    if (living.length === 0) this.#times.delete(id);
    else this.#times.set(id, packed(living));
  }
}

function packed(times: readonly Timestamp[]): Times {
  return times.length === 1 ? (times[0] as Timestamp) : times;
}

function unpacked(times: Times): readonly Timestamp[] {
  return typeof times === 'number' ? [times] : times;
}
