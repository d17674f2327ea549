/**
 * Elements on their way from a source into its journal. Each is written down in bytes as it comes, a stretch of them is appended while the
 * next one gathers, and what is durable waits to be read: in memory as far as there is room, else in the journal alone.
 *
 * ```text
 *  source ──▶ gathers ──▶ append ──▶ durable ──▶ read
 *             (room)                 (room, then without elements)
 * ```
 */
import { from, type ObservableInput, Subscription } from 'rxjs';
import { Encoder } from '../checkpoint/encode.js';
import { show, TidemarkError } from '../errors.js';
import type { Clock } from '../time/clock.js';
import type { Timestamp } from '../time/timestamp.js';
import { Bell } from './bell.js';
import type { Journal, JournalPlace } from './journal.js';
import type { JournalEntries } from './journalChunk.js';
import { quietly } from './quietly.js';

/** How a journal is written. */
export interface FeedOptions {
  /** Milliseconds between two appends, at least. */
  readonly every: number;
  /** How many elements may gather, and how many that are durable are kept in memory. */
  readonly room: number;
}

/** What can be read: with its elements, unless there was no room for them. */
export interface Durable<T> {
  readonly index: number;
  readonly entries: JournalEntries<T> | undefined;
  readonly ended: boolean;
  /** The first arrival. */
  readonly first: Timestamp;
}

/** Elements of one append. */
interface Block<T> {
  readonly encoder: Encoder;
  readonly values: T[];
  readonly arrivals: Timestamp[];
  /** Bytes of whole elements. */
  length: number;
}

/** The part of a chunk that is left for one more element. */
const FILL = 0.5;

export class JournalFeed<T> {
  /** Why nothing more comes; what is durable is read before that is said. */
  failure: { readonly error: unknown } | undefined;
  readonly #journal: Journal<T>;
  readonly #place: JournalPlace;
  readonly #clock: Clock;
  readonly #options: FeedOptions;
  readonly #changed: Bell = new Bell();
  readonly #source: Subscription = new Subscription();
  readonly #written: Promise<void>;
  #blocks: Block<T>[] = [];
  /** The first arrival of what is being appended. */
  #writing: Timestamp | undefined;
  #gathered = 0;
  #durable: Durable<T>[] = [];
  /** Elements in memory among them. */
  #held = 0;
  /** No element comes with an arrival before this one. */
  #told: Timestamp = -Infinity;
  #completed = false;
  #stopped = false;
  #over = false;

  constructor(journal: Journal<T>, place: JournalPlace, clock: Clock, options: FeedOptions) {
    this.#journal = journal;
    this.#place = place;
    this.#clock = clock;
    this.#options = options;
    this.#written = this.#write();
  }

  /** Begins to listen. `last`: the newest arrival that the journal holds. */
  start(source: ObservableInput<T>, last: Timestamp): void {
    this.#told = last;
    const pulled = (source as Partial<AsyncIterable<T> & Iterable<T>> | null)?.[Symbol.asyncIterator] ?? Array.isArray(source);
    if (pulled) {
      void this.#pull(source as AsyncIterable<T> | readonly T[]);
      return;
    }
    this.#source.add(
      from(source).subscribe({
        next: value => this.#push(value),
        error: error => this.#finish(error),
        complete: () => this.#complete(),
      }),
    );
  }

  /** All that came before this has been taken, and what comes will have come later. */
  get front(): Timestamp {
    const waiting = this.#durable[0]?.first ?? this.#writing ?? this.#blocks[0]?.arrivals[0];
    if (waiting !== undefined) return waiting;
    this.#told = Math.max(Math.floor(this.#clock.now()), this.#told);
    return this.#told;
  }

  /** The next elements that are durable; undefined: there will be no more. */
  async take(): Promise<Durable<T> | undefined> {
    for (;;) {
      const next = this.#durable.shift();
      if (next) {
        this.#held -= next.entries?.values.length ?? 0;
        this.#changed.ring();
        return next;
      }
      if (this.#over && this.failure && !this.#stopped) throw this.failure.error;
      if (this.#over) return undefined;
      await this.#changed.wait();
    }
  }

  /** Listens no more, and writes what has come. */
  async close(): Promise<void> {
    this.#stopped = true;
    await quietly(() => this.#source.unsubscribe());
    this.#journal.close();
    this.#changed.ring();
    await this.#written;
  }

  #push(value: T): void {
    if (this.#stopped || this.failure || this.#completed) return;
    if (this.#gathered >= this.#options.room) {
      this.#finish(this.#overflow());
      return;
    }
    const arrival = Math.max(Math.floor(this.#clock.now()), this.#told);
    this.#told = arrival;
    const block = this.#block();
    try {
      block.encoder.begin('the element', [arrival, value]);
      while (!block.encoder.run(Number.MAX_SAFE_INTEGER));
    } catch (error) {
      if (block.length === 0) this.#blocks.pop();
      this.#finish(this.#unstorable(value, error));
      return;
    }
    block.length = block.encoder.length;
    block.values.push(value);
    block.arrivals.push(arrival);
    this.#gathered++;
    this.#changed.ring();
  }

  #block(): Block<T> {
    const last = this.#blocks.at(-1);
    if (last && last.length < this.#place.storage.capabilities.chunkBytes * FILL) return last;
    const block: Block<T> = { encoder: new Encoder(), values: [], arrivals: [], length: 0 };
    this.#blocks.push(block);
    return block;
  }

  /** Asks for elements only while there is room for them. */
  async #pull(source: AsyncIterable<T> | Iterable<T>): Promise<void> {
    const { room } = this.#options;
    try {
      for await (const value of source) {
        if (this.#stopped) return;
        this.#push(value);
        while ((this.#gathered >= room || this.#held >= room) && !this.#stopped && !this.failure) await this.#changed.wait();
        if (this.#stopped || this.failure) return;
      }
      this.#complete();
    } catch (error) {
      this.#finish(error);
    }
  }

  #complete(): void {
    if (this.failure || this.#stopped) return;
    this.#completed = true;
    this.#changed.ring();
  }

  #finish(error: unknown): void {
    if (this.#stopped || this.#completed) return;
    this.failure ??= { error };
    void quietly(() => this.#source.unsubscribe());
    this.#changed.ring();
  }

  async #write(): Promise<void> {
    try {
      for (;;) {
        const block = this.#blocks.shift();
        if (block || this.#completed) {
          const ended = this.#completed && this.#blocks.length === 0;
          await this.#append(block, ended);
          if (ended) break;
          await this.#pause();
        } else if (this.#stopped || this.failure) {
          break;
        } else {
          await this.#changed.wait();
        }
      }
    } catch (error) {
      this.failure ??= { error };
    }
    this.#over = true;
    this.#changed.ring();
  }

  async #append(block: Block<T> | undefined, ended: boolean): Promise<void> {
    const values = block?.values ?? [];
    const arrivals = block?.arrivals ?? [];
    this.#writing = arrivals[0];
    const records = block ? block.encoder.take(block.length) : new Uint8Array(0);
    const index = await this.#journal.append(records, ended);
    this.#gathered -= values.length;
    const fits = this.#held + values.length <= this.#options.room;
    if (fits) this.#held += values.length;
    this.#durable.push({ index, entries: fits ? { values, arrivals } : undefined, ended, first: arrivals[0] ?? this.#told });
    this.#writing = undefined;
    this.#changed.ring();
  }

  async #pause(): Promise<void> {
    const { every } = this.#options;
    let due = every === 0;
    const cancel = due
      ? undefined
      : this.#place.env.after(every, () => {
          due = true;
          this.#changed.ring();
        });
    while (!due && !this.#stopped && !this.failure && !this.#completed) await this.#changed.wait();
    cancel?.();
  }

  #overflow(): TidemarkError {
    const { storage, name } = this.#place;
    return new TidemarkError(
      'OVERFLOW',
      `journaled "${name}": ${this.#gathered} elements wait to be written into ${storage.name}, and there is no room for more. A faster storage, a larger room or fewer elements help.`,
    );
  }

  #unstorable(value: T, cause: unknown): TidemarkError {
    return new TidemarkError(
      'UNSTORABLE',
      `journaled "${this.#place.name}": an element must be plain data, but came as ${show(value)}. Map it first: journaled(source.pipe(map(event => ({ x: event.x })))).`,
      { cause },
    );
  }
}
