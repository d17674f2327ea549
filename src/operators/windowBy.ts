import { type Observer, Subscription, type Unsubscribable } from 'rxjs';
import type { Aggregate } from '../aggregates/aggregate.js';
import { checkAggregate } from '../aggregates/check.js';
import { checkDrops } from '../engine/drops.js';
import type { Evictor } from '../engine/evictor.js';
import type { ClosingBehavior, DropCounts, MachineFactory, OnTimeBehavior, TimestampCombiner, WindowingSpec } from '../engine/machine.js';
import type { AccumulationMode, LateRecord, Pane } from '../engine/pane.js';
import type { StateHandle } from '../engine/stateHandle.js';
import type { Trigger } from '../engine/trigger.js';
import type { WindowAssigner } from '../engine/window.js';
import { anything, cannotRemove, checkFunction, checkObserver, mustBe, oneOf, readOptions } from '../errors.js';
import { type EventOperator, EventStream, eventOperator } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { type Duration, nonNegative } from '../time/duration.js';
import { WindowSink } from './windowSink.js';

/** What {@link windowBy} takes. */
export interface WindowOptions<T, K, R> {
  /**
   * Groups elements. Keys are compared by value: primitives, Dates, arrays and plain objects. Default: one group, key undefined. Where the key
   * of the very first element is undefined it is most likely misspelt, and the error `BAD_KEY`; null is a key like others.
   */
  readonly key?: (value: T) => K;
  /** What a window keeps of its elements. */
  readonly aggregate: Aggregate<NoInfer<T>, any, R>;
  /** When a window fires. Default: `afterWatermark()`, on time and then once per late element. */
  readonly trigger?: Trigger<NoInfer<T>>;
  /** Which elements stay when a window fires, such as `keepCount(10)`. The window then keeps all its elements, and adds them up for each pane. */
  readonly evictor?: Evictor<NoInfer<T>>;
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
  /** Identifies this operator's state in snapshots and explanations: a text, or a `view` of it. */
  readonly name?: string | StateHandle<K, NoInfer<R>>;
  /** Whether the on-time pane comes although nothing is new since the last early one. Default `always` (as in Beam); `ifChanged` for count windows. */
  readonly onTime?: OnTimeBehavior;
  /** Whether a last pane comes when the window expires. Default `ifChanged` (as in Beam); `never` is Flink's way and can lose content. */
  readonly closing?: ClosingBehavior;
  /** A pane's own timestamp, for windows downstream. Default `endOfWindow`: `end - 1`. */
  readonly timestampCombiner?: TimestampCombiner;
  /** A trigger that may finish before its window expires loses data, and is refused unless this says `allow`. */
  readonly finishing?: 'refuse' | 'allow';
}

/** Refuses what was not made by `defineEvictor`. */
function checkEvictor(evictor: Partial<Evictor> | null, where: string): void {
  if (!evictor?.over) throw mustBe(where, 'an evictor, such as keepCount(10)', evictor);
}

/** Refuses what was not made by `defineTrigger`, as all of ours are. */
function checkTrigger(trigger: Partial<Trigger> | null, where: string): void {
  if (trigger?.machine) return;
  const cure = typeof trigger === 'function' ? 'Call it.' : 'Your own is made by defineTrigger().';
  throw mustBe(where, "a trigger, such as afterCount(10) or every('1s')", trigger, cure);
}

const READERS = {
  key: checkFunction,
  aggregate: anything,
  trigger: checkTrigger,
  evictor: checkEvictor,
  allowedLateness: nonNegative,
  accumulation: oneOf('accumulating', 'discarding', 'retracting'),
  late: checkObserver,
  drops: checkDrops,
  name: anything,
  onTime: oneOf('always', 'ifChanged'),
  closing: oneOf('ifChanged', 'always', 'never'),
  timestampCombiner: oneOf('endOfWindow', 'earliest', 'latest'),
  finishing: oneOf('refuse', 'allow'),
};

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
  const make = windowing('windowBy', assigner, options);
  return eventOperator(`windowBy(${assigner.name})`, make);
}

/** What `windowBy` does with a stream, also by another name: joins are windowings of both sides. */
export function windowing<T, R, K>(
  operator: string,
  assigner: WindowAssigner<NoInfer<T>>,
  options: WindowOptions<T, K, R>,
): (source: EventStream<T>) => WindowStream<T, K, R> {
  if (typeof assigner?.assign !== 'function')
    throw mustBe(`${operator}: its first argument`, "an assigner, such as tumbling('1h')", assigner);
  const own = options?.name;
  const name = typeof own === 'object' ? own.name : own;
  const kind = `${operator}(${assigner.name})${name === undefined ? '' : ` "${name}"`}`;
  const spec = specOf(kind, assigner, options);
  const machine = options.evictor?.machine ?? machineOf(kind, spec);
  // Joins say what they make of an undefined key.
  const keyed = operator === 'windowBy' && options.key !== undefined;
  const { late, drops } = options;
  return source =>
    new WindowStream(
      kind,
      name,
      source,
      spec,
      (sink, context) => new WindowSink(kind, name, spec, machine, late, drops, keyed, sink, context),
    );
}

/** The panes of a windowing operator. */
export class WindowStream<T, K, R> extends EventStream<Pane<K, R>> {
  readonly spec: WindowingSpec<T, K, R>;
  readonly #begin: (sink: EventSink<Pane<K, R>>, context: RuntimeContext) => WindowSink<T, K, R>;

  /** `begin`: begins to work. */
  constructor(
    kind: string,
    name: string | undefined,
    source: EventStream<T>,
    spec: WindowingSpec<T, K, R>,
    begin: (sink: EventSink<Pane<K, R>>, context: RuntimeContext) => WindowSink<T, K, R>,
  ) {
    super(kind, [source], name);
    if (source.retracts && !spec.aggregate.remove) {
      throw cannotRemove(kind, 'windows upstream retract');
    }
    this.spec = spec;
    this.#begin = begin;
  }

  override get retracts(): boolean {
    return this.spec.accumulation === 'retracting';
  }

  override checkEnd(): void {}

  override connect(sink: EventSink<Pane<K, R>>, context: RuntimeContext): Unsubscribable {
    const windowing = this.#begin(sink, context);
    const subscription = new Subscription(() => windowing.stop());
    windowing.upstream = subscription;
    context.lookout?.works(this, windowing);
    subscription.add((this.inputs[0] as EventStream<T>).connect(windowing, context));
    return subscription;
  }
}

/** Checks everything that can be known at assembly, and fills in the defaults. */
function specOf<T, K, R>(where: string, assigner: WindowAssigner<T>, options: WindowOptions<T, K, R>): WindowingSpec<T, K, R> {
  // Before the other options, since without any it is what is missing.
  checkAggregate(options?.aggregate, `${where}: aggregate`);
  const own = assigner.trigger;
  const {
    allowedLateness = 0,
    accumulation = own ? 'discarding' : 'accumulating',
    // Windows with a trigger of their own are not about the end of time: there an empty pane says nothing.
    onTime = own ? 'ifChanged' : 'always',
    closing = 'ifChanged',
    timestampCombiner = 'endOfWindow',
    finishing = 'refuse',
  } = readOptions(options, READERS, where);
  if (assigner.ttl !== undefined && allowedLateness > 0)
    throw mustBe(`${where}: allowedLateness`, '0 for windows with a ttl', options.allowedLateness, 'Make the ttl longer.');
  const { key = (): K => undefined as K, aggregate, evictor, trigger = own } = options;
  if (finishing === 'refuse') trigger?.checkFinishing?.(trigger, allowedLateness, where);
  const spec = { assigner, key, aggregate, trigger, allowedLateness, accumulation, onTime, closing, timestampCombiner };
  return evictor ? { ...spec, ...evictor.over(aggregate) } : spec;
}

/** What computes these windows: the assigner's own machine for the default trigger, else the one that the trigger brings along. */
function machineOf(where: string, spec: WindowingSpec<any, any, any>): MachineFactory {
  const { assigner, trigger } = spec;
  // Count windows have no machine of their own; then the default trigger brings one, too.
  const machine = trigger && !trigger.isDefault ? trigger.machine : (assigner.machine ?? trigger?.machine);
  if (machine) return machine;
  throw mustBe(`${where}: the assigner`, 'made by a function such as defineAssigner()', assigner);
}
