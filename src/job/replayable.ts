/** Sources that can be read again from a position: what a job needs of a source to lose nothing and count nothing twice. */
import { Observable, type Subscriber } from 'rxjs';
import type { Env } from '../checkpoint/env.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { mustBe, oneOf, type Reader, readOptions } from '../errors.js';
import type { Clock } from '../time/clock.js';
import type { Timestamp } from '../time/timestamp.js';

/** Elements in order, and where reading goes on behind each of them. */
export interface ReplayBatch<out T, out P> {
  /** At least one; none says that there is nothing yet. */
  readonly values: readonly T[];
  /** When each has arrived, for a source that keeps that: what `arrivalTime()` takes. Never descending. */
  readonly arrivals?: readonly Timestamp[] | undefined;
  /** The position behind the first `count` of them, `1 .. values.length`: plain data. */
  positionAfter(count: number): P;
  /** Of a batch without elements: reading goes on here, since there were none up to it. Default: where it was. */
  readonly position?: P | undefined;
}

/** A source that is being read. */
export interface ReplayReader<out T, out P> {
  /** The next elements; undefined: there are no more, and never will be. */
  read(): ReplayBatch<T, P> | undefined | Promise<ReplayBatch<T, P> | undefined>;
  /** Nothing more is read. May be called while `read` is under way, which then may reject or not, as it likes. */
  close?(): void | Promise<void>;
  /** No kept checkpoint stands before `position`: a source that keeps elements for the job may let go of those before it. */
  trim?(position: P): void | Promise<void>;
  /** Of a source that keeps arrivals: no element that is still to be read has arrived before this. */
  front?(): Timestamp;
}

/**
 * A source with positions. From one position it must give the same elements in the same order whenever it is asked: that is what makes
 * results exact.
 */
export interface ReplaySource<out T, in out P> {
  /** Its batches have `arrivals`, and its readers a `front`. */
  readonly keepsArrivals?: boolean;
  /** Begins behind `position`; undefined: at the beginning. Rejects if what comes behind it is no longer kept. */
  open(position: P | undefined): ReplayReader<T, P> | Promise<ReplayReader<T, P>>;
  /** The first position from which it can be read. A job that stands before it is refused, unless `reset` says to go on here. */
  earliest?(): P | Promise<P>;
  /** Whether what is before `bound` has been taken in at `position`, for reads that wait for it. Default: numbers, and fields of numbers, are compared. */
  reaches?(position: P, bound: P): boolean;
  /** Whether all behind a position is kept. Default: compares with `earliest`, where both are numbers. */
  retains?(position: P): boolean | Promise<boolean>;
}

/** What to do where a source no longer keeps what comes behind the position of a checkpoint. */
export interface ResetOptions {
  /**
   * `'fail'`, the default: the job fails with `NEEDS_OPERATOR`. `'earliest'`: it goes on with the first element that there is, so that those
   * between are lost; of a file or an array that was replaced, all are read.
   */
  readonly reset?: 'fail' | 'earliest';
}

/** What a source can know of the job that reads it. */
export interface SourceContext {
  readonly job: string;
  /** That of its `eventTime`. */
  readonly name: string;
  /** The number of the owner. */
  readonly epoch: number;
  readonly storage: CheckpointStorage;
  readonly env: Env;
  readonly clock: Clock;
}

/** An Observable that a job can read again from a position. Without a job it is read from the beginning, as any other. */
export class Replayable<T> extends Observable<T> {
  /** What a job reads. */
  readonly source$: ReplaySource<T, any>;
  /** What to do where it no longer keeps what a job needs. */
  readonly reset: 'fail' | 'earliest';

  /** @internal */
  constructor(source: ReplaySource<T, any>, reset: 'fail' | 'earliest' = 'fail', plain?: Observable<T>) {
    super(subscriber => {
      if (plain) return plain.subscribe(subscriber);
      const reading = readAll(source, subscriber);
      reading.catch(error => subscriber.error(error));
      return undefined;
    });
    this.source$ = source;
    this.reset = reset;
  }

  /**
   * What one run of a job reads.
   * @internal
   */
  sourceIn(_context: SourceContext): ReplaySource<T, any> {
    return this.source$;
  }
}

/**
 * Makes a source that a job can read again from where a checkpoint stood: of an array; of a function that gives the elements from the
 * one of a number on, as an iterable or an async iterable; or of a {@link ReplaySource} of your own.
 *
 * @throws TidemarkError `BAD_OPTION` for anything else. The job fails with `NEEDS_OPERATOR` if an array is shorter than the position that
 * it is to go on from, or a source of your own no longer keeps what comes behind it, unless `reset` says to go on all the same.
 * @example
 * ```ts
 * import { count, eventTime, replayable, run, tumbling, windowBy } from 'tidemark';
 *
 * const clicks = [{ user: 'ann', at: 5 }, { user: 'bob', at: 8 }];
 * const job = run(
 *   eventTime(replayable(clicks), { name: 'clicks', timestamp: click => click.at }).pipe(
 *     windowBy(tumbling('1h'), { name: 'perUser', key: click => click.user, aggregate: count() }),
 *   ),
 *   { name: 'counts' },
 * );
 * job.values.subscribe(pane => console.log(pane.key, pane.value));
 * await job.done;
 * ```
 */
export function replayable<T>(
  source: readonly T[] | ((from: number) => Iterable<T> | AsyncIterable<T>) | ReplaySource<T, any>,
  options: ResetOptions = {},
): Replayable<T> {
  const { reset } = readOptions(options, { reset: RESET }, 'replayable');
  if (Array.isArray(source)) return new Replayable(ofArray(source as readonly T[]), reset);
  if (typeof source === 'function') return new Replayable(ofFunction(source), reset);
  if (typeof (source as ReplaySource<T, any> | null)?.open === 'function') return new Replayable(source as ReplaySource<T, any>, reset);
  throw mustBe('replayable: its argument', 'an array, a function of the number to begin with, or an object with open()', source);
}

/** Reads the option `reset`. */
export const RESET: Reader<'fail' | 'earliest'> = oneOf('fail', 'earliest');

async function readAll<T>(source: ReplaySource<T, any>, subscriber: Subscriber<T>): Promise<void> {
  const reader = await source.open(undefined);
  subscriber.add(() => void reader.close?.());
  for (let batch = await reader.read(); batch && !subscriber.closed; batch = await reader.read())
    for (const value of batch.values) subscriber.next(value);
  subscriber.complete();
}

function ofArray<T>(values: readonly T[]): ReplaySource<T, number> {
  return {
    earliest: () => 0,
    retains: from => from <= values.length,
    open(from = 0) {
      let read = from === values.length;
      return {
        read() {
          if (read) return undefined;
          read = true;
          return { values: from === 0 ? values : values.slice(from), positionAfter: count => from + count };
        },
      };
    },
  };
}

/** So many elements are taken from an iterable at once, if it is not asynchronous. */
const BATCH = 1024;

function ofFunction<T>(elements: (from: number) => Iterable<T> | AsyncIterable<T>): ReplaySource<T, number> {
  return {
    open(from = 0) {
      let at = from;
      const batchOf = (values: readonly T[]): ReplayBatch<T, number> | undefined => {
        const start = at;
        at += values.length;
        return values.length === 0 ? undefined : { values, positionAfter: count => start + count };
      };
      const iterable = elements(from);
      if (Symbol.asyncIterator in iterable) {
        const iterator = iterable[Symbol.asyncIterator]();
        return {
          async read() {
            const { done, value } = await iterator.next();
            return done ? undefined : batchOf([value]);
          },
          close: async () => void (await iterator.return?.()),
        };
      }
      const iterator = iterable[Symbol.iterator]();
      return {
        read() {
          const values: T[] = [];
          while (values.length < BATCH) {
            const { done, value } = iterator.next();
            if (done) break;
            values.push(value);
          }
          return batchOf(values);
        },
        close: () => void iterator.return?.(),
      };
    },
  };
}
