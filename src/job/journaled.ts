import { from, type ObservableInput } from 'rxjs';
import { mustBe, readOptions } from '../errors.js';
import { type Duration, nonNegative } from '../time/duration.js';
import type { Timestamp } from '../time/timestamp.js';
import { Journal, type JournalPosition } from './journal.js';
import type { JournalEntries } from './journalChunk.js';
import { type FeedOptions, JournalFeed } from './journalFeed.js';
import {
  RESET,
  Replayable,
  type ReplayBatch,
  type ReplayReader,
  type ReplaySource,
  type ResetOptions,
  type SourceContext,
} from './replayable.js';

/** What {@link journaled} takes. */
export interface JournaledOptions extends ResetOptions {
  /**
   * From one write into the storage to the next, at least. Elements come into the pipeline when they are written, so it adds as much to
   * their way; longer makes fewer and larger writes. An element that comes after a rest is written at once. Default `'50ms'`.
   */
  readonly every?: Duration;
  /**
   * How many elements may wait in memory to be written. An array or an AsyncIterable is asked for no more while so many wait; of any other
   * source one more fails the job with `OVERFLOW`. Default 100 000.
   */
  readonly room?: number;
}

const OPTIONS = {
  every: nonNegative,
  room(room: number, where: string): number {
    if (Number.isSafeInteger(room) && room > 0) return room;
    throw mustBe(where, 'a whole number above 0', room);
  },
  reset: RESET,
};

/**
 * Makes a source of exactly-once jobs of one that cannot be read again: DOM events, a socket, anything that RxJS can subscribe to. What
 * comes of it is first written into the storage of the job, in stretches, and only then enters the pipeline; after a crash the job reads it
 * from there, and listens anew. So an element that was written counts once, whatever happens; one that came and was not yet written when
 * the process died has never been. What no kept checkpoint needs is deleted.
 *
 * Elements are plain data, as `structuredClone` takes them: map events to what you need of them. With `arrivalTime()` the time of an
 * element is that at which it came, also when it is read again. The end of the source is written down as well: a job that is run again
 * behind it is over at once. Errors are not: the job fails when what came before is in, and the next run listens anew.
 *
 * Without a job it is the source itself.
 *
 * @throws TidemarkError `BAD_OPTION`, `BAD_DURATION` at assembly; the job fails with `UNSTORABLE` for an element that is no plain data, with
 * `OVERFLOW` when the storage does not keep up, and with `NEEDS_OPERATOR` if the journal has gone from the storage.
 * @example
 * ```ts
 * import { fromEvent, map } from 'rxjs';
 * import { arrivalTime, count, eventTime, journaled, run, tumbling, windowBy } from 'tidemark';
 *
 * const target = new EventTarget();
 * const clicks = journaled(fromEvent(target, 'click').pipe(map(event => ({ type: event.type }))));
 * const perMinute = eventTime(clicks, { name: 'clicks', watermark: arrivalTime() }).pipe(
 *   windowBy(tumbling('1m'), { name: 'perMinute', aggregate: count() }),
 * );
 * const job = run(perMinute, { name: 'clicks' });
 * await job.stop({ drain: true });
 * ```
 */
export function journaled<T>(source: ObservableInput<T>, options: JournaledOptions = {}): Journaled<T> {
  const { every = 50, room = 100_000, reset } = readOptions(options, OPTIONS, 'journaled');
  return new Journaled<T>(source, { every, room }, reset);
}

/** A source that a job writes down before it uses it. */
export class Journaled<T> extends Replayable<T> {
  readonly #source: ObservableInput<T>;
  readonly #options: FeedOptions;

  /** @internal */
  constructor(source: ObservableInput<T>, options: FeedOptions, reset: 'fail' | 'earliest' | undefined) {
    const values = from(source);
    super(UNREAD, reset, values);
    this.#source = source;
    this.#options = options;
  }

  override sourceIn(context: SourceContext): ReplaySource<T, JournalPosition> {
    let opened: Promise<Journal<T>> | undefined;
    const journal = (): Promise<Journal<T>> => (opened ??= Journal.open<T>(context));
    return {
      keepsArrivals: true,
      earliest: async () => (await journal()).earliest,
      retains: async position => (await journal()).retains(position),
      open: async position => new JournalReader<T>(await journal(), this.#source, context, this.#options).open(position),
    };
  }
}

/** It is read in a job alone; otherwise the source is subscribed to. */
const UNREAD: ReplaySource<never, unknown> = {
  open() {
    throw new Error('a journal belongs to a job');
  },
};

/** First what the journal holds, then what comes. */
class JournalReader<T> implements ReplayReader<T, JournalPosition> {
  readonly #journal: Journal<T>;
  readonly #source: ObservableInput<T>;
  readonly #context: SourceContext;
  readonly #feed: JournalFeed<T>;
  #behind: Iterator<readonly [epoch: number, chunk: number]> | undefined;
  /** Elements of the first chunk that come before the position. */
  #skip = 0;
  /** What was handed out last is no earlier than this. */
  #front: Timestamp = -Infinity;
  /** What was handed out may not have entered yet. */
  #out = false;
  #ended = false;

  constructor(journal: Journal<T>, source: ObservableInput<T>, context: SourceContext, options: FeedOptions) {
    this.#journal = journal;
    this.#source = source;
    this.#context = context;
    this.#feed = new JournalFeed<T>(journal, context, context.clock, options);
  }

  async open(position: JournalPosition = this.#journal.earliest): Promise<this> {
    this.#behind = this.#journal.behind(position);
    this.#skip = position[2];
    const chunks = [...this.#journal.behind(this.#journal.earliest)];
    const [epoch, index] = chunks.at(-1) ?? [];
    const last = epoch === undefined ? undefined : await this.#journal.load(epoch, index as number);
    // Behind its end nothing comes any more.
    if (last?.head.ended) void this.#feed.close();
    else this.#feed.start(this.#source, last?.arrivals.at(-1) ?? -Infinity);
    return this;
  }

  async read(): Promise<ReplayBatch<T, JournalPosition> | undefined> {
    this.#out = false;
    while (!this.#ended) {
      const next = this.#behind?.next();
      if (next?.done) this.#behind = undefined;
      const batch = next && !next.done ? await this.#again(...next.value) : await this.#come();
      if (batch && batch.values.length > 0) return batch;
    }
    return undefined;
  }

  close(): Promise<void> {
    return this.#feed.close();
  }

  trim(position: JournalPosition): Promise<void> {
    return this.#journal.trim(position);
  }

  front(): Timestamp {
    return this.#out || this.#behind ? this.#front : this.#feed.front;
  }

  async #again(epoch: number, index: number): Promise<ReplayBatch<T, JournalPosition>> {
    const { head, values, arrivals } = await this.#journal.load(epoch, index);
    const skip = this.#skip;
    this.#skip = 0;
    this.#ended = head.ended === true;
    return this.#batch(epoch, index, { values: values.slice(skip), arrivals: arrivals.slice(skip) }, skip);
  }

  async #come(): Promise<ReplayBatch<T, JournalPosition> | undefined> {
    const next = await this.#feed.take();
    this.#ended = !next || next.ended;
    if (!next) return undefined;
    const { epoch } = this.#context;
    return this.#batch(epoch, next.index, next.entries ?? (await this.#journal.load(epoch, next.index)), 0);
  }

  #batch(epoch: number, index: number, { values, arrivals }: JournalEntries<T>, skip: number): ReplayBatch<T, JournalPosition> {
    this.#out = true;
    this.#front = arrivals[0] ?? this.#front;
    const ended = this.#ended;
    // Behind a chunk is the beginning of the next one, except behind the last: it says that there is no other.
    const positionAfter = (count: number): JournalPosition =>
      count === values.length && !ended ? [epoch, index + 1, 0] : [epoch, index, skip + count];
    return { values, arrivals, positionAfter };
  }
}
