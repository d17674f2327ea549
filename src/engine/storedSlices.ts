/**
 * The slices of a state that may be larger than memory: what slice.ts and sliceCuts.ts are for one that is not. All slices of a key lie in one
 * record, so that an element looks one thing up. The keys of a slice are labels, in the order in which they were first seen there.
 */
import type { StatePart } from '../state/cut.js';
import { keyBytes, numberBytes } from '../state/keyBytes.js';
import { createLane, type Lane } from '../state/lanes.js';
import { Overlay } from '../state/overlay.js';
import type { StateBackend } from '../state/stateBackend.js';
import { type HeldParts, StoredParts } from '../state/storedParts.js';
import type { Timestamp } from '../time/timestamp.js';
import type { WindowingSpec } from './machine.js';
import type { BlockData } from './sliceCuts.js';
import { Slices } from './slices.js';
import type { TimeWindow } from './window.js';

/** More keys than a slice can have: the number of an entry is that of its slice times this, and its place there. */
const PLACES: number = 2 ** 28;

/** A stretch of event time; its content lies elsewhere. */
export class StoredSlice implements TimeWindow {
  /** The end of the first window that holds it: from there on, its elements come late for some window. */
  readonly firstEnd: Timestamp;
  /** When the last window that holds it expires. */
  readonly expiry: Timestamp;
  readonly start: Timestamp;
  readonly end: Timestamp;
  readonly ordinal: number;
  /** How many keys it has. */
  count = 0;
  /** No element that came in time is earlier. */
  earliest: Timestamp = Infinity;

  constructor(start: Timestamp, end: Timestamp, firstEnd: Timestamp, expiry: Timestamp, ordinal: number) {
    this.start = start;
    this.end = end;
    this.firstEnd = firstEnd;
    this.expiry = expiry;
    this.ordinal = ordinal;
  }
}

/** A key in a slice. */
export interface SliceEntry {
  readonly number: number;
  /** The machine's count when the key was first seen there. */
  readonly seq: number;
  /** The interval between two cuts in which it last changed. */
  mark: number;
  /** Where its accumulator lies, while it is at hand. */
  readonly slot: number;
  /** The earliest or latest element that was not late; NaN: none, or it does not matter. */
  stamp: Timestamp;
}

/** A key with all slices that have it. */
export interface KeyRecord<K> {
  readonly key: K;
  readonly entries: SliceEntry[];
}

/** A key in a window: its entries there in order of time, and the count when it was first seen in it. */
export interface Content<K> {
  readonly key: K;
  readonly entries: readonly SliceEntry[];
  readonly seq: number;
}

/** A key in a slice as plain data. */
export interface EntryData<K> {
  readonly slice: Timestamp;
  readonly key: K;
  readonly seq: number;
  readonly value: unknown;
  readonly stamp: Timestamp;
}

export class StoredSlices<T, K, R> {
  readonly lane: Lane<T, R>;
  readonly live: Slices<StoredSlice> = new Slices<StoredSlice>();
  /** A call is at work, and may have entries in its hands. */
  busy = false;
  readonly #numeric: boolean;
  readonly #stamped: boolean;
  readonly #records: Overlay<string, KeyRecord<K>>;
  readonly #parts: StoredParts;
  readonly #byOrdinal = new Map<number, StoredSlice>();
  #ordinals = 0;

  /** `bound`: how many keys may be at hand. */
  constructor(spec: WindowingSpec<T, K, R>, backend: StateBackend, name: string, bound: number) {
    this.lane = createLane(spec.aggregate);
    this.#numeric = spec.aggregate.rows !== undefined;
    this.#stamped = spec.timestampCombiner !== 'endOfWindow';
    const form = {
      save: (record: KeyRecord<K>) => this.#save(record),
      load: (data: unknown) => this.#load(data as unknown[]),
      release: ({ entries }: KeyRecord<K>): void => {
        for (const { slot } of entries) this.lane.free(slot);
      },
    };
    this.#records = new Overlay<string, KeyRecord<K>>(backend.table(`${name}/keys`), form, bound, bytes => bytes);
    this.#parts = new StoredParts(backend, name, bound, {
      dump: (number, label, cut) => this.#dumpAt(number, label, cut),
      assemble: (_block, entries) => this.#assemble(entries as readonly EntryData<K>[]),
      settle: () => {
        if (!this.busy) this.settle();
      },
    });
  }

  /** Between turns: what is too much at hand makes room. */
  settle(): void {
    this.#records.settle();
    this.#parts.settle();
  }

  /** A new slice, to be put in its place. */
  open(start: Timestamp, end: Timestamp, firstEnd: Timestamp, expiry: Timestamp): StoredSlice {
    const slice = new StoredSlice(start, end, firstEnd, expiry, this.#ordinals++);
    this.#byOrdinal.set(slice.ordinal, slice);
    return slice;
  }

  /** All of a key, by its bytes. */
  record(bytes: string): KeyRecord<K> | undefined {
    return this.#records.get(bytes);
  }

  /** The entries of a key in the slices of a window. */
  entriesOf(key: K, window: TimeWindow): SliceEntry[] {
    return this.entriesIn(this.record(keyBytes(key)), this.live.of(window));
  }

  /** The entry of a key in a slice, which is about to change; made if there is none, with the count `seq()`. */
  change(slice: StoredSlice, key: K, seq: () => number): SliceEntry {
    const bytes = keyBytes(key);
    const record = this.#records.get(bytes) ?? { key, entries: [] };
    let entry = entryIn(record, slice);
    if (entry) this.#touch(slice.start, record, entry);
    else entry = this.#create(slice, record, bytes, seq());
    this.#records.put(bytes, record);
    return entry;
  }

  /** A slice that no window needs any more. */
  drop(slice: StoredSlice): void {
    for (let place = 0; place < slice.count; place++) {
      this.settle();
      const number = slice.ordinal * PLACES + place;
      const bytes = bytesOf(this.#parts.labelOf(number) as string);
      const record = this.#records.get(bytes) as KeyRecord<K>;
      const at = record.entries.findIndex(entry => entry.number === number);
      const entry = record.entries[at] as SliceEntry;
      this.#touch(slice.start, record, entry);
      this.#parts.died(number, bytes);
      this.lane.free(entry.slot);
      record.entries.splice(at, 1);
      if (record.entries.length > 0) this.#records.put(bytes, record);
      else this.#records.delete(bytes);
    }
    this.#byOrdinal.delete(slice.ordinal);
  }

  /** The entries of a record in some slices, in their order. */
  entriesIn(record: KeyRecord<K> | undefined, slices: readonly StoredSlice[]): SliceEntry[] {
    const found: SliceEntry[] = [];
    if (record) {
      for (const slice of slices) {
        const entry = entryIn(record, slice);
        if (entry) found.push(entry);
      }
    }
    return found;
  }

  /** The keys of some slices in the order in which they were first seen there. What is given is at hand until the next. */
  *content(slices: readonly StoredSlice[]): Generator<Content<K>, undefined> {
    const heads = slices.map(slice => ({ slice, place: -1, label: '' }));
    for (const head of heads) this.#forward(head);
    for (;;) {
      let first: (typeof heads)[number] | undefined;
      for (const head of heads) if (head.label !== '' && (first === undefined || head.label < first.label)) first = head;
      if (!first) return undefined;
      this.settle();
      const record = this.#records.get(bytesOf(first.label)) as KeyRecord<K>;
      const entries = slices.length === 1 ? [entryIn(record, first.slice) as SliceEntry] : this.entriesIn(record, slices);
      const own = first.slice.ordinal * PLACES + first.place;
      let least = entries[0] as SliceEntry;
      for (const entry of entries) if (entry.seq < least.seq) least = entry;
      // In the other slices it has come later: it is said once.
      if (least.number === own) yield { key: record.key, entries, seq: least.seq };
      this.#forward(first);
    }
  }

  cut(number: number, since: number): Iterable<StatePart> {
    return this.#parts.take(number, since);
  }

  /** Holds a cut. */
  hold(number: number): HeldParts {
    return this.#parts.hold(number);
  }

  /** What `use` makes of a key, which is at hand for so long. */
  look<U>(bytes: string, use: (record: KeyRecord<K>) => U): U | undefined {
    return this.#records.look(bytes, use);
  }

  /** The number of the key at a place of a slice. */
  numberAt({ ordinal }: StoredSlice, place: number): number {
    return ordinal * PLACES + place;
  }

  /** The bytes of the key of a number; undefined: it is no more. */
  bytesAt(number: number): string | undefined {
    const label = this.#parts.lookUp(number);
    return label && bytesOf(label);
  }

  /** Takes over what a cut had of a slice. */
  load(slice: StoredSlice, { keys, seqs, values, stamps }: BlockData<K>): void {
    const stride = this.#numeric ? (values as number[]).length / keys.length : 1;
    keys.forEach((key, i) => {
      this.settle();
      const entry = this.change(slice, key, () => seqs[i] as number);
      const value = this.#numeric ? (values as number[]).slice(i * stride, (i + 1) * stride) : (values as unknown[])[i];
      this.lane.load(entry.slot, value);
      entry.stamp = stamps[i] ?? NaN;
    });
  }

  #forward(head: { readonly slice: StoredSlice; place: number; label: string }): void {
    const { slice } = head;
    head.place++;
    head.label = head.place < slice.count ? (this.#parts.labelOf(slice.ordinal * PLACES + head.place) as string) : '';
  }

  #create(slice: StoredSlice, record: KeyRecord<K>, bytes: string, seq: number): SliceEntry {
    const number = slice.ordinal * PLACES + slice.count++;
    const entry: SliceEntry = { number, seq, mark: this.#parts.epoch, slot: this.lane.alloc(), stamp: NaN };
    record.entries.push(entry);
    // Counts first, so that labels sort as the keys came.
    this.#parts.born(number, numberBytes(seq) + bytes);
    return entry;
  }

  #touch(slice: Timestamp, { key }: KeyRecord<K>, entry: SliceEntry): void {
    this.#parts.touch(entry.number, entry.mark, () => this.#dump(slice, key, entry));
    entry.mark = this.#parts.epoch;
  }

  #dump(slice: Timestamp, key: K, { seq, slot, stamp }: SliceEntry): EntryData<K> {
    return { slice, key, seq, value: this.lane.dump(slot), stamp };
  }

  #dumpAt(number: number, label: string, cut: number): unknown {
    const slice = this.#byOrdinal.get(Math.floor(number / PLACES)) as StoredSlice;
    return this.#records.look(bytesOf(label), ({ key, entries }) => {
      const entry = entries.find(one => one.number === number) as SliceEntry;
      return entry.mark > cut ? undefined : this.#dump(slice.start, key, entry);
    });
  }

  #assemble(entries: readonly EntryData<K>[]): BlockData<K> {
    const values = entries.map(({ value }) => value);
    return {
      slice: (entries[0] as EntryData<K>).slice,
      keys: entries.map(({ key }) => key),
      seqs: entries.map(({ seq }) => seq),
      values: this.#numeric ? values.flat() : values,
      stamps: this.#stamped ? entries.map(({ stamp }) => stamp) : [],
    };
  }

  #save({ key, entries }: KeyRecord<K>): unknown[] {
    const data: unknown[] = [key];
    for (const { number, seq, mark, slot, stamp } of entries) data.push(number, seq, mark, stamp, this.lane.dump(slot));
    return data;
  }

  #load([key, ...data]: unknown[]): KeyRecord<K> {
    const entries: SliceEntry[] = [];
    for (let at = 0; at < data.length; at += 5) {
      const slot = this.lane.alloc();
      this.lane.load(slot, data[at + 4]);
      const [number, seq, mark, stamp] = data.slice(at, at + 4) as [number, number, number, number];
      entries.push({ number, seq, mark, slot, stamp });
    }
    return { key: key as K, entries };
  }
}

function entryIn(record: KeyRecord<unknown>, { ordinal }: StoredSlice): SliceEntry | undefined {
  for (const entry of record.entries) if (Math.floor(entry.number / PLACES) === ordinal) return entry;
  return undefined;
}

function bytesOf(label: string): string {
  return label.slice(8);
}
