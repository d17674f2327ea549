/**
 * The entries of a state that may be larger than memory, as parts of cuts. Each entry has a number, which ascends and is never used again,
 * and a label by which it is found. Numbers next to each other make a block; a block is a part, and has a mark: the interval between two
 * cuts in which it last changed. So a barrier costs nothing, and what is read of an unchanged block is its mark.
 *
 * An entry that changes while a cut is open is copied before, unless the reader has passed it: into a table, so that it does not matter how
 * many change. (Copy on write by epochs, as cuts.ts does it for what lies in memory.)
 *
 * Invariant: what an open reading has yet to read is as it was at its barrier, or stands in its images.
 */
import type { StatePart } from './cut.js';
import { numberBytes } from './keyBytes.js';
import { Marks } from './marks.js';
import { AS_IT_IS, Overlay } from './overlay.js';
import { readParts } from './readParts.js';
import type { StateBackend } from './stateBackend.js';

/** How many numbers a block has: few, so that scattered changes leave most blocks as they are. */
export const BLOCK = 16;

/** What an owner of entries does for a reader. */
export interface PartSource {
  /** The entry of this number and label as plain data that is shared with nobody; undefined: it has been changed or made after cut `number`. */
  dump(number: number, label: string, cut: number): unknown;
  /** The entries of a block, in order, as the data of a part. */
  assemble(block: number, entries: readonly unknown[]): unknown;
  /** Between two parts: what was looked at need not stay at hand. */
  settle(): void;
}

type Labels = (string | undefined)[];

/** A cut that is being read, or held. */
interface Reading {
  readonly number: number;
  readonly since: number;
  readonly ordinal: number;
  /** Nobody goes through it. */
  readonly isHeld: boolean;
  /** What the keys of its images begin with. */
  readonly prefix: string;
  /** Blocks that have changed since the cut: when they had done so before. */
  readonly before: Map<number, number>;
  /** Blocks up to here have been read. */
  at: number;
}

/** A cut that is held. */
export interface HeldParts {
  /** The number of the cut. */
  readonly number: number;
  /** The data of an entry that has changed since; undefined: it has not, or was not there. */
  imageOf(number: number): unknown;
  /** The numbers of the entries that are no more, of those that were found by `bytes`. */
  goneOf(bytes: string): readonly number[];
  release(): void;
}

export class StoredParts {
  /** The interval at hand: above the numbers of all cuts. */
  epoch = 1;
  readonly #source: PartSource;
  readonly #labels: Overlay<number, Labels>;
  readonly #images: Overlay<string, { readonly data: unknown }>;
  readonly #marks = new Marks();
  readonly #open = new Set<Reading>();
  /** The first cut: nothing can be compared with one before it. */
  #first = Infinity;
  #readings = 0;
  /** By prefix and bytes: the numbers of entries that are no more and were there at a cut that is held. */
  #gone: Overlay<string, readonly number[]> | undefined = undefined;
  readonly #goneIn: () => Overlay<string, readonly number[]>;

  /** `name`: of the tables; `bound`: of entries at hand. */
  constructor(backend: StateBackend, name: string, bound: number, source: PartSource) {
    this.#source = source;
    this.#labels = new Overlay(backend.table(`${name}/labels`), AS_IT_IS, Math.ceil(bound / BLOCK), numberBytes);
    this.#images = new Overlay(backend.table(`${name}/images`), AS_IT_IS, bound, key => key);
    this.#goneIn = () => new Overlay(backend.table(`${name}/gone`), AS_IT_IS, bound, key => key);
  }

  /** A new entry. */
  born(number: number, label: string): void {
    const block = Math.floor(number / BLOCK);
    this.#mark(block);
    const labels = this.#labels.get(block) ?? [];
    labels[number % BLOCK] = label;
    this.#labels.put(block, labels);
  }

  /** To be called before an entry changes that last did so in the interval `mark`; from then on that is `epoch`. */
  touch(number: number, mark: number, dump: () => unknown): void {
    if (mark === this.epoch) return;
    const block = Math.floor(number / BLOCK);
    this.#mark(block);
    for (const reading of this.#open) {
      // Read already, or not there at the cut.
      if (block <= reading.at || mark > reading.number) continue;
      // What has not changed since the cut that it is compared with is not read.
      if ((reading.before.get(block) as number) <= reading.since) continue;
      const key = reading.prefix + numberBytes(number);
      if (this.#images.get(key) === undefined) this.#images.put(key, { data: dump() });
    }
  }

  /** An entry that is no more; it has been touched. `bytes`: by what it was found, together with others. */
  died(number: number, bytes = ''): void {
    const block = Math.floor(number / BLOCK);
    for (const { isHeld, prefix } of this.#open) {
      if (!isHeld || this.#images.get(prefix + numberBytes(number)) === undefined) continue;
      const gone = this.#gone as Overlay<string, readonly number[]>;
      gone.put(prefix + bytes, [...(gone.get(prefix + bytes) ?? []), number]);
    }
    const labels = this.#labels.get(block) as Labels;
    this.#mark(block);
    labels[number % BLOCK] = undefined;
    if (labels.some(label => label !== undefined)) {
      this.#labels.put(block, labels);
      return;
    }
    this.#labels.delete(block);
    this.#marks.set(block, 0);
    if (this.#open.size === 0) this.#marks.tidy();
  }

  /** By what an entry is found. */
  labelOf(number: number): string | undefined {
    return this.#labels.get(Math.floor(number / BLOCK))?.[number % BLOCK];
  }

  /** The same for who only looks. */
  lookUp(number: number): string | undefined {
    return this.#labels.look(Math.floor(number / BLOCK), labels => labels[number % BLOCK]);
  }

  /** In order, blocks that hold entries, or held some at a cut that is open; others too. */
  blocks(): Iterable<number> {
    return this.#marks.blocks();
  }

  /** Between turns: what is too much at hand makes room. */
  settle(): void {
    this.#labels.settle();
    this.#images.settle();
    this.#gone?.settle();
  }

  /** Takes a cut; `number` ascends. */
  take(number: number, since: number): IterableIterator<StatePart> {
    const reading = this.#begin(number, since, false);
    return readParts(
      this.#marks.blocks(),
      block => this.#partOf(block, reading),
      () => this.#end(reading),
    );
  }

  /** Holds a cut without reading it: entries that change are copied before. */
  hold(number: number): HeldParts {
    this.#gone ??= this.#goneIn();
    const reading = this.#begin(number, 0, true);
    return {
      number,
      imageOf: entry => this.#images.look(reading.prefix + numberBytes(entry), image => image)?.data,
      goneOf: bytes => this.#gone?.look(reading.prefix + bytes, numbers => numbers) ?? [],
      release: () => this.#end(reading),
    };
  }

  #begin(number: number, since: number, isHeld: boolean): Reading {
    if (this.#first > number) this.#first = number;
    if (number >= this.epoch) this.epoch = number + 1;
    const ordinal = this.#readings++;
    const reading: Reading = {
      number,
      since: since < this.#first ? 0 : since,
      ordinal,
      isHeld,
      prefix: numberBytes(ordinal),
      before: new Map(),
      at: -1,
    };
    this.#open.add(reading);
    return reading;
  }

  /** A block changes: who has not read it remembers when it last did. */
  #mark(block: number): void {
    const mark = this.#marks.get(block);
    if (mark === this.epoch) return;
    for (const { at, number, before } of this.#open) if (block > at && mark <= number && !before.has(block)) before.set(block, mark);
    this.#marks.set(block, this.epoch);
  }

  /** A block as it was at the cut; undefined: it was not there. */
  #partOf(block: number, reading: Reading): StatePart | undefined {
    const mark = reading.before.get(block) ?? this.#marks.get(block);
    reading.at = block;
    reading.before.delete(block);
    if (mark === 0 || mark > reading.number) return undefined;
    if (mark <= reading.since) return { id: block };
    const data = this.#read(block, reading);
    return data === undefined ? undefined : { id: block, data };
  }

  /** The data of a block as they were at the cut; undefined: there were none. */
  #read(block: number, { number: cut, prefix }: Reading): unknown {
    this.#source.settle();
    const labels = this.#labels.look(block, found => found);
    const entries: unknown[] = [];
    for (let at = 0; at < BLOCK; at++) {
      const number = block * BLOCK + at;
      const key = prefix + numberBytes(number);
      const image = this.#images.get(key);
      if (image) this.#images.delete(key);
      const label = labels?.[at];
      const entry = image ? image.data : label === undefined ? undefined : this.#source.dump(number, label, cut);
      if (entry !== undefined) entries.push(entry);
    }
    return entries.length > 0 ? this.#source.assemble(block, entries) : undefined;
  }

  #end(reading: Reading): void {
    if (!this.#open.delete(reading)) return;
    reading.before.clear();
    // What an unread rest has left behind.
    forget(this.#images, reading);
    if (this.#gone && reading.isHeld) forget(this.#gone, reading);
    if (this.#open.size === 0) this.#marks.tidy();
  }
}

/** Deletes what a reading has in a table. */
function forget(images: Overlay<string, any>, { prefix, ordinal }: Reading): void {
  const to = numberBytes(ordinal + 1);
  for (let from: string | undefined = images.size > 0 ? prefix : undefined; from !== undefined; ) {
    const some = images.range(from, to, BLOCK * BLOCK);
    for (const [key] of some) images.delete(key);
    const last: string | undefined = some.at(-1)?.[0];
    from = last && `${last}\0`;
  }
}
