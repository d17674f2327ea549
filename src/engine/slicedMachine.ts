/**
 * The fast path: aligned windows with the default trigger. An element is added once, to its slice, however many windows
 * overlap there; a window that the watermark completes is put together from its slices, and its panes come from one walk over
 * exactly its own keys. There is no timer per key and no trigger state: all keys of a window end together. (Long, since the way of an element,
 * which finds its slice among those at hand or opens one, is one algorithm over one state; what is said and what is saved stand elsewhere.)
 */
import type { SavedState, StateCut } from '../state/cut.js';
import type { OwnCode } from '../state/ownCode.js';
import { hashOf } from '../state/slotIndex.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import { dropped } from './drops.js';
import type { SlicedInside } from './inside.js';
import type { DropCounts, MachineFactory, MachineOutput, Stretch, WindowingSpec, WindowMachine } from './machine.js';
import { countLate, type OpenWindow, OpenWindows } from './openWindows.js';
import { Slice } from './slice.js';
import { type BlockData, SliceCuts } from './sliceCuts.js';
import { SlicedPanes } from './slicedPanes.js';
import type { RingState, SliceRing } from './sliceRing.js';
import { Slices } from './slices.js';
import { makePasses, type Passes, takeManyOf } from './takeMany.js';
import { type Cursor, type TakeRun, takeRunOf } from './takeRun.js';
import { checkWindow, type Slicing } from './window.js';

/** What a snapshot has besides slices. */
export interface SlicedRest<K> {
  readonly watermark: Watermark;
  readonly processingTime: Timestamp;
  readonly seq: number;
  readonly drops: DropCounts;
  readonly slices: readonly { start: Timestamp; earliest: Timestamp }[];
  readonly windows: readonly { start: Timestamp; end: Timestamp; firedAt: number; late: [K, number][] }[];
  readonly ring: RingState | undefined;
  /** Windows that end here at the latest have expired, whatever the lateness. */
  readonly floor?: Timestamp;
}

// How many places there are for slices at hand: at least as many as live slices, up to some thousand; a power of two.
const FEW = 16;
const MANY = 4096;

export class SlicedMachine<T, K, R> implements WindowMachine<T> {
  readonly usesClock = false;
  readonly drops: DropCounts;
  watermark: Watermark = START_OF_TIME;
  processingTime: Timestamp = START_OF_TIME;
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #output: MachineOutput<T, K, R>;
  readonly #slicing: Slicing;
  readonly #panes: SlicedPanes<T, K, R>;
  readonly #slices: Slices<Slice<T, K, R>> = new Slices<Slice<T, K, R>>();
  readonly #windows: OpenWindows<K>;
  readonly #cuts: SliceCuts<T, K, R>;
  readonly #cursor: Cursor<T, K, R>;
  readonly #take: OwnCode<TakeRun>;
  #passes: Passes | undefined = undefined;
  readonly #key: (value: T) => K;
  /** Whether panes have timestamps of their own. */
  readonly #stamped: boolean;
  readonly #range = { start: 0, end: 0 };
  /** Windows of `range`: start, end, start, end, ... */
  readonly #covering: Timestamp[] = [];
  readonly #cover = (start: Timestamp, end: Timestamp): void => void this.#covering.push(start, end);
  /** Puts windows of many slices together; not needed where windows do not overlap. */
  readonly #ring: SliceRing<T, K, R> | undefined;
  readonly #expire = (window: OpenWindow<K>): void => {
    if (window.firedAt < 0) this.#say(window, true);
    else if (this.#spec.closing === 'always') this.#panes.sayLast(window);
  };
  readonly #complete = (window: OpenWindow<K>): void => this.#say(window, false);
  #seq = 0;
  /** Grows with every step that may say a pane. */
  #said = 0;
  #expectedKeys = 8;

  constructor(
    spec: WindowingSpec<T, K, R>,
    output: MachineOutput<T, K, R>,
    drops: DropCounts,
    snapshot: SavedState | undefined,
    ring?: SliceRing<T, K, R>,
  ) {
    this.#spec = spec;
    this.#windows = new OpenWindows(spec.allowedLateness);
    this.#cuts = new SliceCuts<T, K, R>(spec.aggregate.rows !== undefined);
    this.#output = output;
    this.drops = drops;
    this.#key = spec.key;
    this.#take = takeRunOf(spec);
    this.#cursor = {
      slice: undefined,
      recent: new Array<undefined>(FEW).fill(undefined),
      pace: 1,
      due: Infinity,
      slotOf: (slice, key, hash, number) => this.#slotOf(slice, key, hash, number),
      touch: (slice, slot) => this.#cuts.touch(slice, slot),
    };
    this.#stamped = spec.timestampCombiner !== 'endOfWindow';
    this.#slicing = spec.assigner.slicing as Slicing;
    // A retraction must equal, to the last bit, what was said; it is put together slice by slice, and the ring adds in another order.
    const corrects = spec.accumulation === 'retracting' && spec.allowedLateness > 0;
    this.#ring = this.#stamped || corrects ? undefined : ring;
    this.#panes = new SlicedPanes(spec, output, this.#slices, this.#ring);
    if (snapshot) this.#restore(snapshot);
  }

  element(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const { slice } = this.#cursor;
    if (slice !== undefined && timestamp >= slice.start && timestamp < slice.end)
      this.#put(slice, this.#key(value), value, timestamp, diff);
    else this.#seek(value, timestamp, diff);
  }

  advance(watermark: Watermark, processingTime: Timestamp): void {
    this.processingTime = processingTime;
    // In a run, watermarks that change nothing are not said one by one; the last of them goes before the panes.
    if (watermark >= this.#cursor.due) this.#output.reached(this.#outputWatermark());
    this.watermark = watermark;
    if (watermark >= this.#cursor.due) this.#fire();
    this.#output.reached(this.#outputWatermark());
  }

  run(stretch: Stretch<T>): void {
    const said = this.#said;
    const before = this.watermark;
    const take = this.#take.next(stretch.to - stretch.at);
    while (stretch.at < stretch.to && this.#said === said) {
      const { at } = stretch;
      if (!this.#stamped) {
        if (this.#cursor.slice?.index.table === undefined) take(this.#cursor, this.#key, this.#spec.aggregate, stretch);
        else this.#takeMany(stretch);
      }
      if (stretch.watermark > this.watermark) this.watermark = stretch.watermark;
      if (stretch.at === at && !this.#step(stretch)) break;
    }
    // There may be no more elements: what the last one's watermark promises must not wait for the next.
    if (this.watermark > before) this.#output.reached(this.#outputWatermark());
  }

  /** Elements of a slice of very many keys. */
  #takeMany(stretch: Stretch<T>): void {
    this.#passes ??= makePasses();
    const take = takeManyOf(this.#spec).next(stretch.to - stretch.at);
    take(this.#cursor, this.#key, this.#spec.aggregate, stretch, hashOf, this.#passes);
  }

  /** One element of a stretch, of which anything may come; false: it is for the source. */
  #step(stretch: Stretch<T>): boolean {
    const value = stretch.values[stretch.at] as T;
    const timestamp = stretch.time ?? stretch.timestampOf(value);
    stretch.time = timestamp;
    if (!(Number.isSafeInteger(timestamp) && timestamp <= stretch.horizon)) return false;
    stretch.time = undefined;
    stretch.at++;
    this.element(value, timestamp, 1);
    const watermark = Math.max(stretch.watermark, timestamp - stretch.bound);
    stretch.watermark = watermark;
    if (watermark >= this.#cursor.due) this.advance(watermark, this.processingTime);
    else if (watermark > this.watermark) this.watermark = watermark;
    return true;
  }

  nextWake(): Timestamp {
    return Infinity;
  }

  #outputWatermark(): Watermark {
    if (!this.#stamped) return this.watermark;
    const { waiting } = this.#windows;
    let hold = this.watermark;
    if (waiting) for (const slice of this.#slices.all) if (slice.end > waiting.start) hold = Math.min(hold, slice.earliest);
    return hold;
  }

  cut(number: number, since: number): StateCut {
    const { watermark, processingTime } = this;
    const parts = this.#cuts.take(number, since, this.#slices.all);
    // The next element looks its slice up anew, and enters it: so the path of an element knows little of cuts.
    this.#forgetRecent();
    const windows = this.#windows.all.map(({ start, end, firedAt, late }) => ({
      start,
      end,
      firedAt,
      late: late ? [...late.entries()] : [],
    }));
    const slices = this.#slices.all.map(({ start, earliest }) => ({ start, earliest }));
    const seq = this.#seq;
    const { floor } = this.#windows;
    const ring = this.#ring?.state;
    const rest: SlicedRest<K> = { watermark, processingTime, seq, drops: { ...this.drops }, slices, windows, ring, floor };
    return { rest, parts };
  }

  get inside(): SlicedInside<T, K, R> {
    return { slices: this.#slices, windows: this.#windows, sliceCuts: this.#cuts, forget: () => this.#forgetRecent() };
  }

  #restore(saved: SavedState): void {
    const { watermark, processingTime, seq, drops, slices, windows, ring, floor = START_OF_TIME } = saved.rest as SlicedRest<K>;
    this.#windows.floor = floor;
    this.watermark = watermark;
    this.processingTime = processingTime;
    this.#seq = seq;
    Object.assign(this.drops, drops);
    const blocks = new Map(slices.map(({ start }) => [start, [] as BlockData<K>[]]));
    for (const { data } of saved.parts) blocks.get((data as BlockData<K>).slice)?.push(data as BlockData<K>);
    for (const { start, earliest } of slices) this.#load(start, earliest, blocks.get(start) as BlockData<K>[]);
    if (ring) this.#ring?.restore(ring, this.#slices.all);
    for (const { start, end, firedAt, late } of windows) {
      const window = this.#windows.open(start, end, watermark, seq);
      window.firedAt = firedAt;
      for (const [key, count] of late) countLate(window, key, count);
    }
  }

  #load(start: Timestamp, earliest: Timestamp, blocks: readonly BlockData<K>[]): void {
    const size = blocks.reduce((sum, { keys }) => sum + keys.length, 0);
    this.#expectedKeys = size;
    if (this.#ring) this.#ring.expected = size;
    const slice = this.#sliceOf(start) as Slice<T, K, R>;
    slice.earliest = earliest;
    for (const { keys, seqs, values, stamps } of blocks) {
      const from = slice.keys.length;
      keys.forEach((key, i) => void slice.add(key, seqs[i] as number));
      slice.lane.loadSlots(from, values);
      for (const stamp of stamps) slice.stamps.push(stamp);
    }
  }

  /** Adds an element to its slice. */
  #put(slice: Slice<T, K, R>, key: K, value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const slot = this.#slotOf(slice, key);
    if (diff === 1) slice.lane.add(slot, value, timestamp);
    else slice.lane.remove(slot, value, timestamp);
    if (this.#stamped) this.#stamp(slice, slot, timestamp);
  }

  /** The slot of a key, made if there is none, which is about to change. */
  #slotOf(slice: Slice<T, K, R>, key: K, hash?: number, number?: number): number {
    const slot = number === undefined ? slice.index.get(key, hash) : undefined;
    if (slice.marks !== undefined) this.#cuts.touch(slice, slot ?? slice.keys.length);
    if (slot !== undefined) return slot;
    const { table } = slice.index;
    const added = slice.add(key, this.#seq++, hash, number);
    // From a table back to a map: now it is for the other loop.
    if (table !== undefined && slice.index.table === undefined) this.#cuts.enter(slice);
    return added;
  }

  #stamp(slice: Slice<T, K, R>, slot: number, timestamp: Timestamp): void {
    const before = slice.stamps[slot] ?? NaN;
    slice.stamps[slot] = timestamp < this.watermark ? before : this.#panes.combineStamps(before, timestamp);
    if (timestamp >= this.watermark && timestamp < slice.earliest) slice.earliest = timestamp;
  }

  /** An element of another slice than the one before. */
  #seek(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const cursor = this.#cursor;
    const recent = cursor.recent[this.#placeOf(timestamp)];
    if (recent !== undefined && timestamp >= recent.start && timestamp < recent.end && recent.firstEnd > this.watermark) {
      cursor.slice = recent;
      this.#put(recent, this.#key(value), value, timestamp, diff);
      return;
    }
    const slice = this.#sliceOf(timestamp);
    if (slice === undefined) {
      this.#drop(value, timestamp, diff);
      return;
    }
    if (slice.firstEnd <= this.watermark) {
      this.#late(slice, value, timestamp, diff);
      return;
    }
    this.#cuts.enter(slice);
    cursor.recent[this.#placeOf(timestamp)] = slice;
    cursor.slice = slice;
    this.#put(slice, this.#key(value), value, timestamp, diff);
  }

  /** Where the slice of a timestamp would be among those at hand. */
  #placeOf(timestamp: Timestamp): number {
    return Math.floor((timestamp + 0.5) * this.#cursor.pace) & (this.#cursor.recent.length - 1);
  }

  /** The slice of `timestamp`; undefined if it lies in a hole or all its windows have expired. */
  #sliceOf(timestamp: Timestamp): Slice<T, K, R> | undefined {
    // An element at END_OF_TIME counts at the instant before it: windows end there at the latest.
    const at = this.#slices.placeOf(Math.min(timestamp, END_OF_TIME - 1) + 1);
    const there = this.#slices.all[at];
    return there && there.start <= timestamp ? there : this.#open(at, timestamp);
  }

  /** The slice of `timestamp`, new, with the windows that it needs; undefined if none of them is live. */
  #open(at: number, timestamp: Timestamp): Slice<T, K, R> | undefined {
    const { watermark } = this;
    const range = this.#range;
    const covering = this.#covering;
    covering.length = 0;
    this.#slicing.slice(timestamp, range);
    // First and last window will do to begin with: of an element that is too late there may be thousands.
    this.#slicing.windows(range.start, range.end, this.#cover, Infinity);
    const [, firstEnd = START_OF_TIME] = covering;
    const expiry = this.#windows.expiryOf(covering[covering.length - 1] ?? START_OF_TIME);
    if (covering.length === 0 || expiry <= watermark) return undefined;
    // More than one: what lies between is known if it begins before the slice before ends, since then it holds that slice too.
    if (covering.length > 2) {
      covering.length = 0;
      this.#slicing.windows(range.start, range.end, this.#cover, this.#slices.all[at - 1]?.end);
    }
    this.#makeRoom(1 / (range.end - range.start));
    const slice = new Slice(
      this.#spec,
      range.start,
      range.end,
      firstEnd,
      expiry,
      this.#ring?.expected ?? this.#expectedKeys,
      this.#ring?.indexOf,
    );
    this.#cuts.add(slice);
    this.#slices.all.splice(at, 0, slice);
    for (let i = 0; i < covering.length; i += 2) this.#openWindow(covering[i] as Timestamp, covering[i + 1] as Timestamp);
    this.#cursor.due = this.#windows.due;
    return slice;
  }

  #openWindow(start: Timestamp, end: Timestamp): void {
    checkWindow(start, end, this.#spec.assigner);
    if (this.#windows.expiryOf(end) > this.watermark) this.#windows.open(start, end, this.watermark, this.#seq);
  }

  /** Fires the windows that the watermark has completed and lets go of those that have expired, in order of their ends. */
  #fire(): void {
    const { watermark } = this;
    const slices = this.#slices.all;
    this.#said++;
    this.#windows.advance(watermark, this.#expire, this.#complete);
    let dead = 0;
    while (dead < slices.length && (slices[dead] as Slice<T, K, R>).expiry <= watermark) dead++;
    if (dead > 0) {
      this.#expectedKeys = Math.max(8, (slices[dead - 1] as Slice<T, K, R>).keys.length);
      const { recent } = this.#cursor;
      const gone = slices.splice(0, dead);
      for (const { start } of gone) recent[this.#placeOf(start)] = undefined;
      this.#ring?.release(gone);
    }
    this.#cursor.slice = undefined;
    this.#cursor.due = this.#windows.due;
  }

  /** Sees to it that the slices at hand do not crowd each other out, and lie where slices of this width are looked for. */
  #makeRoom(pace: number): void {
    const cursor = this.#cursor;
    const { length } = cursor.recent;
    if (this.#slices.all.length >= length && length < MANY) cursor.recent = new Array<undefined>(4 * length).fill(undefined);
    else if (pace !== cursor.pace) this.#forgetRecent();
    cursor.pace = pace;
  }

  #forgetRecent(): void {
    this.#cursor.recent.fill(undefined);
    this.#cursor.slice = undefined;
  }

  #say(window: OpenWindow<K>, isLast: boolean): void {
    window.firedAt = this.#seq;
    this.#panes.sayOnTime(window, isLast);
  }

  /** An element of a slice of which some window is complete: it corrects those at once, and counts in the others. */
  #late(slice: Slice<T, K, R>, value: T, timestamp: Timestamp, diff: 1 | -1): void {
    this.#output.reached(this.#outputWatermark());
    this.#said++;
    const key = this.#key(value);
    const change = (): void => {
      this.#put(slice, key, value, timestamp, diff);
      this.#ring?.refresh(slice, key);
    };
    this.#panes.correct(this.#windows.firedOver(slice), key, change, value, timestamp, diff);
  }

  #drop(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const covering = this.#covering;
    if (covering.length === 0) {
      this.drops.unassigned++;
      return;
    }
    const window = { start: covering[covering.length - 2] as Timestamp, end: covering[covering.length - 1] as Timestamp };
    dropped(this.drops, this.#output, value, timestamp, diff, 'expired', this.watermark, window);
  }
}

/** Makes a sliced machine. */
export const slicedMachine: MachineFactory = (spec, output, drops, snapshot) => new SlicedMachine(spec, output, drops, snapshot);
