import { type ObservableInput, type Observer, Subscription, type Unsubscribable } from 'rxjs';
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import { checkFunction, checkObserver, checkOptions, mustBe } from '../errors.js';
import { EventStream } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import type { ArrivalTime } from '../time/arrivalTime.js';
import { ascending } from '../time/ascending.js';
import type { Clock } from '../time/clock.js';
import { type Duration, nonNegative, positive } from '../time/duration.js';
import type { WatermarkStrategy } from '../time/strategy.js';
import type { Timestamp } from '../time/timestamp.js';
import { drain, type SourceEntry } from './sourceEntry.js';
import { TimeSource } from './timeSource.js';

/** What {@link eventTime} takes besides the timestamp. */
export interface EventTimeCommon<T> {
  /** How far event time has come. Default: `ascending()`. */
  readonly watermark?: WatermarkStrategy<NoInfer<T>>;
  /** Where an element comes from (a device, a partition): each source has a watermark of its own, and the lowest one counts. All sources are remembered. */
  readonly source?: (value: T) => unknown;
  /** Sources that are known beforehand: they hold the watermark from the start. Others join when first seen. */
  readonly sources?: readonly unknown[];
  /** A source (or, without `source`, the stream) that was silent for this long in processing time no longer holds the watermark. Default: never. */
  readonly idleAfter?: Duration;
  /** The future guard: elements further ahead of the clock than this neither move the watermark nor count; they go to `late`. Default one hour; `false`: off. */
  readonly maxFuture?: Duration | false;
  /** Receives elements that the future guard turned away; only its `next` is called. */
  readonly late?: Partial<Observer<LateRecord<NoInfer<T>>>>;
  /** Counts what did not count; see `dropCounts()`. */
  readonly drops?: DropCounts;
  /** The name of the stream, for explanations and snapshots. */
  readonly name?: string;
  /** Processing time. Default: the system's clock, by way of RxJS's asyncScheduler. */
  readonly clock?: Clock;
}

/** What {@link eventTime} takes. */
export type EventTimeOptions<T> = EventTimeCommon<T> &
  (
    | {
        /** The event time of an element: integer milliseconds since the epoch. */
        readonly timestamp: (value: T) => Timestamp;
      }
    | {
        readonly timestamp?: undefined;
        /** The clock at arrival is the timestamp. */
        readonly watermark: ArrivalTime;
      }
  );

const OPTIONS = ['timestamp', 'watermark', 'source', 'sources', 'idleAfter', 'maxFuture', 'late', 'drops', 'name', 'clock', 'batches'];

/** The checked options of a source. */
export interface SourceSpec<T> {
  readonly kind: string;
  readonly name: string | undefined;
  readonly timestamp: ((value: T) => Timestamp) | undefined;
  readonly strategy: WatermarkStrategy<T>;
  /** Milliseconds between watermarks of a clock-driven stream; undefined: the elements say the time. */
  readonly tick: number | undefined;
  readonly source: ((value: T) => unknown) | undefined;
  readonly sources: readonly unknown[];
  readonly idleAfter: number;
  readonly maxFuture: number;
  readonly late: Partial<Observer<LateRecord<T>>> | undefined;
  readonly drops: DropCounts | undefined;
}

/**
 * Gives the values of a source their event time. Any ObservableInput is a source: Observable, array, Promise, iterable,
 * AsyncIterable, ReadableStream; with `batches: true`, one of arrays, which enter as loops.
 *
 * @throws TidemarkError at assembly `BAD_OPTION`, `BAD_DURATION`; on the stream `BAD_TIMESTAMP` for a timestamp that is no
 * integer in range, which names the element.
 * @example
 * ```ts
 * import { boundedOutOfOrderness, eventTime } from 'tidemark';
 *
 * const readings = [{ sensor: 'a', at: 1_000, value: 5 }, { sensor: 'b', at: 400, value: 7 }];
 * const timed = eventTime(readings, {
 *   timestamp: reading => reading.at,
 *   watermark: boundedOutOfOrderness('10s'),
 *   source: reading => reading.sensor, // each sensor has a watermark of its own
 *   idleAfter: '1m', // and no longer holds the others back when silent
 * });
 * ```
 */
export function eventTime<T>(source: ObservableInput<T>, options: EventTimeOptions<T> & { readonly batches?: false }): EventStream<T>;
export function eventTime<T>(
  source: ObservableInput<readonly T[]>,
  options: EventTimeOptions<T> & { readonly batches: true },
): EventStream<T>;
export function eventTime<T>(
  source: ObservableInput<T> | ObservableInput<readonly T[]>,
  options: EventTimeOptions<T> & { readonly batches?: boolean },
): EventStream<T> {
  const spec = specOf(options);
  return new SourceStream(source, options.batches === true, spec, options.clock);
}

class SourceStream<T> extends EventStream<T> {
  readonly #values: ObservableInput<T> | ObservableInput<readonly T[]>;
  readonly #batches: boolean;
  readonly #spec: SourceSpec<T>;
  readonly #ownClock: Clock | undefined;

  constructor(values: ObservableInput<T> | ObservableInput<readonly T[]>, batches: boolean, spec: SourceSpec<T>, clock: Clock | undefined) {
    super(spec.kind);
    this.#values = values;
    this.#batches = batches;
    this.#spec = spec;
    this.#ownClock = clock;
  }

  override get clock(): Clock | undefined {
    return this.#ownClock;
  }

  override connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    const entry: SourceEntry<T> = new TimeSource(this.#spec, sink, context);
    const subscription = new Subscription(() => entry.stop());
    entry.upstream = subscription;
    subscription.add(drain(this.#values, this.#batches, entry, this.#spec.kind));
    return subscription;
  }
}

function specOf<T>(options: EventTimeOptions<T> & { readonly batches?: boolean }): SourceSpec<T> {
  const kind = options?.name === undefined ? 'eventTime' : `eventTime "${options.name}"`;
  checkOptions(options, OPTIONS, kind);
  const strategy: WatermarkStrategy<T> = options.watermark ?? ascending();
  if (typeof strategy.create !== 'function')
    throw mustBe(`${kind}: watermark`, "a strategy, such as boundedOutOfOrderness('5s')", strategy);
  const tick = 'tick' in strategy ? (strategy as ArrivalTime).tick : undefined;
  if (tick === undefined) checkFunction(options.timestamp, `${kind}: timestamp`);
  else if (options.timestamp !== undefined) {
    throw mustBe(`${kind}: timestamp`, 'left out with arrivalTime(), where the clock is the timestamp', options.timestamp);
  }
  if (options.clock !== undefined) checkFunction(options.clock?.now, `${kind}: clock.now`);
  if (options.source !== undefined) checkFunction(options.source, `${kind}: source`);
  if (options.sources !== undefined && options.source === undefined) {
    throw mustBe(`${kind}: source`, 'a function that says which of the sources an element is from', options.source);
  }
  if (options.sources !== undefined && !Array.isArray(options.sources)) throw mustBe(`${kind}: sources`, 'an array', options.sources);
  if (options.late !== undefined) checkObserver(options.late, `${kind}: late`);
  const { maxFuture = '1h', late, drops, name } = options;
  return {
    kind,
    name,
    timestamp: options.timestamp,
    strategy,
    tick,
    source: options.source,
    sources: options.sources ?? [],
    idleAfter: options.idleAfter === undefined ? Infinity : positive(options.idleAfter, `${kind}: idleAfter`),
    maxFuture: maxFuture === false ? Infinity : nonNegative(maxFuture, `${kind}: maxFuture`),
    late,
    drops,
  };
}
