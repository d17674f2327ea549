/** Sources that can be read again from a position: what a job needs of a source to lose nothing and count nothing twice. */
import { Observable } from 'rxjs';
import { mustBe, TidemarkError } from '../errors.js';

/** Elements in order, and where reading goes on behind each of them. */
export interface ReplayBatch<out T, out P> {
  /** At least one. */
  readonly values: readonly T[];
  /** The position behind the first `count` of them, `1 .. values.length`: plain data. */
  positionAfter(count: number): P;
}

/** A source that is being read. */
export interface ReplayReader<out T, out P> {
  /** The next elements; undefined: there are no more, and never will be. */
  read(): ReplayBatch<T, P> | undefined | Promise<ReplayBatch<T, P> | undefined>;
  /** Nothing more is read. May be called while `read` is under way, which then may reject or not, as it likes. */
  close?(): void | Promise<void>;
}

/**
 * A source with positions. From one position it must give the same elements in the same order whenever it is asked: that is what makes
 * results exact.
 */
export interface ReplaySource<out T, in out P> {
  /** Begins behind `position`; undefined: at the beginning. Rejects if what comes behind it is no longer kept. */
  open(position: P | undefined): ReplayReader<T, P> | Promise<ReplayReader<T, P>>;
}

/** An Observable that a job can read again from a position. Without a job it is read from the beginning, as any other. */
export class Replayable<T> extends Observable<T> {
  /** What a job reads. */
  readonly source$: ReplaySource<T, any>;

  constructor(source: ReplaySource<T, any>) {
    super(subscriber => {
      const reading = readAll(source, subscriber);
      reading.catch(error => subscriber.error(error));
    });
    this.source$ = source;
  }
}

/**
 * Makes a source that a job can read again from where a checkpoint stood: of an array; of a function that gives the elements from the
 * one of a number on, as an iterable or an async iterable; or of a {@link ReplaySource} of your own.
 *
 * @throws TidemarkError `BAD_OPTION` for anything else; on the stream, if an array is shorter than the position that it is to go on from.
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
): Replayable<T> {
  if (Array.isArray(source)) return new Replayable(ofArray(source as readonly T[]));
  if (typeof source === 'function') return new Replayable(ofFunction(source));
  if (typeof (source as ReplaySource<T, any> | null)?.open === 'function') return new Replayable(source as ReplaySource<T, any>);
  throw mustBe('replayable: its argument', 'an array, a function of the number to begin with, or an object with open()', source);
}

async function readAll<T>(
  source: ReplaySource<T, any>,
  subscriber: { readonly closed: boolean; next(value: T): void; complete(): void; add(teardown: () => void): unknown },
): Promise<void> {
  const reader = await source.open(undefined);
  subscriber.add(() => void reader.close?.());
  for (let batch = await reader.read(); batch && !subscriber.closed; batch = await reader.read())
    for (const value of batch.values) subscriber.next(value);
  subscriber.complete();
}

function ofArray<T>(values: readonly T[]): ReplaySource<T, number> {
  return {
    open(from = 0) {
      if (from > values.length) {
        throw new TidemarkError(
          'BAD_OPTION',
          `replayable: the array has ${values.length} elements, and the job stands behind ${from}. Give it the same array as before, or a longer one.`,
        );
      }
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
