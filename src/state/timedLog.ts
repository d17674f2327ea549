/**
 * Values with times, until these lie too far back to matter: what an operator must remember, written so that a cut costs next to nothing.
 * They lie in segments that only grow, and go as a whole. So what there was at a cut is the beginning of each segment, whatever comes
 * later: nothing needs to be copied before it changes, and what has changed since an earlier cut are the segments that have grown.
 *
 * Invariant: of two values of one time, that which came first lies in the same segment before the other, or in one of lower number.
 */
import type { Timestamp } from '../time/timestamp.js';
import type { StatePart } from './cut.js';
import { Heap } from './timers.js';

interface Segment<V> {
  readonly id: number;
  readonly values: V[];
  readonly times: Timestamp[];
  /** Where values stand that withdraw others: few, if any. */
  readonly withdrawn: number[];
  /** The interval between two cuts in which it last grew. */
  mark: number;
  /** All of its times are at most this. */
  due: Timestamp;
}

/** A segment as plain data. */
export type TimedPart<V> = readonly [values: readonly V[], times: readonly Timestamp[], withdrawn: readonly number[]];

/** So many values are written again when one has come. */
const LARGEST = 1024;

export class TimedLog<V> {
  readonly #width: number;
  /** In order of their numbers. */
  readonly #segments = new Map<number, Segment<V>>();
  /** Those that may still grow, by stretch of time. */
  readonly #open = new Map<number, Segment<V>>();
  readonly #dues: Heap<Segment<V>> = new Heap<Segment<V>>((a, b) => a.due - b.due);
  #last: Segment<V> | undefined;
  #lastStretch = NaN;
  #numbers = 0;
  #epoch = 1;
  /** The first cut: nothing can be compared with one before it. */
  #first = Infinity;

  /** `width`: milliseconds of time that share segments, and go together. Infinity: those that came one after the other. */
  constructor(width: number) {
    this.#width = width;
  }

  add(value: V, time: Timestamp, diff: 1 | -1 = 1): void {
    const stretch = this.#width === Infinity ? 0 : Math.floor(time / this.#width);
    const last = this.#last;
    const segment = last !== undefined && stretch === this.#lastStretch && last.values.length < LARGEST ? last : this.#segmentOf(stretch);
    if (diff < 0) segment.withdrawn.push(segment.values.length);
    segment.values.push(value);
    segment.times.push(time);
    if (time > segment.due) segment.due = time;
    segment.mark = this.#epoch;
  }

  /** Lets go of segments all of whose times lie below `horizon`. `gone` hears of each value. */
  forget(horizon: Timestamp, gone?: (value: V) => void): void {
    for (let segment = this.#dues.peek(); segment !== undefined && segment.due < horizon; segment = this.#dues.peek()) {
      this.#dues.pop();
      this.#segments.delete(segment.id);
      if (this.#width < Infinity) {
        const stretch = Math.floor(segment.due / this.#width);
        if (this.#open.get(stretch) === segment) this.#open.delete(stretch);
      }
      if (segment === this.#last) this.#last = undefined;
      if (gone) for (const value of segment.values) gone(value);
    }
  }

  /** All as it is now, in parts. */
  cut(number: number, since: number): Iterable<StatePart> {
    if (this.#first > number) this.#first = number;
    if (number >= this.#epoch) this.#epoch = number + 1;
    const from = since < this.#first ? 0 : since;
    const grown: { readonly segment: Segment<V>; readonly length: number }[] = [];
    const ids: number[] = [];
    for (const segment of this.#segments.values()) {
      if (segment.mark > from) grown.push({ segment, length: segment.values.length });
      else ids.push(segment.id);
    }
    return partsOf(grown, ids);
  }

  #segmentOf(stretch: number): Segment<V> {
    let segment = this.#open.get(stretch);
    if (segment === undefined || segment.values.length >= LARGEST) {
      // Segments of no stretch have their due time when they are full.
      if (segment !== undefined && this.#width === Infinity) this.#dues.push(segment);
      const due = this.#width === Infinity ? -Infinity : (stretch + 1) * this.#width - 1;
      segment = { id: ++this.#numbers, values: [], times: [], withdrawn: [], mark: 0, due };
      this.#segments.set(segment.id, segment);
      this.#open.set(stretch, segment);
      if (this.#width < Infinity) this.#dues.push(segment);
    }
    this.#last = segment;
    this.#lastStretch = stretch;
    return segment;
  }
}

function* partsOf<V>(
  grown: readonly { readonly segment: Segment<V>; readonly length: number }[],
  unchanged: readonly number[],
): IterableIterator<StatePart> {
  for (const id of unchanged) yield { id };
  for (const { segment, length } of grown) {
    const { id, values, times, withdrawn } = segment;
    const data: TimedPart<V> = [values.slice(0, length), times.slice(0, length), withdrawn.filter(at => at < length)];
    yield { id, data };
  }
}

/** The values of a log that was cut, in the order in which they were added, as far as their times are the same. */
export function replayParts<V>(parts: readonly StatePart[], take: (value: V, time: Timestamp, diff: 1 | -1) => void): void {
  const ordered = [...parts].sort((a, b) => a.id - b.id);
  for (const { data } of ordered) {
    const [values, times, withdrawn] = data as TimedPart<V>;
    let next = 0;
    for (let at = 0; at < values.length; at++) {
      const minus = withdrawn[next] === at;
      if (minus) next++;
      take(values[at] as V, times[at] as Timestamp, minus ? -1 : 1);
    }
  }
}
