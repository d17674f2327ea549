/**
 * Puts windows of several kinds together that share their slices. Where one kind cuts time more coarsely than the slices, what lies
 * between two of its cuts is put together once, and serves all windows that hold it: seconds make minutes, minutes make hours. (The slices
 * of several queries: Scotty; Krishnamurthy, Wu and Franklin, SIGMOD 2006.)
 *
 * It stands where the ring of one kind does, which needs windows that begin in order. What it keeps is no state: it is made from the slices, in
 * one order, so that a restart changes no bit.
 */
import type { Aggregate } from '../aggregates/aggregate.js';
import { createLane, type Lane } from '../state/lanes.js';
import { START_OF_TIME, type Timestamp } from '../time/timestamp.js';
import type { MachineFactory } from './machine.js';
import { inOrder, type Slice } from './slice.js';
import { SlicedMachine } from './slicedMachine.js';
import { indexOf, type RingState, SliceRing } from './sliceRing.js';
import type { Slicing, TimeWindow } from './window.js';

const STATELESS: RingState = { front: [], back: [], worn: false, taken: START_OF_TIME, from: START_OF_TIME };

/** What lies in a stretch of time, by slot: keys, their numbers among those of all slices, when they were first seen, accumulators. */
interface Content<T, K, R> {
  readonly keys: readonly K[];
  readonly numbers: readonly number[];
  readonly seqs: ArrayLike<number>;
  readonly lane: Lane<T, R>;
}

/** A stretch between two cuts of one kind. */
interface Rollup<T, K, R> extends TimeWindow {
  /** Undefined: no elements. */
  readonly content: Content<T, K, R> | undefined;
}

export class Rollups<T, K, R> extends SliceRing<T, K, R> {
  readonly #aggregate: Aggregate<T, any, R>;
  readonly #kinds: readonly Slicing[];
  /** In the order in which they were made. */
  #made: Rollup<T, K, R>[] = [];
  readonly #into = { start: 0, end: 0 };
  /** By number of a key: 1 + its slot in what is being put together. */
  readonly #places: number[] = [];

  constructor(aggregate: Aggregate<T, any, R>, kinds: readonly Slicing[]) {
    super(aggregate);
    this.#aggregate = aggregate;
    this.#kinds = kinds;
  }

  override fire(window: TimeWindow, slices: readonly Slice<T, K, R>[], say: (key: K, value: R) => void): boolean {
    // Slices go when no window that is to come holds them.
    const oldest = slices[0]?.start ?? START_OF_TIME;
    if (this.#made.some(({ end }) => end <= oldest)) this.#made = this.#made.filter(({ end }) => end > oldest);
    const content = this.#contentOf(window.start, window.end, slices);
    if (!content) return false;
    const { keys, lane, seqs } = content;
    for (const slot of inOrder(seqs, keys.length)) say(keys[slot] as K, lane.result(slot));
    return true;
  }

  override refresh(slice: Slice<T, K, R>): void {
    this.#made = this.#made.filter(({ start, end }) => slice.end <= start || slice.start >= end);
  }

  override get state(): RingState {
    return STATELESS;
  }

  override restore(): void {}

  /** What lies in `[start, end)`: a slice, or several put together. */
  #contentOf(start: Timestamp, end: Timestamp, slices: readonly Slice<T, K, R>[]): Content<T, K, R> | undefined {
    const made = this.#made.find(rollup => rollup.start === start && rollup.end === end);
    if (made) return made.content;
    const within = between(start, end, slices);
    if (within.length < 2) return within[0] && asContent(within[0]);
    const cuts = this.#cutsOf(start, end, within.length);
    const parts = cuts ? this.#partsOf(start, cuts, slices) : within.map(asContent);
    const content = this.#gather(parts);
    if (this.#kinds.some(kind => this.#reach(kind, start) === end)) this.#made.push({ start, end, content });
    return content;
  }

  #partsOf(from: Timestamp, cuts: readonly Timestamp[], slices: readonly Slice<T, K, R>[]): Content<T, K, R>[] {
    const parts: Content<T, K, R>[] = [];
    let start = from;
    for (const end of cuts) {
      const part = this.#contentOf(start, end, slices);
      if (part) parts.push(part);
      start = end;
    }
    return parts;
  }

  /** The ends of the fewest stretches, of one kind, that make up `[start, end)`: more than one, and fewer than `most`. */
  #cutsOf(start: Timestamp, end: Timestamp, most: number): Timestamp[] | undefined {
    let best: Timestamp[] | undefined;
    for (const kind of this.#kinds) {
      const cuts: Timestamp[] = [];
      let at = start;
      while (at < end && at !== -Infinity && cuts.length < (best?.length ?? most) - 1) {
        at = this.#reach(kind, at);
        cuts.push(at);
      }
      if (at === end && cuts.length > 1) best = cuts;
    }
    return best;
  }

  /** Where the stretch of a kind that begins at `start` ends; -Infinity: none begins there. */
  #reach(kind: Slicing, start: Timestamp): Timestamp {
    kind.slice(start, this.#into);
    return this.#into.start === start ? this.#into.end : -Infinity;
  }

  /** Keys are known by their numbers: none is looked up. */
  #gather(parts: readonly Content<T, K, R>[]): Content<T, K, R> {
    const places = this.#places;
    const keys: K[] = [];
    const numbers: number[] = [];
    const seqs: number[] = [];
    const lane = createLane(this.#aggregate, parts[0]?.keys.length);
    for (const part of parts) {
      for (let slot = 0; slot < part.keys.length; slot++) {
        const number = part.numbers[slot] as number;
        const seq = part.seqs[slot] as number;
        const place = places[number];
        const into = place ? place - 1 : lane.alloc();
        if (!place) {
          places[number] = into + 1;
          keys.push(part.keys[slot] as K);
          numbers.push(number);
          seqs.push(seq);
        } else if (seq < (seqs[into] as number)) {
          seqs[into] = seq;
        }
        lane.merge(into, part.lane, slot);
      }
    }
    for (const number of numbers) places[number] = 0;
    return { keys, numbers, seqs, lane };
  }
}

function asContent<T, K, R>(slice: Slice<T, K, R>): Content<T, K, R> {
  const { keys, seqs, lane } = slice;
  return { keys, numbers: indexOf(slice).numbers, seqs, lane };
}

/** The slices in `[start, end)`; they are in order of time. */
function between<T, K, R>(start: Timestamp, end: Timestamp, slices: readonly Slice<T, K, R>[]): Slice<T, K, R>[] {
  const within: Slice<T, K, R>[] = [];
  for (let i = slices.length - 1; i >= 0; i--) {
    const slice = slices[i] as Slice<T, K, R>;
    if (slice.start < start) break;
    if (slice.end <= end) within.push(slice);
  }
  return within.reverse();
}

/** Makes a sliced machine for windows of several kinds. */
export function rolledUpMachine(kinds: readonly Slicing[]): MachineFactory {
  return (spec, output, drops, snapshot) => new SlicedMachine(spec, output, drops, snapshot, new Rollups(spec.aggregate, kinds));
}
