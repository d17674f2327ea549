/**
 * Reads sliced machines. The value of a key in a window is put together from its slices, as a late pane would be. Of a cut that is held:
 * slices only ever gain keys, behind those that they have, so a slice is known by how many keys it had; accumulators that have changed since
 * are in the images of their blocks.
 */
import type { Images } from '../state/cuts.js';
import { KeyMap } from '../state/keys.js';
import { createLane, type Lane } from '../state/lanes.js';
import { SharedIndex } from '../state/sharedIndex.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { SlicedInside } from './inside.js';
import type { WindowingSpec } from './machine.js';
import type { OpenWindow } from './openWindows.js';
import type { Slice } from './slice.js';
import { BLOCKS, type BlockData } from './sliceCuts.js';
import { Slices } from './slices.js';
import { inOrder, isWithin, type SaidPane, type ScanRange, type StateEntry, type StateReader } from './stateReader.js';
import type { TimeWindow } from './window.js';

/** A cut that is held. */
interface Held<T, K, R> {
  readonly images: Images;
  /** How many keys the slices had. */
  readonly counts: ReadonlyMap<Slice<T, K, R>, number>;
  readonly release: () => void;
}

export class SlicedReader<T, K, R> implements StateReader<K, R> {
  readonly #inside: SlicedInside<T, K, R>;
  readonly #clock: { readonly watermark: Watermark };
  readonly #slices: Slices<Slice<T, K, R>>;
  readonly #windows: readonly OpenWindow<K>[];
  readonly #held: Held<T, K, R> | undefined;
  readonly #discarding: boolean;
  readonly #numeric: boolean;
  readonly #sum: Lane<T, R>;
  /** An accumulator out of an image. */
  readonly #one: Lane<T, R>;
  /** The image at hand, by its id. */
  #image: BlockData<K> | undefined = undefined;
  #imageId = -1;
  /** Slots by key, of slices that are gone: their index may be of other keys by now. */
  #gone: Map<Slice<T, K, R>, KeyMap<K, number>> | undefined = undefined;

  /** `number`: of the cut to be held; undefined: what the machine has is read as it is. */
  constructor(spec: WindowingSpec<T, K, R>, machine: { readonly watermark: Watermark }, inside: SlicedInside<T, K, R>, number?: number) {
    const { slices, windows } = inside;
    this.#inside = inside;
    this.#discarding = spec.accumulation === 'discarding';
    this.#numeric = spec.aggregate.rows !== undefined;
    this.#sum = createLane(spec.aggregate, 1);
    this.#sum.alloc();
    this.#one = createLane(spec.aggregate, 1);
    this.#one.alloc();
    if (number === undefined) {
      [this.#clock, this.#slices, this.#windows] = [machine, slices, windows.all];
      return;
    }
    this.#clock = { watermark: machine.watermark };
    this.#slices = new Slices<Slice<T, K, R>>();
    this.#slices.all.push(...slices.all);
    this.#windows = windows.all.map(window => ({ ...window, late: copyOfLate(window.late) }));
    const counts = new Map(slices.all.map(slice => [slice, slice.keys.length]));
    const cut = inside.sliceCuts.take(number, 0, slices.all);
    this.#held = { images: cut.images, counts, release: () => void cut.return() };
    inside.forget();
  }

  get watermark(): Watermark {
    return this.#clock.watermark;
  }

  find(key: K, { start, end }: TimeWindow): StateEntry<K, R> | undefined {
    const windows = this.#windows;
    let low = 0;
    for (let high = windows.length; low < high; ) {
      const middle = (low + high) >> 1;
      const window = windows[middle] as OpenWindow<K>;
      if (window.end < end || (window.end === end && window.start < start)) low = middle + 1;
      else high = middle;
    }
    const window = windows[low];
    return window?.end === end && window.start === start ? this.#entry(key, window) : undefined;
  }

  at(key: K, instant: Timestamp): StateEntry<K, R> | undefined {
    let newest: StateEntry<K, R> | undefined;
    for (const window of this.#windows) {
      if (instant < window.start || instant >= window.end) continue;
      // They come in order of their ends.
      if (newest && window.start < newest.window.start) continue;
      newest = this.#entry(key, window) ?? newest;
    }
    return newest;
  }

  of(key: K): StateEntry<K, R>[] {
    const entries: StateEntry<K, R>[] = [];
    for (const window of this.#windows) {
      const entry = this.#entry(key, window);
      if (entry) entries.push(entry);
    }
    return entries.length < 2 ? entries : inOrder(entries);
  }

  entries(range: ScanRange<K>): Generator<StateEntry<K, R> | undefined, undefined> {
    return scan(this.#windows, range, window => this.#within(window, range));
  }

  *windows(): Generator<TimeWindow, undefined> {
    for (const { start, end } of this.#windows) yield { start, end };
  }

  isOver({ end }: TimeWindow): boolean {
    return this.#inside.windows.expiryOf(end) <= this.watermark;
  }

  release(): void {
    this.#held?.release();
  }

  /** The keys of a window, slice by slice; each comes with the first slice that has it. */
  *#within(window: OpenWindow<K>, { wants, unfired, reverse }: ScanRange<K>): Generator<StateEntry<K, R> | undefined, undefined> {
    const slices = this.#slices.of(window);
    for (let i = 0; i < slices.length; i++) {
      const place = reverse ? slices.length - 1 - i : i;
      const slice = slices[place] as Slice<T, K, R>;
      const count = this.#countOf(slice);
      for (let n = 0; n < count; n++) {
        const key = slice.keys[reverse ? count - 1 - n : n] as K;
        const isFirst = wants(key) && slices.every((other, at) => at >= place || this.#slotIn(other, key) === undefined);
        const entry = isFirst ? this.#entry(key, window) : undefined;
        yield entry && (unfired || entry.pane) ? entry : undefined;
      }
    }
  }

  #entry(key: K, window: OpenWindow<K>): StateEntry<K, R> | undefined {
    const { all } = this.#slices;
    let seq = Infinity;
    let first: Slice<T, K, R> | undefined;
    let firstSlot = 0;
    let parts = 0;
    for (let at = this.#slices.placeOf(window.start + 1); at < all.length; at++) {
      const slice = all[at] as Slice<T, K, R>;
      if (slice.start >= window.end) break;
      const slot = this.#slotIn(slice, key);
      if (slot === undefined) continue;
      seq = Math.min(seq, slice.seqs[slot] as number);
      if (parts++ === 0) {
        first = slice;
        firstSlot = slot;
      } else {
        if (parts === 2) {
          this.#sum.reset(0);
          this.#join(first as Slice<T, K, R>, firstSlot);
        }
        this.#join(slice, slot);
      }
    }
    if (!first) return undefined;
    const fired = window.firedAt >= 0;
    return {
      // As it came first: composite keys are compared by structure.
      key: first.keys[firstSlot] as K,
      window: { start: window.start, end: window.end },
      value: this.#discarding && fired ? this.#nothing() : parts > 1 ? this.#sum.result(0) : this.#result(first, firstSlot),
      status: this.watermark < window.end ? 'open' : 'complete',
      expires: this.#inside.windows.expiryOf(window.end),
      pane: fired ? saidIn(window, key, seq) : undefined,
      fresh: !fired,
    };
  }

  #countOf(slice: Slice<T, K, R>): number {
    return this.#held ? (this.#held.counts.get(slice) as number) : slice.keys.length;
  }

  #slotIn(slice: Slice<T, K, R>, key: K): number | undefined {
    const held = this.#held;
    if (held === undefined) return slice.index.get(key);
    const isGone = slice.index instanceof SharedIndex && !this.#inside.slices.all.includes(slice);
    const slot = isGone ? this.#indexOf(slice).get(key) : slice.index.get(key);
    return slot !== undefined && slot < (held.counts.get(slice) as number) ? slot : undefined;
  }

  #indexOf(slice: Slice<T, K, R>): KeyMap<K, number> {
    this.#gone ??= new Map();
    let index = this.#gone.get(slice);
    if (index === undefined) {
      index = new KeyMap<K, number>();
      for (let slot = 0; slot < slice.keys.length; slot++) index.set(slice.keys[slot] as K, slot);
      this.#gone.set(slice, index);
    }
    return index;
  }

  /** What a slot held at the cut, if it has changed since: as its lane would dump it. */
  #imageOf(slice: Slice<T, K, R>, slot: number): unknown {
    const images = this.#held?.images;
    if (images === undefined) return undefined;
    const { sliceCuts } = this.#inside;
    const id = slice.ordinal * BLOCKS + (slot >> sliceCuts.bits);
    if (id !== this.#imageId) {
      const image = images.get(id);
      if (image === undefined) return undefined;
      [this.#image, this.#imageId] = [image() as BlockData<K>, id];
    }
    const { keys, values } = this.#image as BlockData<K>;
    const at = slot & ((1 << sliceCuts.bits) - 1);
    if (!this.#numeric) return (values as unknown[])[at];
    const stride = (values as number[]).length / keys.length;
    return (values as number[]).slice(at * stride, (at + 1) * stride);
  }

  #result(slice: Slice<T, K, R>, slot: number): R {
    const image = this.#imageOf(slice, slot);
    if (image === undefined) return slice.lane.result(slot);
    this.#one.load(0, image);
    return this.#one.result(0);
  }

  #nothing(): R {
    this.#sum.reset(0);
    return this.#sum.result(0);
  }

  #join(slice: Slice<T, K, R>, slot: number): void {
    const image = this.#imageOf(slice, slot);
    if (image === undefined) this.#sum.merge(0, slice.lane, slot);
    else {
      this.#one.load(0, image);
      this.#sum.merge(0, this.#one, 0);
    }
  }
}

/** The windows of a range, one after the other; `within`: what is in one. */
export function* scan<K, R>(
  windows: readonly OpenWindow<K>[],
  range: ScanRange<K>,
  within: (window: OpenWindow<K>) => Iterable<StateEntry<K, R> | undefined>,
): Generator<StateEntry<K, R> | undefined, undefined> {
  for (const window of range.reverse ? [...windows].reverse() : windows) {
    if (isWithin(window, range) && (range.unfired || window.firedAt >= 0)) yield* within(window);
    yield undefined;
  }
}

/** The number of panes of a key is not kept but known: one on time if it was there when the window fired, and a count of the late ones. */
export function saidIn<K>({ firedAt, late }: OpenWindow<K>, key: K, seq: number): SaidPane | undefined {
  const corrections = late?.get(key) ?? 0;
  const index = (seq < firedAt ? 1 : 0) + corrections - 1;
  return index < 0 ? undefined : { index, nonSpeculativeIndex: index, timing: corrections > 0 ? 'late' : 'on-time' };
}

/** What late panes there were at a cut. */
export function copyOfLate<K>(late: KeyMap<K, number> | undefined): KeyMap<K, number> | undefined {
  if (!late) return undefined;
  const copy = new KeyMap<K, number>();
  for (const [key, count] of late.entries()) copy.set(key, count);
  return copy;
}
