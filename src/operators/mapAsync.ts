import { type Observable, type Observer, Subscription, type Unsubscribable } from 'rxjs';
import { type AsyncCounts, asyncCounts } from '../engine/asyncCounts.js';
import { dropCounts } from '../engine/drops.js';
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import { checkFunction, checkObserver, checkOptions, mustBe } from '../errors.js';
import { type EventOperator, EventStream, eventOperator } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { backoff } from '../time/backoff.js';
import { type Duration, nonNegative, positive } from '../time/duration.js';
import type { Timestamp } from '../time/timestamp.js';
import { AsyncSink, type AsyncSpec, cannotWithdraw } from './asyncSink.js';

/** How {@link mapAsync} repeats a call that has failed. The element keeps its place and its call counts as in flight meanwhile. */
export interface AsyncRetry<T> {
  /** How often at most, the first call not counted. */
  readonly count: number;
  /** The pause before a repetition: the first one, or each by its number (from 1) and the error. Default 0: at once. */
  readonly delay?: Duration | ((retry: number, error: unknown) => Duration);
  /** By what each pause is longer than the one before. Default 1: all are equal. */
  readonly factor?: number;
  /** No pause is longer. Default: no bound. */
  readonly maxDelay?: Duration;
  /** Which errors are worth it. Default: all. */
  readonly when?: (error: unknown, value: T) => boolean;
}

/** What {@link mapAsync} takes. `D` and `E` are the values that stand in for a result. */
export interface MapAsyncOptions<T, D = never, E = never> {
  /** How many calls are in flight at once at most; `Infinity`: all. What comes beyond waits. */
  readonly concurrency: number;
  /** `true`: results in the order of arrival. `false`: as they come, each watermark still behind the elements that came before it. Default `true`. */
  readonly ordered?: boolean;
  /** How long the call for one element may take, retries included, by the clock of the run. Default: for ever. */
  readonly timeout?: Duration;
  /** The result of an element whose time ran out. Default: the error `TIMED_OUT`. */
  readonly onTimeout?: (value: T, timestamp: Timestamp) => D;
  /** The result of an element whose call has failed for good (throw to fail after all). Default: the error ends the stream. */
  readonly onError?: (error: unknown, value: T) => E;
  /** Repeats calls that fail. Default: none is repeated. */
  readonly retry?: AsyncRetry<T>;
  /** How many elements may be inside at once: waiting, in flight, or held back by the order. At least `concurrency`. Default: any number. */
  readonly capacity?: number;
  /** What becomes of one more than `capacity`: `'error'` ends the stream by `OVERFLOW`; `'drop-oldest'` drops and counts what has waited longest. Default `'error'`. */
  readonly overflow?: 'error' | 'drop-oldest';
  /** Receives elements that were dropped, with the reason `overflow`; only its `next` is called. */
  readonly late?: Partial<Observer<LateRecord<T>>>;
  /** Counts elements that were dropped, as `overflow`; see `dropCounts()`. */
  readonly drops?: DropCounts;
  /** Shows how many calls are in flight, wait, were made again or took too long; see `asyncCounts()`. */
  readonly counts?: AsyncCounts;
  /** The name of the operator, for errors and snapshots. */
  readonly name?: string;
}

const OPTIONS = 'concurrency ordered timeout onTimeout onError retry capacity overflow late drops counts name'.split(' ');

/**
 * Calls an asynchronous function for each element (a request, a look-up) and keeps event time right: a result has the timestamp
 * of its element, and watermarks wait for the calls of all elements that came before them, so that nothing becomes late.
 * `fn` gives one result: a value, a Promise, or an Observable, whose first value counts. Its signal is aborted when the result is
 * no longer wanted: at its timeout, and when the stream is unsubscribed or fails. (A function with one parameter alone is called
 * without a signal: to make one is expensive.) A snapshot holds the elements inside; after a restart their calls
 * are made again. (Flink's AsyncDataStream: orderedWait, unorderedWait.)
 *
 * @throws TidemarkError at assembly `BAD_OPTION`, `BAD_DURATION`, and `RETRACTION_UNSUPPORTED` behind windows that retract; on the
 * stream `TIMED_OUT`, `OVERFLOW`, `EVENT_TIME_LOST`, `BAD_VALUE` for an Observable without a value, and whatever `fn` fails with.
 * @example
 * ```ts
 * import { boundedOutOfOrderness, count, eventTime, mapAsync, tumbling, windowBy } from 'tidemark';
 *
 * const clicks = [{ user: 'ann', at: 1_000 }, { user: 'bob', at: 400 }];
 * eventTime(clicks, { timestamp: click => click.at, watermark: boundedOutOfOrderness('10s') })
 *   .pipe(
 *     mapAsync(
 *       async (click, signal) => {
 *         const answer = await fetch(`https://example.com/users/${click.user}`, { signal });
 *         return (await answer.json()) as { country: string };
 *       },
 *       { concurrency: 10, timeout: '30s', retry: { count: 3, delay: '1s', factor: 2 } },
 *     ),
 *     windowBy(tumbling('1h'), { key: user => user.country, aggregate: count() }),
 *   )
 *   .subscribe(pane => console.log(pane.key, pane.value));
 * ```
 */
export function mapAsync<T, R, D = never, E = never>(
  fn: (value: T, signal: AbortSignal) => R | PromiseLike<R> | Observable<R>,
  options: MapAsyncOptions<NoInfer<T>, D, E>,
): EventOperator<T, R | D | E> {
  const spec = specOf<T, R | D | E>(fn, options);
  return eventOperator(spec.kind, source => new AsyncStream(source, spec));
}

class AsyncStream<T, R> extends EventStream<R> {
  readonly #spec: AsyncSpec<T, R>;

  constructor(source: EventStream<T>, spec: AsyncSpec<T, R>) {
    super(spec.kind, [source], spec.name);
    if (source.retracts) throw cannotWithdraw(spec.kind);
    this.#spec = spec;
  }

  override connect(sink: EventSink<R>, context: RuntimeContext): Unsubscribable {
    const calls = new AsyncSink(this.#spec, sink, context);
    const subscription = new Subscription(() => calls.stop());
    calls.upstream = subscription;
    context.lookout?.works(this, calls);
    calls.resume();
    // Also when all is said: the operators upstream have their places in the snapshot.
    if (!subscription.closed && !sink.closed) subscription.add((this.inputs[0] as EventStream<T>).connect(calls, context));
    return subscription;
  }
}

/** Checks everything that can be known at assembly, and fills in the defaults. */
function specOf<T, R>(fn: AsyncSpec<T, R>['fn'], options: MapAsyncOptions<T, R, R>): AsyncSpec<T, R> {
  const kind = options?.name === undefined ? 'mapAsync' : `mapAsync "${options.name}"`;
  checkFunction(fn, `${kind}: its first argument`);
  checkOptions(options, OPTIONS, kind);
  const { concurrency, ordered = true, timeout, onTimeout, onError, name } = options;
  if (!isCount(concurrency)) throw mustBe(`${kind}: concurrency`, 'a whole number of at least 1, or Infinity', concurrency);
  if (typeof ordered !== 'boolean') throw mustBe(`${kind}: ordered`, 'true or false', ordered);
  needs(kind, 'onTimeout', onTimeout, 'timeout', timeout);
  if (onTimeout !== undefined) checkFunction(onTimeout, `${kind}: onTimeout`);
  if (onError !== undefined) checkFunction(onError, `${kind}: onError`);
  return {
    kind,
    name,
    fn,
    concurrency,
    ordered,
    timeout: timeout === undefined ? Infinity : positive(timeout, `${kind}: timeout`),
    onTimeout,
    onError,
    ...retryOf(`${kind}: retry`, options.retry),
    ...boundOf(kind, options),
    counts: options.counts ?? asyncCounts(),
  };
}

/** How many elements may be inside, and what becomes of more. */
function boundOf<T>(
  kind: string,
  options: MapAsyncOptions<T, any, any>,
): Pick<AsyncSpec<T, any>, 'capacity' | 'drops' | 'late' | 'dropCounts'> {
  const { concurrency, capacity = Infinity, overflow = 'error', late } = options;
  if (!isCount(capacity) || capacity < concurrency)
    throw mustBe(`${kind}: capacity`, `a whole number of at least the concurrency, ${concurrency}`, capacity);
  if (overflow !== 'error' && overflow !== 'drop-oldest') throw mustBe(`${kind}: overflow`, "'error' or 'drop-oldest'", overflow);
  needs(kind, 'overflow', options.overflow, 'capacity', options.capacity);
  const drops = overflow === 'drop-oldest';
  for (const option of ['late', 'drops'] as const) needs(kind, option, options[option], "overflow: 'drop-oldest'", drops || undefined);
  if (late !== undefined) checkObserver(late, `${kind}: late`);
  return { capacity, drops, late, dropCounts: options.drops ?? dropCounts() };
}

/** How calls are repeated; without the option, never. */
function retryOf<T>(where: string, retry: AsyncRetry<T> = { count: 0 }): Pick<AsyncSpec<T, any>, 'retries' | 'pause' | 'mayRetry'> {
  checkOptions(retry, ['count', 'delay', 'factor', 'maxDelay', 'when'], where);
  const { count, delay = 0, factor = 1, maxDelay, when = () => true } = retry;
  if (!(Number.isSafeInteger(count) && count >= 0)) throw mustBe(`${where}.count`, 'a whole number, zero or more', count);
  if (!(factor >= 1 && factor < Infinity)) throw mustBe(`${where}.factor`, 'a finite number of at least 1', factor);
  checkFunction(when, `${where}.when`);
  const most = maxDelay === undefined ? Infinity : positive(maxDelay, `${where}.maxDelay`);
  if (typeof delay === 'function') {
    if (retry.factor !== undefined) throw mustBe(`${where}.factor`, 'left out when delay is a function', factor);
    const pause = (nth: number, error: unknown): number => Math.min(nonNegative(delay(nth, error), `${where}.delay`), most);
    return { retries: count, pause, mayRetry: when };
  }
  needs(where, 'factor', retry.factor, 'delay', retry.delay);
  needs(where, 'maxDelay', maxDelay, 'delay', retry.delay);
  const pauses = { delay: nonNegative(delay, `${where}.delay`), factor, most };
  return { retries: count, pause: nth => backoff(pauses, nth), mayRetry: when };
}

/** Refuses an option that would do nothing. */
function needs(kind: string, option: string, value: unknown, other: string, given: unknown): void {
  if (value !== undefined && given === undefined) throw mustBe(`${kind}: ${other}`, `given with ${option}`, given);
}

function isCount(count: unknown): count is number {
  return count === Infinity || (Number.isSafeInteger(count) && (count as number) >= 1);
}
