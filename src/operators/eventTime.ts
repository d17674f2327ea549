import { type ObservableInput, type Observer, Subscription, type Unsubscribable } from 'rxjs';
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import { anything, checkFunction, checkObserver, mustBe, readOptions } from '../errors.js';
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
        /** None: then the clock at arrival counts. */
        readonly timestamp?: undefined;
        /** The clock at arrival is the timestamp. */
        readonly watermark: ArrivalTime;
      }
  );

/** The elements of a source of S; with batches, S is an array of them. */
export type ElementOf<S, B extends boolean> = [B] extends [false] ? S : S extends readonly (infer T)[] ? T : never;

const HOUR = 3_600_000;

const READERS = {
  timestamp: checkFunction,
  watermark(strategy: WatermarkStrategy | null, where: string): void {
    if (typeof strategy?.create !== 'function') throw mustBe(where, "a strategy, such as boundedOutOfOrderness('5s')", strategy);
  },
  source: checkFunction,
  sources(sources: unknown, where: string): void {
    if (!Array.isArray(sources)) throw mustBe(where, 'an array', sources);
  },
  idleAfter: positive,
  maxFuture: (ahead: Duration | false, where: string): number => (ahead === false ? Infinity : nonNegative(ahead, where)),
  late: checkObserver,
  drops: anything,
  name: anything,
  clock: (clock: Clock | null, where: string): void => checkFunction(clock?.now, `${where}.now`),
  batches: anything,
};

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
  readonly clock: Clock | undefined;
  readonly batches: boolean;
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
export function eventTime<S, B extends boolean = false>(
  source: ObservableInput<S>,
  options: EventTimeOptions<ElementOf<S, B>> & {
    /** The values of the source are arrays of elements, which enter as loops. Default: they are the elements. */
    readonly batches?: B;
  },
): EventStream<ElementOf<S, B>> {
  return new SourceStream(source as ObservableInput<any>, specOf(options));
}

class SourceStream<T> extends EventStream<T> {
  readonly #values: ObservableInput<T> | ObservableInput<readonly T[]>;
  readonly #spec: SourceSpec<T>;

  constructor(values: ObservableInput<T> | ObservableInput<readonly T[]>, spec: SourceSpec<T>) {
    super(spec.kind, [], spec.name);
    this.#values = values;
    this.#spec = spec;
  }

  override get clock(): Clock | undefined {
    return this.#spec.clock;
  }

  override connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    const entry: SourceEntry<T> = new TimeSource(this.#spec, sink, context);
    context.lookout?.works(this, entry);
    const subscription = new Subscription(() => entry.stop());
    entry.upstream = subscription;
    const { name, batches, kind } = this.#spec;
    const plain = (): Unsubscribable => drain(this.#values, batches, entry, kind);
    subscription.add(context.job ? context.job.read(name, this.#values, batches, entry, plain) : plain());
    return subscription;
  }
}

function specOf<T>(options: EventTimeOptions<T> & { readonly batches?: boolean }): SourceSpec<T> {
  const kind = options?.name === undefined ? 'eventTime' : `eventTime "${options.name}"`;
  const { idleAfter = Infinity, maxFuture = HOUR } = readOptions(options, READERS, kind);
  const { timestamp, watermark = ascending(), source, sources = [], late, drops, name, clock, batches } = options;
  const tick = 'tick' in watermark ? (watermark as ArrivalTime).tick : undefined;
  if (tick === undefined) checkFunction(timestamp, `${kind}: timestamp`);
  else if (timestamp) throw mustBe(`${kind}: timestamp`, 'left out with arrivalTime()', timestamp);
  if (options.sources && !source) throw mustBe(`${kind}: source`, 'a function if there are sources', source);
  return {
    kind,
    name,
    timestamp,
    strategy: watermark,
    tick,
    source,
    sources,
    idleAfter,
    maxFuture,
    late,
    drops,
    clock,
    batches: batches === true,
  };
}
