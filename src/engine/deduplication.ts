/**
 * Of the elements with one id and times within reach of each other, the first to come.
 *
 * The rule: an element is a duplicate if one with its id has gone on whose time is at most `within` away, before or after. So no two
 * that go on are that close, and near each one left out is one that went on; if all of an id are that close, as repetitions of one
 * event are, exactly one goes on in whatever order they come. An id is forgotten once the watermark has passed its time by more than
 * `within`: for elements in time the rule is exact. One that is not known and behind the watermark by more than that cannot be
 * judged, nor be remembered: it is late.
 */
import type { SavedState, StateCut } from '../state/cut.js';
import { IdMemory } from '../state/idMemory.js';
import { START_OF_TIME, shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { DropCounts } from './machine.js';
import type { Shaper, ShaperOutput } from './shaper.js';

/** What is not in parts: these are the ids. */
interface Rest {
  readonly watermark: Watermark;
  readonly drops: DropCounts;
}

export class Deduplication<T> implements Shaper<T> {
  watermark: Watermark = START_OF_TIME;
  readonly #id: (value: T, diff: 1 | -1) => unknown;
  readonly #within: number;
  readonly drops: DropCounts;
  readonly #output: ShaperOutput<T>;
  readonly #memory: IdMemory;

  /** `within`: in milliseconds; Infinity: for ever. */
  constructor(
    id: (value: T, diff: 1 | -1) => unknown,
    within: number,
    drops: DropCounts,
    output: ShaperOutput<T>,
    saved?: SavedState,
    cuts: boolean = true,
  ) {
    this.#id = id;
    this.#within = within;
    this.drops = drops;
    this.#output = output;
    this.#memory = new IdMemory(within, cuts);
    if (!saved) return;
    const rest = saved.rest as Rest;
    Object.assign(drops, rest.drops);
    this.advance(rest.watermark);
    this.#memory.restore(saved.parts);
  }

  element(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    switch (this.#memory.see(this.#id(value, diff), timestamp)) {
      case 'new':
        this.#output.element(value, timestamp, diff);
        break;
      case 'known':
        this.drops.duplicate++;
        this.#output.duplicate(value);
        break;
      default:
        this.#late(value, timestamp);
    }
  }

  advance(watermark: Watermark): void {
    if (watermark <= this.watermark) return;
    this.watermark = watermark;
    if (this.#within < Infinity) this.#memory.forget(shift(watermark, -this.#within));
  }

  cut(number: number, since: number): StateCut {
    const rest: Rest = { watermark: this.watermark, drops: { ...this.drops } };
    return { rest, parts: this.#memory.cut(number, since) };
  }

  #late(value: T, timestamp: Timestamp): void {
    this.drops.expired++;
    const { watermark } = this;
    this.#output.late({ value, timestamp, reason: 'expired', watermark, window: undefined, by: watermark - timestamp, retraction: false });
  }
}
