import { type Observable, type Observer, Subscription, type Unsubscribable } from 'rxjs';
import { checkDrops } from '../engine/drops.js';
import { IntervalMachine, type IntervalSpec } from '../engine/intervalMachine.js';
import { checkType, type JoinLateRecord, type JoinType, type LeftOf, type RightOf } from '../engine/joinSpec.js';
import type { DropCounts } from '../engine/machine.js';
import { checkFunction, checkOptions, eventTimeLost, located, mustBe, otherSpec } from '../errors.js';
import type { StateCut } from '../state/cut.js';
import { type EventOperator, EventStream, type EventTimed, eventOperator } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { type Duration, millis, nonNegative } from '../time/duration.js';
import { END_OF_TIME, type Watermark } from '../time/timestamp.js';
import { type ConfluenceSink, connectAll } from './confluence.js';
import { checkSides, unmarked } from './sides.js';

/** What {@link intervalJoin} takes. */
export interface IntervalJoinOptions<L, R, K, Row, J extends JoinType> {
  /** Where the right element may lie, from the left one on; both bounds count. `['-5m', '10m']`: from 5 minutes before to 10 minutes after. */
  readonly within: readonly [lower: Duration, upper: Duration];
  /** Bounds that do not count. Default: both do. */
  readonly exclude?: 'lower' | 'upper' | 'both';
  /** The key of a left element. Compared by value, as in `windowBy`; undefined and NaN are keys like others. */
  readonly leftKey: (left: L) => K;
  /** The key of a right element. */
  readonly rightKey: (right: NoInfer<R>) => NoInfer<K>;
  /** The row of a pair; must depend on its arguments alone. Where a row may stand without a partner, that side may be undefined. */
  readonly select: (left: LeftOf<J, NoInfer<L>>, right: RightOf<J, NoInfer<R>>) => Row;
  /** Whose elements also give a row when no partner can come any more: `left`, `right`, `outer` (both). Default `inner`: nobody's. */
  readonly type?: J;
  /** How far behind the watermark an element may be and still find partners: these are kept as much longer. `Infinity`: for ever. Default 0. */
  readonly allowedLateness?: Duration;
  /** Receives the elements of both sides that came too late to count; only its `next` is called. */
  readonly late?: Partial<Observer<JoinLateRecord<NoInfer<L>, NoInfer<R>>>>;
  /** Counts what came too late, of both sides; see `dropCounts()`. */
  readonly drops?: DropCounts;
  /** Identifies this operator's state in snapshots and explanations. */
  readonly name?: string;
}

const OPTIONS = ['within', 'exclude', 'leftKey', 'rightKey', 'select', 'type', 'allowedLateness', 'late', 'drops', 'name'];

/**
 * Joins two streams by how far apart their elements are: a left and a right element of the same key give a row when
 * `left + lower <= right <= left + upper` in event time. (The interval join of Flink.)
 *
 * A pair is said as soon as its second element has come, with the later of their two times. With `type: 'left' | 'right' | 'outer'`
 * an element without a partner is said with its own time when the watermark, the lower of the two, says that none can come any more;
 * until then it holds the watermark back downstream. What came further behind the watermark than `allowedLateness` goes to `late`.
 *
 * If a side retracts, the rows of what is withdrawn are withdrawn.
 *
 * @throws TidemarkError at assembly: `BAD_OPTION`, `BAD_DURATION`; on the stream: `EVENT_TIME_LOST`, `BAD_KEY`, `BAD_VALUE` for a
 * withdrawal of what is not there, and whatever your own functions throw.
 * @example
 * ```ts
 * import { eventTime, intervalJoin } from 'tidemark';
 *
 * const shown = eventTime([{ ad: 7, at: 0 }, { ad: 8, at: 1_000 }], { timestamp: s => s.at });
 * const clicks = eventTime([{ ad: 7, at: 4_000 }], { timestamp: c => c.at });
 * shown
 *   .pipe(
 *     intervalJoin(clicks, {
 *       within: [0, '10s'],
 *       type: 'left',
 *       leftKey: impression => impression.ad,
 *       rightKey: click => click.ad,
 *       select: (impression, click) => ({ ad: impression.ad, clicked: click !== undefined }),
 *     }),
 *   )
 *   .subscribe(console.log); // { ad: 7, clicked: true }, then { ad: 8, clicked: false }
 * ```
 */
export function intervalJoin<L, R, K, Row, J extends JoinType = 'inner'>(
  right: Observable<R> & EventTimed,
  options: IntervalJoinOptions<L, R, K, Row, J>,
): EventOperator<L, Row> {
  checkOptions(options, OPTIONS, 'intervalJoin');
  checkSides('intervalJoin', right, options);
  checkFunction(options.select, 'intervalJoin: select');
  const { leftKey, rightKey, within, exclude, drops } = options;
  if (drops !== undefined) checkDrops(drops, 'intervalJoin: drops');
  const [lower, upper] = readBounds(within, exclude);
  const other = right as EventStream<R>;
  const spec = {
    leftKey,
    rightKey,
    select: options.select as IntervalSpec<L, R, K, Row>['select'],
    type: checkType('intervalJoin', options.type),
    lower,
    upper,
    allowedLateness: nonNegative(options.allowedLateness ?? 0, 'intervalJoin: allowedLateness'),
  };
  return eventOperator(
    'intervalJoin',
    left => new IntervalStream<L, R, K, Row>(left, other, { ...spec, leftRetracts: left.retracts, rightRetracts: other.retracts }, options),
  );
}

/** The bounds in milliseconds, both inclusive: time goes by whole ones. */
function readBounds(within: unknown, exclude: unknown): [number, number] {
  const where = 'intervalJoin: within';
  if (!Array.isArray(within) || within.length !== 2) throw mustBe(where, "two durations, such as ['-5m', '10m']", within);
  if (![undefined, 'lower', 'upper', 'both'].includes(exclude as string)) {
    throw mustBe('intervalJoin: exclude', 'one of lower, upper, both', exclude);
  }
  const [lower, upper] = within.map(bound => millis(bound as Duration, where)) as [number, number];
  const first = lower + (exclude === 'lower' || exclude === 'both' ? 1 : 0);
  const last = upper - (exclude === 'upper' || exclude === 'both' ? 1 : 0);
  if (first <= last && last < Infinity) return [first, last];
  throw mustBe(where, 'two finite durations with some time between, the lower one first', within);
}

type Observers<L, R> = Pick<IntervalJoinOptions<L, R, any, any, any>, 'within' | 'late' | 'drops' | 'name'>;

/** The rows of an interval join. */
class IntervalStream<L, R, K, Row> extends EventStream<Row> {
  readonly #spec: IntervalSpec<L, R, K, Row>;
  readonly #options: Observers<L, R>;

  constructor(left: EventStream<L>, right: EventStream<R>, spec: IntervalSpec<L, R, K, Row>, options: Observers<L, R>) {
    const name = options.name === undefined ? '' : ` "${options.name}"`;
    super(`intervalJoin(${options.within.join(' to ')})${name}`, [left, right], options.name);
    this.#spec = spec;
    this.#options = options;
  }

  override checkEnd(): void {
    if (this.retracts) throw unmarked(this.kind);
  }

  override connect(sink: EventSink<Row>, context: RuntimeContext): Unsubscribable {
    const joining = new IntervalSink(this.kind, this.#spec, this.#options, sink, context);
    const subscription = new Subscription(() => void (joining.closed = true));
    joining.upstream = subscription;
    context.lookout?.works(this, joining);
    subscription.add(connectAll<L | R>(this, joining, context, 'intervalJoin inputs', this.#options.name));
    return subscription;
  }
}

/** An interval join inside a stream. */
class IntervalSink<L, R, K, Row> implements ConfluenceSink<L | R> {
  /** Nothing more is wanted, from here or from downstream. */
  closed = false;
  /** What to let go of when this operator fails. */
  upstream: Unsubscribable | undefined = undefined;
  readonly #kind: string;
  readonly #sink: EventSink<Row>;
  readonly #late: Observers<L, R>['late'];
  readonly #lookout: RuntimeContext['lookout'];
  readonly machine: IntervalMachine<L, R, K, Row>;

  constructor(
    kind: string,
    spec: IntervalSpec<L, R, K, Row>,
    { late, drops, name }: Observers<L, R>,
    sink: EventSink<Row>,
    context: RuntimeContext,
  ) {
    this.#kind = kind;
    this.#sink = sink;
    this.#late = late;
    this.#lookout = context.lookout;
    const described = `${spec.type}, ${spec.lower} to ${spec.upper}, lateness ${spec.allowedLateness}`;
    const cut = (number: number, since: number): StateCut => {
      const { rest: state, parts } = this.machine.cut(number, since);
      return { rest: { spec: described, state }, parts };
    };
    const restored = context.state?.registerParts('intervalJoin', name, cut, spec);
    const rest = restored?.rest as { spec: string; state: unknown } | undefined;
    if (rest && rest.spec !== described) throw otherSpec(kind, rest.spec, described);
    this.machine = new IntervalMachine(spec, this, drops, restored && { ...restored, rest: rest?.state });
  }

  next(value: L | R, timestamp: number, diff: 1 | -1, input: number): void {
    if (this.closed) return;
    try {
      if (timestamp !== timestamp) throw eventTimeLost(this.#kind, value);
      this.machine.element(value, timestamp, diff, input === 0);
    } catch (error) {
      this.#fail(located(error, this.#kind, value));
    }
  }

  watermark(time: Watermark): void {
    if (this.closed) return;
    try {
      this.machine.advance(time);
    } catch (error) {
      this.#fail(error);
    }
  }

  idle(): void {
    if (!this.closed) this.#sink.idle();
  }

  error(error: unknown): void {
    if (this.closed) return;
    this.closed = true;
    this.#sink.error(error);
  }

  complete(): void {
    this.watermark(END_OF_TIME);
    if (this.closed) return;
    this.closed = true;
    this.#sink.complete();
  }

  row(row: Row, timestamp: number, diff: 1 | -1): void {
    this.#sink.next(row, timestamp, diff);
    if (this.#sink.closed) this.closed = true;
  }

  late(record: JoinLateRecord<L, R>): void {
    this.#late?.next?.(record);
    this.#lookout?.drops(this, record);
  }

  reached(time: Watermark): void {
    if (this.closed) return;
    this.#sink.watermark(time);
    if (this.#sink.closed) this.closed = true;
  }

  #fail(error: unknown): void {
    if (this.closed) return;
    this.closed = true;
    this.upstream?.unsubscribe();
    this.#sink.error(error);
  }
}
