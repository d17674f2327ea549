import { type Observer, Subscription, type Unsubscribable } from 'rxjs';
import type { Aggregate } from '../aggregates/aggregate.js';
import type { ClosingBehavior, DropCounts, MachineFactory, OnTimeBehavior, TimestampCombiner, WindowingSpec } from '../engine/machine.js';
import type { AccumulationMode, LateRecord, Pane } from '../engine/pane.js';
import type { Trigger } from '../engine/trigger.js';
import type { WindowAssigner } from '../engine/window.js';
import { checkFunction, checkObserver, checkOptions, mustBe, TidemarkError } from '../errors.js';
import { type EventOperator, EventStream, eventOperator } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { type Duration, nonNegative } from '../time/duration.js';
import { checkTrigger } from '../triggers/check.js';
import { WindowSink } from './windowSink.js';

/** What {@link windowBy} takes. */
export interface WindowOptions<T, K, R> {
  /** Groups elements. Keys are compared by value: primitives, Dates, arrays and plain objects. Default: one group, key undefined. */
  readonly key?: (value: T) => K;
  /** What a window keeps of its elements. */
  readonly aggregate: Aggregate<NoInfer<T>, any, R>;
  /** When a window fires. Default: `afterWatermark()`, on time and then once per late element. */
  readonly trigger?: Trigger<NoInfer<T>>;
  /** How long after its end, in event time, a window still takes elements. `Infinity`: for ever. Default 0. */
  readonly allowedLateness?: Duration;
  /** What a pane holds. Default `accumulating`. */
  readonly accumulation?: AccumulationMode;
  /**
   * Receives what came too late to count: any observer, a Subject too. Only its `next` is called, so that many streams and runs may share
   * one. Without it late elements are still counted in `drops`.
   */
  readonly late?: Partial<Observer<LateRecord<NoInfer<T>>>>;
  /** Counts what did not count; see `dropCounts()`. */
  readonly drops?: DropCounts;
  /** Identifies this operator's state in snapshots and explanations. */
  readonly name?: string;
  /** Whether the on-time pane comes although nothing is new since the last early one. Default `always` (as in Beam); `ifChanged` for count windows. */
  readonly onTime?: OnTimeBehavior;
  /** Whether a last pane comes when the window expires. Default `ifChanged` (as in Beam); `never` is Flink's way and can lose content. */
  readonly closing?: ClosingBehavior;
  /** A pane's own timestamp, for windows downstream. Default `endOfWindow`: `end - 1`. */
  readonly timestampCombiner?: TimestampCombiner;
  /** A trigger that may finish before its window expires loses data, and is refused unless this says `allow`. */
  readonly finishing?: 'refuse' | 'allow';
}

const OPTIONS = [
  'key',
  'aggregate',
  'trigger',
  'allowedLateness',
  'accumulation',
  'late',
  'drops',
  'name',
  'onTime',
  'closing',
  'timestampCombiner',
  'finishing',
];

/**
 * Groups elements by key and event-time window, and says panes: early guesses, the on-time result when the watermark says
 * that the window is complete, and late corrections. One operator, one state, one name.
 *
 * @throws TidemarkError at assembly: `BAD_OPTION`, `BAD_DURATION`, `UNSAFE_TRIGGER`, `RETRACTION_UNSUPPORTED`; on the stream:
 * `EVENT_TIME_LOST`, `BAD_KEY`, `BAD_VALUE`, `BAD_WINDOW`, and whatever your own functions throw.
 * @example
 * ```ts
 * import { afterCount, afterWatermark, boundedOutOfOrderness, eventTime, every, mean, tumbling, windowBy } from 'tidemark';
 * import { Subject } from 'rxjs';
 *
 * const flights$ = new Subject<{ airport: string; landedAt: number; delay: number }>();
 * eventTime(flights$, { timestamp: f => f.landedAt, watermark: boundedOutOfOrderness('5m') })
 *   .pipe(
 *     windowBy(tumbling('1h'), {
 *       key: f => f.airport,
 *       aggregate: mean(f => f.delay),
 *       trigger: afterWatermark({ early: every('1s'), late: afterCount(1) }),
 *       allowedLateness: '2h',
 *     }),
 *   )
 *   .subscribe(({ key, value, timing }) => console.log(timing, key, value));
 * ```
 */
export function windowBy<T, R, K = undefined>(
  assigner: WindowAssigner<NoInfer<T>>,
  options: WindowOptions<T, K, R>,
): EventOperator<T, Pane<K, R>> {
  return eventOperator(windowing('windowBy', assigner, options));
}

/** What `windowBy` does with a stream, also by another name: joins are windowings of both sides. */
export function windowing<T, R, K>(
  operator: string,
  assigner: WindowAssigner<NoInfer<T>>,
  options: WindowOptions<T, K, R>,
): (source: EventStream<T>) => WindowStream<T, K, R> {
  if (typeof assigner?.assign !== 'function')
    throw mustBe(`${operator}: its first argument`, "an assigner, such as tumbling('1h')", assigner);
  const name = options?.name === undefined ? '' : ` "${options.name}"`;
  const kind = `${operator}(${assigner.name})${name}`;
  const spec = specOf(kind, assigner, options);
  const machine = machineOf(kind, spec);
  return source => new WindowStream(kind, source, spec, machine, options);
}

/** The panes of a windowing operator. */
export class WindowStream<T, K, R> extends EventStream<Pane<K, R>> {
  readonly spec: WindowingSpec<T, K, R>;
  readonly #machine: MachineFactory;
  readonly #options: WindowOptions<T, K, R>;

  constructor(
    kind: string,
    source: EventStream<T>,
    spec: WindowingSpec<T, K, R>,
    machine: MachineFactory,
    options: WindowOptions<T, K, R>,
  ) {
    super(kind, [source]);
    if (source.retracts && !spec.aggregate.remove) {
      throw new TidemarkError(
        'RETRACTION_UNSUPPORTED',
        `${this.kind}: a retracting window stands before, but the aggregate ${spec.aggregate.name ?? ''} has no remove. Use one that has, such as count, sum or mean, or do not retract upstream.`,
      );
    }
    this.spec = spec;
    this.#machine = machine;
    this.#options = options;
  }

  override get retracts(): boolean {
    return this.spec.accumulation === 'retracting';
  }

  override connect(sink: EventSink<Pane<K, R>>, context: RuntimeContext): Unsubscribable {
    const { late, drops, name } = this.#options;
    const windowing = new WindowSink(this.kind, name, this.spec, this.#machine, late, drops, sink, context);
    const subscription = new Subscription(() => windowing.stop());
    windowing.upstream = subscription;
    subscription.add((this.inputs[0] as EventStream<T>).connect(windowing, context));
    return subscription;
  }
}

/** Checks everything that can be known at assembly, and fills in the defaults. */
function specOf<T, K, R>(where: string, assigner: WindowAssigner<T>, options: WindowOptions<T, K, R>): WindowingSpec<T, K, R> {
  if (typeof options?.aggregate?.create !== 'function' || typeof options.aggregate.add !== 'function') {
    throw mustBe(`${where}: aggregate`, 'an aggregate, such as count()', options?.aggregate);
  }
  checkOptions(options, OPTIONS, where);
  if (options.key !== undefined) checkFunction(options.key, `${where}: key`);
  // The first word is the default.
  const choose = <W extends string>(option: keyof WindowOptions<T, K, R>, ...words: readonly W[]): W => {
    const word = (options[option] as W | undefined) ?? (words[0] as W);
    if (words.includes(word)) return word;
    throw mustBe(`${where}: ${option}`, `one of ${[...new Set(words)].join(', ')}`, word);
  };
  const accumulation = choose('accumulation', assigner.trigger ? 'discarding' : 'accumulating', 'accumulating', 'discarding', 'retracting');
  // Windows with a trigger of their own are not about the end of time: there an empty pane says nothing.
  const onTime = choose('onTime', assigner.trigger ? 'ifChanged' : 'always', 'always', 'ifChanged');
  const closing = choose('closing', 'ifChanged', 'always', 'never');
  const timestampCombiner = choose('timestampCombiner', 'endOfWindow', 'earliest', 'latest');
  const finishing = choose('finishing', 'refuse', 'allow');
  const allowedLateness = nonNegative(options.allowedLateness ?? 0, `${where}: allowedLateness`);
  if (options.trigger !== undefined) checkTrigger(options.trigger, `${where}: trigger`);
  if (options.late !== undefined) checkObserver(options.late, `${where}: late`);
  const trigger = options.trigger ?? assigner.trigger;
  if (trigger && finishing === 'refuse') checkFinishing(trigger, allowedLateness, where);
  const key = options.key ?? ((): K => undefined as K);
  return { assigner, key, aggregate: options.aggregate, trigger, allowedLateness, accumulation, onTime, closing, timestampCombiner };
}

/** What computes these windows: the assigner's own machine for the default trigger, else the one that the trigger brings along. */
function machineOf(where: string, spec: WindowingSpec<any, any, any>): MachineFactory {
  const { assigner, trigger } = spec;
  // Count windows have no machine of their own; then the default trigger brings one, too.
  const machine = trigger && !trigger.isDefault ? trigger.machine : (assigner.machine ?? trigger?.machine);
  if (machine) return machine;
  throw trigger
    ? mustBe(`${where}: trigger`, "made by a function such as every('1s') or defineTrigger()", trigger)
    : mustBe(`${where}: the assigner`, "made by a function such as tumbling('1h') or defineAssigner()", assigner);
}

/** A finished trigger closes its window and loses what comes after. (BEAM-3288) */
function checkFinishing(trigger: Trigger, allowedLateness: number, where: string): void {
  const { name, finishes } = trigger;
  if (finishes === 'never' || (finishes === 'at-end' && allowedLateness === 0)) return;
  const cure =
    finishes === 'at-end'
      ? 'set allowedLateness to 0, or take a trigger that goes on after the end, such as afterWatermark()'
      : 'use it for early panes, as afterWatermark({ early: ... }), or wrap it in repeatedly()';
  throw new TidemarkError(
    'UNSAFE_TRIGGER',
    `${where}: the trigger ${name} may finish before its window expires, and all later elements of the window would be lost. To keep them, ${cure}; to lose them on purpose, set finishing: 'allow'.`,
  );
}
