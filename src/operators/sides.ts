/** What `joinWith` and `coGroup` share: both sides become one stream, and that is windowed as any other. */
import type { Observable, Observer, Unsubscribable } from 'rxjs';
import { type Sided, type Sides, sides, withdrawn } from '../aggregates/sides.js';
import type { JoinLateRecord } from '../engine/joinSpec.js';
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import type { Trigger } from '../engine/trigger.js';
import type { WindowAssigner } from '../engine/window.js';
import { checkFunction, checkObserver, checkOptions, mustBe, TidemarkError } from '../errors.js';
import { EventStream, type EventTimed } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import type { Duration } from '../time/duration.js';
import { checkTrigger } from '../triggers/check.js';
import { connectAll } from './confluence.js';
import { type WindowOptions, type WindowStream, windowing } from './windowBy.js';

/** The options that {@link joinWith} and {@link coGroup} have in common. */
export interface SideOptions<L, R, K> {
  /** Which windows elements belong to, of either side: whatever `windowBy` takes. Sessions span both sides. */
  readonly window: WindowAssigner<NoInfer<L> | NoInfer<R>>;
  /** The key of a left element. Compared by value, as in `windowBy`; undefined and NaN are keys like others. */
  readonly leftKey: (left: L) => K;
  /** The key of a right element. */
  readonly rightKey: (right: NoInfer<R>) => NoInfer<K>;
  /** When a window speaks. Default: when it is complete, and then with each late element. */
  readonly trigger?: Trigger<NoInfer<L> | NoInfer<R>>;
  /** How long after its end, in event time, a window still takes elements of either side. `Infinity`: for ever. Default 0. */
  readonly allowedLateness?: Duration;
  /** Receives the elements of both sides that came too late to count; only its `next` is called. */
  readonly late?: Partial<Observer<JoinLateRecord<NoInfer<L>, NoInfer<R>>>>;
  /** Counts what did not count, of both sides; see `dropCounts()`. */
  readonly drops?: DropCounts;
  /** Identifies this operator's state in snapshots and explanations. */
  readonly name?: string;
  /** A trigger that may finish before its window expires loses data, and is refused unless this says `allow`. */
  readonly finishing?: 'refuse' | 'allow';
}

/** The names of {@link SideOptions}. */
export const SIDE_OPTIONS: readonly string[] = [
  'window',
  'leftKey',
  'rightKey',
  'trigger',
  'allowedLateness',
  'late',
  'drops',
  'name',
  'finishing',
];

/** Refuses what both kinds of join cannot be made of. */
export function checkSides(where: string, right: unknown, options: { leftKey?: unknown; rightKey?: unknown; late?: unknown }): void {
  if (!(right instanceof EventStream)) {
    throw mustBe(`${where}: its first argument`, 'a stream with event time', right, 'Use eventTime().');
  }
  checkFunction(options.leftKey, `${where}: leftKey`);
  checkFunction(options.rightKey, `${where}: rightKey`);
  if (options.late !== undefined) checkObserver(options.late, `${where}: late`);
}

/** Rows that may be withdrawn must not end at a plain subscriber: it sees such a row once more, and takes it for a new one. */
export function unmarked(kind: string): TidemarkError {
  return new TidemarkError(
    'RETRACTION_UNSUPPORTED',
    `${kind}: rows may be withdrawn, and a subscriber could not tell. Put changes() before it, which gives { value, timestamp, diff }.`,
  );
}

/**
 * The windowing of both sides, checked. `own` are options of `windowBy` that the caller has read; `of` makes the value of a pane,
 * and must not hand out the arrays that it is given.
 */
export function sideWindowing<L, R, K, O>(
  operator: string,
  right: Observable<R> & EventTimed,
  options: SideOptions<L, R, K>,
  known: readonly string[],
  own: Pick<WindowOptions<L, K, O>, 'accumulation' | 'onTime' | 'closing' | 'timestampCombiner'>,
  name: string,
  of: (all: Sides<L, R>) => O,
): (left: EventStream<L>) => WindowStream<Sided<L | R>, K, O> {
  checkOptions(options, known, operator);
  checkSides(operator, right, options);
  const { window, leftKey, rightKey, trigger, late, allowedLateness, drops, finishing } = options;
  if (typeof window?.assign !== 'function') throw mustBe(`${operator}: window`, "an assigner, such as tumbling('1h')", window);
  if (trigger !== undefined) checkTrigger(trigger, `${operator}: trigger`);
  const make = windowing<Sided<L | R>, O, K>(operator, assignerOfSided(window), {
    ...own,
    key: ({ left, value }) => (left ? leftKey(value as L) : rightKey(value as R)),
    aggregate: sides<L, R, O>(name, of),
    ...(trigger && { trigger: triggerOfSided(trigger) }),
    ...(late && { late: { next: record => late.next?.(lateOfSided<L, R>(record)) } }),
    ...(allowedLateness !== undefined && { allowedLateness }),
    ...(drops && { drops }),
    ...(options.name !== undefined && { name: options.name }),
    ...(finishing && { finishing }),
  });
  return left => make(new SidesStream<L, R>(left, right as EventStream<R>, options.name));
}

function assignerOfSided<T>(assigner: WindowAssigner<T>): WindowAssigner<Sided<T>> {
  return { ...assigner, assign: (timestamp, { value }, add) => assigner.assign(timestamp, value, add) };
}

function triggerOfSided<T>(trigger: Trigger<T>): Trigger<Sided<T>> {
  return { ...trigger, onElement: (state, { value }, timestamp, context) => trigger.onElement(state, value, timestamp, context) };
}

function lateOfSided<L, R>(record: LateRecord<Sided<L | R>>): JoinLateRecord<L, R> {
  const { left, value } = record.value;
  return { ...record, value, side: left ? 'left' : 'right' } as JoinLateRecord<L, R>;
}

/** The elements of two streams, each with its side. */
class SidesStream<L, R> extends EventStream<Sided<L | R>> {
  readonly #name: string | undefined;

  constructor(left: EventStream<L>, right: EventStream<R>, name: string | undefined) {
    super('sides', [left, right], name);
    this.#name = name;
  }

  override connect(sink: EventSink<Sided<L | R>>, context: RuntimeContext): Unsubscribable {
    let id: number = (context.state?.register(this.kind, this.#name, (): number => id) as number | undefined) ?? 0;
    return connectAll<L | R>(
      this,
      {
        get closed() {
          return sink.closed;
        },
        next: (value, timestamp, diff, input) =>
          sink.next({ id: id++, left: input === 0, value: diff === 1 ? value : withdrawn(value) }, timestamp, diff),
        watermark: time => sink.watermark(time),
        idle: () => sink.idle(),
        error: error => sink.error(error),
        complete: () => sink.complete(),
      },
      context,
      'sides inputs',
      this.#name,
    );
  }
}
