/**
 * Reads sliced machines on tables: what slicedReader.ts does for those in memory. What is looked at for a reader is not at hand afterwards, so
 * that reading drives out nothing that elements use.
 */
import { keyBytes } from '../state/keyBytes.js';
import { createLane, type Lane } from '../state/lanes.js';
import type { HeldParts } from '../state/storedParts.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { StoredSlicedInside } from './inside.js';
import type { WindowingSpec } from './machine.js';
import type { OpenWindow } from './openWindows.js';
import { copyOfLate, saidIn, scan } from './slicedReader.js';
import { Slices } from './slices.js';
import { inOrder, newestOf, type ScanRange, type StateEntry, type StateReader } from './stateReader.js';
import type { EntryData, KeyRecord, SliceEntry, StoredSlice } from './storedSlices.js';
import { sameWindow, type TimeWindow } from './window.js';

export class StoredSlicedReader<T, K, R> implements StateReader<K, R> {
  readonly #inside: StoredSlicedInside<T, K, R>;
  readonly #clock: { readonly watermark: Watermark };
  readonly #slices: Slices<StoredSlice>;
  readonly #windows: readonly OpenWindow<K>[];
  readonly #held: HeldParts | undefined;
  /** Of a cut: how many keys the slices had. */
  readonly #counts: ReadonlyMap<StoredSlice, number> | undefined;
  readonly #discarding: boolean;
  readonly #sum: Lane<T, R>;
  /** An accumulator out of an image. */
  readonly #one: Lane<T, R>;

  /** `number`: of the cut to be held; undefined: what the machine has is read as it is. */
  constructor(
    spec: WindowingSpec<T, K, R>,
    machine: { readonly watermark: Watermark },
    inside: StoredSlicedInside<T, K, R>,
    number?: number,
  ) {
    const { storedSlices, windows } = inside;
    this.#inside = inside;
    this.#discarding = spec.accumulation === 'discarding';
    this.#sum = createLane(spec.aggregate, 1);
    this.#sum.alloc();
    this.#one = createLane(spec.aggregate, 1);
    this.#one.alloc();
    this.#clock = number === undefined ? machine : { watermark: machine.watermark };
    this.#slices = storedSlices.live;
    this.#windows = windows.all;
    if (number === undefined) return;
    this.#slices = new Slices<StoredSlice>();
    this.#slices.all.push(...storedSlices.live.all);
    this.#windows = windows.all.map(window => ({ ...window, late: copyOfLate(window.late) }));
    this.#counts = new Map(storedSlices.live.all.map(slice => [slice, slice.count]));
    this.#held = storedSlices.hold(number);
  }

  get watermark(): Watermark {
    return this.#clock.watermark;
  }

  find(key: K, bounds: TimeWindow): StateEntry<K, R> | undefined {
    const window = this.#windows.find(one => sameWindow(one, bounds));
    return window && this.#entry(keyBytes(key), key, window);
  }

  at(key: K, instant: Timestamp): StateEntry<K, R> | undefined {
    return newestOf(this.of(key), instant);
  }

  of(key: K): StateEntry<K, R>[] {
    const bytes = keyBytes(key);
    const entries = this.#windows.flatMap(window => this.#entry(bytes, key, window) ?? []);
    return inOrder(entries);
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

  *#within(window: OpenWindow<K>, { wants, unfired, reverse }: ScanRange<K>): Generator<StateEntry<K, R> | undefined, undefined> {
    const slices = this.#slices.of(window);
    for (let i = 0; i < slices.length; i++) {
      const place = reverse ? slices.length - 1 - i : i;
      const slice = slices[place] as StoredSlice;
      const count = this.#countOf(slice);
      for (let n = 0; n < count; n++) {
        const key = this.#keyAt(slice, reverse ? count - 1 - n : n);
        if (!key || !wants(key.key)) {
          yield undefined;
          continue;
        }
        const isFirst = !slices.some((other, at) => at < place && this.#partIn(key.bytes, other));
        const entry = isFirst ? this.#entry(key.bytes, key.key, window) : undefined;
        yield entry && (unfired || entry.pane) ? entry : undefined;
      }
    }
  }

  #countOf(slice: StoredSlice): number {
    return this.#counts?.get(slice) ?? slice.count;
  }

  #keyAt(slice: StoredSlice, place: number): { readonly key: K; readonly bytes: string } | undefined {
    const { storedSlices } = this.#inside;
    const number = storedSlices.numberAt(slice, place);
    const image = this.#held?.imageOf(number) as EntryData<K> | undefined;
    if (image) return { key: image.key, bytes: keyBytes(image.key) };
    const bytes = storedSlices.bytesAt(number);
    return bytes === undefined ? undefined : storedSlices.look(bytes, ({ key }) => ({ key, bytes }));
  }

  /** What a key has in a slice: as it was at the cut, or an entry that is at hand within `look` alone. */
  #partOf(record: KeyRecord<K> | undefined, bytes: string, slice: StoredSlice): SliceEntry | EntryData<K> | undefined {
    const [entry] = this.#inside.storedSlices.entriesIn(record, [slice]);
    const held = this.#held;
    if (!held) return entry;
    if (entry && entry.mark <= held.number) return entry;
    const first = this.#inside.storedSlices.numberAt(slice, 0);
    const count = this.#countOf(slice);
    const number = entry?.number ?? held.goneOf(bytes).find(gone => gone >= first && gone < first + count);
    return number === undefined ? undefined : (held.imageOf(number) as EntryData<K> | undefined);
  }

  #partIn(bytes: string, slice: StoredSlice): boolean {
    const { storedSlices } = this.#inside;
    const there = storedSlices.look(bytes, record => this.#partOf(record, bytes, slice) !== undefined);
    return there ?? this.#partOf(undefined, bytes, slice) !== undefined;
  }

  #entry(bytes: string, key: K, window: OpenWindow<K>): StateEntry<K, R> | undefined {
    const made = (record?: KeyRecord<K>): { readonly entry: StateEntry<K, R> | undefined } => ({
      entry: this.#made(record, bytes, record?.key ?? key, window),
    });
    return (this.#inside.storedSlices.look(bytes, made) ?? made()).entry;
  }

  #made(record: KeyRecord<K> | undefined, bytes: string, key: K, window: OpenWindow<K>): StateEntry<K, R> | undefined {
    const slices = this.#slices.of(window);
    const parts = slices.flatMap(slice => this.#partOf(record, bytes, slice) ?? []);
    const [first] = parts;
    if (!first) return undefined;
    const fired = window.firedAt >= 0;
    const seq = Math.min(...parts.map(part => part.seq));
    return {
      key,
      window: { start: window.start, end: window.end },
      value: this.#valueOf(this.#discarding && fired ? [] : parts),
      status: this.watermark < window.end ? 'open' : 'complete',
      expires: this.#inside.windows.expiryOf(window.end),
      pane: fired ? saidIn(window, key, seq) : undefined,
      fresh: !fired,
    };
  }

  #valueOf(parts: readonly (SliceEntry | EntryData<K>)[]): R {
    const { lane } = this.#inside.storedSlices;
    const [only] = parts;
    if (parts.length === 1 && only && 'slot' in only) return lane.result(only.slot);
    this.#sum.reset(0);
    for (const part of parts) {
      if ('slot' in part) this.#sum.merge(0, lane, part.slot);
      else {
        this.#one.load(0, part.value);
        if (parts.length === 1) return this.#one.result(0);
        this.#sum.merge(0, this.#one, 0);
      }
    }
    return this.#sum.result(0);
  }
}
