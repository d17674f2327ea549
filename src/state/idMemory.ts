/**
 * When ids were seen, in event time, until that lies too far back to matter. Ids are compared by value.
 *
 * Nearly every id has one time, which stands in the map by itself, without an object around it. What is to be forgotten lies in a log by
 * time, and is cleared a segment at a time, so an id costs a look-up and two array pushes. What `see` says depends on the horizon alone, not
 * on what happens to be cleared already.
 */
import type { Timestamp } from '../time/timestamp.js';
import type { StatePart } from './cut.js';
import { KeyMap } from './keys.js';
import { replayParts, TimedLog } from './timedLog.js';

/** When an id was seen. */
type Times = Timestamp | readonly Timestamp[];

export class IdMemory {
  readonly #within: number;
  readonly #times = new KeyMap<unknown, Times>();
  readonly #log: TimedLog<unknown>;
  /** What is never forgotten and never cut needs no log. */
  readonly #logs: boolean;
  /** Times below this are forgotten. */
  #horizon: Timestamp = -Infinity;

  /** `within`: how far apart in time two elements of one id may lie and still be the same. `cuts`: whether any will be taken. */
  constructor(within: number, cuts: boolean = true) {
    this.#within = within;
    this.#logs = cuts || within < Infinity;
    // So much more than need be is held at most: a sixteenth, or a second.
    this.#log = new TimedLog<unknown>(Math.max(1024, Math.ceil(within / 16)));
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
    if (this.#logs) this.#log.add(id, time);
    return 'new';
  }

  /** Times below the horizon are forgotten. */
  forget(horizon: Timestamp): void {
    if (horizon <= this.#horizon) return;
    this.#horizon = horizon;
    this.#log.forget(horizon, id => this.#clear(id));
  }

  /** All ids with their times, in parts; what is forgotten may be among them. */
  cut(number: number, since: number): Iterable<StatePart> {
    return this.#log.cut(number, since);
  }

  /** Takes over what `cut` said, and is not below the horizon. */
  restore(parts: readonly StatePart[]): void {
    replayParts<unknown>(parts, (id, time) => {
      if (time < this.#horizon) return;
      const seen = this.#times.get(id);
      this.#times.set(id, seen === undefined ? time : packed([...unpacked(seen), time]));
      this.#log.add(id, time);
    });
  }

  #meets(seen: Times, time: Timestamp): boolean {
    if (typeof seen === 'number') return seen >= this.#horizon && Math.abs(seen - time) <= this.#within;
    return seen.some(one => this.#meets(one, time));
  }

  #living(seen: Times): readonly Timestamp[] {
    return unpacked(seen).filter(time => time >= this.#horizon);
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
