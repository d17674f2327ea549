/**
 * Aligned windows with the default trigger over state that may be larger than memory: what slicedMachine.ts is for state that is not, by the
 * same rules and with the same snapshots. In memory are the slices and windows themselves, how many late panes their keys have had, and
 * as many keys as may be at hand; all else is in a backend.
 */
import type { SavedState, StateCut } from '../state/cut.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import { dropped } from './drops.js';
import type { StoredSlicedInside } from './inside.js';
import type { DropCounts, MachineOutput, WindowingSpec, WindowMachine } from './machine.js';
import { countLate, type OpenWindow, OpenWindows } from './openWindows.js';
import type { BlockData } from './sliceCuts.js';
import type { SlicedRest } from './slicedMachine.js';
import { StoredPanes } from './storedPanes.js';
import type { StoredSlice, StoredSlices } from './storedSlices.js';
import { checkWindow, type Slicing } from './window.js';

export class StoredSlicedMachine<T, K, R> implements WindowMachine<T> {
  readonly usesClock = false;
  readonly drops: DropCounts;
  watermark: Watermark = START_OF_TIME;
  processingTime: Timestamp = START_OF_TIME;
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #output: MachineOutput<T, K, R>;
  readonly #slicing: Slicing;
  readonly #slices: StoredSlices<T, K, R>;
  readonly #panes: StoredPanes<T, K, R>;
  readonly #windows: OpenWindows<K>;
  /** Whether panes have timestamps of their own. */
  readonly #stamped: boolean;
  readonly #range = { start: 0, end: 0 };
  /** Windows of `range`: start, end, start, end, ... */
  readonly #covering: Timestamp[] = [];
  readonly #cover = (start: Timestamp, end: Timestamp): void => void this.#covering.push(start, end);
  readonly #expire = (window: OpenWindow<K>): void => {
    if (window.firedAt < 0) this.#say(window, true);
    else if (this.#spec.closing === 'always') this.#panes.sayLast(window);
  };
  readonly #complete = (window: OpenWindow<K>): void => this.#say(window, false);
  readonly #next = (): number => this.#seq++;
  /** The slice of the last element. */
  #recent: StoredSlice | undefined = undefined;
  #due: Timestamp = Infinity;
  #seq = 0;

  constructor(
    spec: WindowingSpec<T, K, R>,
    output: MachineOutput<T, K, R>,
    drops: DropCounts,
    snapshot: SavedState | undefined,
    slices: StoredSlices<T, K, R>,
  ) {
    this.#spec = spec;
    this.#output = output;
    this.drops = drops;
    this.#slicing = spec.assigner.slicing as Slicing;
    this.#stamped = spec.timestampCombiner !== 'endOfWindow';
    this.#slices = slices;
    this.#windows = new OpenWindows(spec.allowedLateness);
    this.#panes = new StoredPanes(spec, output, slices);
    if (snapshot) this.#restore(snapshot);
  }

  element(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    this.#turn(() => {
      const recent = this.#recent;
      const known = recent !== undefined && timestamp >= recent.start && timestamp < recent.end;
      const slice = known ? recent : this.#sliceOf(timestamp);
      this.#recent = slice;
      if (slice === undefined) this.#drop(value, timestamp, diff);
      else if (slice.firstEnd <= this.watermark) this.#late(slice, value, timestamp, diff);
      else this.#put(slice, this.#spec.key(value), value, timestamp, diff);
    });
  }

  advance(watermark: Watermark, processingTime: Timestamp): void {
    this.processingTime = processingTime;
    this.watermark = watermark;
    if (watermark >= this.#due) this.#turn(() => this.#fire());
    this.#output.reached(this.#outputWatermark());
  }

  nextWake(): Timestamp {
    return Infinity;
  }

  cut(number: number, since: number): StateCut {
    const { watermark, processingTime } = this;
    const windows = this.#windows.all.map(({ start, end, firedAt, late }) => ({
      start,
      end,
      firedAt,
      late: late ? [...late.entries()] : [],
    }));
    const slices = this.#slices.live.all.map(({ start, earliest }) => ({ start, earliest }));
    const seq = this.#seq;
    const rest: SlicedRest<K> = {
      watermark,
      processingTime,
      seq,
      drops: { ...this.drops },
      slices,
      windows,
      ring: undefined,
      floor: this.#windows.floor,
    };
    return { rest, parts: this.#slices.cut(number, since) };
  }

  get inside(): StoredSlicedInside<T, K, R> {
    return { storedSlices: this.#slices, windows: this.#windows };
  }

  /** A call is at work: what it holds stays at hand. */
  #turn(work: () => void): void {
    this.#slices.settle();
    this.#slices.busy = true;
    try {
      work();
    } finally {
      this.#slices.busy = false;
    }
  }

  #restore({ rest, parts }: SavedState): void {
    const { watermark, processingTime, seq, drops, slices, windows, floor = START_OF_TIME } = rest as SlicedRest<K>;
    this.#windows.floor = floor;
    this.watermark = watermark;
    this.processingTime = processingTime;
    this.#seq = seq;
    Object.assign(this.drops, drops);
    const loaded = new Map<Timestamp, StoredSlice>();
    for (const { start, earliest } of slices) {
      const slice = this.#sliceOf(start) as StoredSlice;
      slice.earliest = earliest;
      loaded.set(start, slice);
    }
    for (const { data } of parts) {
      const slice = loaded.get((data as BlockData<K>).slice);
      if (slice) this.#slices.load(slice, data as BlockData<K>);
    }
    for (const { start, end, firedAt, late } of windows) {
      const window = this.#windows.open(start, end, watermark, seq);
      window.firedAt = firedAt;
      for (const [key, count] of late) countLate(window, key, count);
    }
    this.#due = this.#windows.due;
  }

  #outputWatermark(): Watermark {
    if (!this.#stamped) return this.watermark;
    const { waiting } = this.#windows;
    let hold = this.watermark;
    if (waiting) for (const slice of this.#slices.live.all) if (slice.end > waiting.start) hold = Math.min(hold, slice.earliest);
    return hold;
  }

  /** Adds an element to its slice. */
  #put(slice: StoredSlice, key: K, value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const { lane } = this.#slices;
    const entry = this.#slices.change(slice, key, this.#next);
    if (diff === 1) lane.add(entry.slot, value, timestamp);
    else lane.remove(entry.slot, value, timestamp);
    if (!this.#stamped || timestamp < this.watermark) return;
    entry.stamp = this.#panes.combineStamps(entry.stamp, timestamp);
    if (timestamp < slice.earliest) slice.earliest = timestamp;
  }

  /** The slice of `timestamp`; undefined if it lies in a hole or all its windows have expired. */
  #sliceOf(timestamp: Timestamp): StoredSlice | undefined {
    const { live } = this.#slices;
    // An element at END_OF_TIME counts at the instant before it: windows end there at the latest.
    const at = live.placeOf(Math.min(timestamp, END_OF_TIME - 1) + 1);
    const there = live.all[at];
    return there && there.start <= timestamp ? there : this.#open(at, timestamp);
  }

  /** The slice of `timestamp`, new, with the windows that it needs; undefined if none of them is live. */
  #open(at: number, timestamp: Timestamp): StoredSlice | undefined {
    const range = this.#range;
    const covering = this.#covering;
    const { live } = this.#slices;
    covering.length = 0;
    this.#slicing.slice(timestamp, range);
    // First and last window will do to begin with: of an element that is too late there may be thousands.
    this.#slicing.windows(range.start, range.end, this.#cover, Infinity);
    const [, firstEnd = START_OF_TIME] = covering;
    const expiry = this.#windows.expiryOf(covering[covering.length - 1] ?? START_OF_TIME);
    if (covering.length === 0 || expiry <= this.watermark) return undefined;
    // More than one: what lies between is known if it begins before the slice before ends, since then it holds that slice too.
    if (covering.length > 2) {
      covering.length = 0;
      this.#slicing.windows(range.start, range.end, this.#cover, live.all[at - 1]?.end);
    }
    const slice = this.#slices.open(range.start, range.end, firstEnd, expiry);
    live.all.splice(at, 0, slice);
    for (let i = 0; i < covering.length; i += 2) this.#openWindow(covering[i] as Timestamp, covering[i + 1] as Timestamp);
    this.#due = this.#windows.due;
    return slice;
  }

  #openWindow(start: Timestamp, end: Timestamp): void {
    checkWindow(start, end, this.#spec.assigner);
    if (this.#windows.expiryOf(end) > this.watermark) this.#windows.open(start, end, this.watermark, this.#seq);
  }

  /** Fires the windows that the watermark has completed and lets go of those that have expired, in order of their ends. */
  #fire(): void {
    const { all } = this.#slices.live;
    this.#recent = undefined;
    this.#windows.advance(this.watermark, this.#expire, this.#complete);
    let dead = 0;
    while (dead < all.length && (all[dead] as StoredSlice).expiry <= this.watermark) dead++;
    for (const slice of all.splice(0, dead)) this.#slices.drop(slice);
    this.#due = this.#windows.due;
  }

  #say(window: OpenWindow<K>, isLast: boolean): void {
    window.firedAt = this.#seq;
    this.#panes.sayOnTime(window, isLast);
  }

  /** An element of a slice of which some window is complete: it corrects those at once, and counts in the others. */
  #late(slice: StoredSlice, value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const key = this.#spec.key(value);
    const change = (): void => this.#put(slice, key, value, timestamp, diff);
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
