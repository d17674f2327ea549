import type { Observable, Unsubscribable } from 'rxjs';
import { copySides, type Sides } from '../aggregates/sides.js';
import { JoinRows, type JoinRowsSpec } from '../engine/joinRows.js';
import { checkType, type JoinType, type LeftOf, type RightOf } from '../engine/joinSpec.js';
import type { AccumulationMode, Pane } from '../engine/pane.js';
import type { TimeWindow } from '../engine/window.js';
import { checkFunction, mustBe, TidemarkError } from '../errors.js';
import type { SavedState } from '../state/cut.js';
import { type EventOperator, EventStream, type EventTimed, eventOperator } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { SIDE_OPTIONS, type SideOptions, sideWindowing, unmarked } from './sides.js';
import type { WindowStream } from './windowBy.js';

/** What {@link joinWith} takes. */
export interface JoinOptions<L, R, K, Row, J extends JoinType> extends SideOptions<L, R, K> {
  /** The row of a pair; must depend on its arguments alone. Where a row may stand without a partner, that side may be undefined. */
  readonly select: (left: LeftOf<J, NoInfer<L>>, right: RightOf<J, NoInfer<R>>, window: TimeWindow) => Row;
  /** Whose elements also give a row when their window holds no partner: `left`, `right`, `outer` (both). Default `inner`: nobody's. */
  readonly type?: J;
  /**
   * `accumulating`: the elements of a pane pair with all so far, and each row is said once. `retracting`: so, and rows that no
   * longer hold are withdrawn. `discarding`: the elements of a pane pair with each other alone.
   * Default `accumulating`, `discarding` for count windows.
   */
  readonly accumulation?: AccumulationMode;
}

/**
 * Joins two streams: each pair of a left and a right element of the same key and window gives a row, when the window is
 * complete. The watermark is the lower of the two. (The window join of Flink and Beam.)
 *
 * A row has the event time `end - 1` of its window. A late element, and an early trigger, say the rows that are new. With
 * `type: 'left' | 'right' | 'outer'` these may take the place of a row without partner, which must then be withdrawn: set
 * `accumulation: 'retracting'`; a withdrawal travels like that of a pane.
 *
 * @throws TidemarkError at assembly: `BAD_OPTION`, also for rows that would have to be withdrawn and cannot; `BAD_DURATION`,
 * `UNSAFE_TRIGGER`; `RETRACTION_UNSUPPORTED` when a side retracts into windows that speak more than once and `accumulation` is not
 * `retracting`. On the stream: `EVENT_TIME_LOST`, `BAD_KEY`, `BAD_WINDOW`, `BAD_VALUE` for a withdrawal of what is not there, and
 * whatever your own functions throw.
 * @example
 * ```ts
 * import { eventTime, joinWith, tumbling } from 'tidemark';
 *
 * const flights = eventTime([{ number: 'KL1', airport: 'AMS', at: 5 }], { timestamp: f => f.at });
 * const weather = eventTime([{ station: 'AMS', wind: 31, at: 3 }], { timestamp: w => w.at });
 * flights
 *   .pipe(
 *     joinWith(weather, {
 *       window: tumbling('10m'),
 *       leftKey: flight => flight.airport,
 *       rightKey: report => report.station,
 *       select: (flight, report) => ({ flight: flight.number, wind: report.wind }),
 *     }),
 *   )
 *   .subscribe(console.log); // { flight: 'KL1', wind: 31 }
 * ```
 */
export function joinWith<L, R, K, Row, J extends JoinType = 'inner'>(
  right: Observable<R> & EventTimed,
  options: JoinOptions<L, R, K, Row, J>,
): EventOperator<L, Row> {
  const known = [...SIDE_OPTIONS, 'select', 'type', 'accumulation'];
  const type = checkType('joinWith', options?.type);
  const accumulation = options?.accumulation ?? (options?.window?.trigger ? 'discarding' : 'accumulating');
  if (!['accumulating', 'discarding', 'retracting'].includes(accumulation))
    throw mustBe('joinWith: accumulation', 'one of accumulating, discarding, retracting', accumulation);
  const make = sideWindowing<L, R, K, Sides<L, R>>(
    'joinWith',
    right,
    options,
    known,
    // Each pane comes with the one before it, so that the difference can be said.
    { accumulation: accumulation === 'discarding' ? accumulation : 'retracting', onTime: 'ifChanged' },
    `${type} join`,
    copySides,
  );
  checkFunction(options.select, 'joinWith: select');
  const { merging } = options.window;
  const select = options.select as JoinRowsSpec<L, R, Row>['select'];
  return eventOperator('joinWith', left => {
    const windows = make(left);
    checkRevisions(windows, type, accumulation);
    return new JoinStream(windows, { type, select, merging, withdraws: accumulation === 'retracting' }, options.name);
  });
}

/** Rows that may have to be withdrawn are said only where they can be. */
function checkRevisions(windows: WindowStream<any, any, any>, type: JoinType, accumulation: AccumulationMode): void {
  const { spec, kind, inputs } = windows;
  const speaksOnce = spec.allowedLateness === 0 && spec.trigger?.fires !== 'any-time';
  if (speaksOnce || accumulation === 'retracting') return;
  if (inputs.some(input => input.retracts)) {
    throw new TidemarkError(
      'RETRACTION_UNSUPPORTED',
      `${kind}: one of its sides retracts, and what was said of its elements must then be withdrawn. Set accumulation: 'retracting', or let windows speak once: allowedLateness 0 and no early trigger.`,
    );
  }
  if (type !== 'inner' && accumulation === 'accumulating') {
    throw mustBe(
      `${kind}: accumulation`,
      `'retracting', since a row without partner may get one later (type '${type}')`,
      accumulation,
      'Or let windows speak once: allowedLateness 0 and no early trigger.',
    );
  }
}

/** The rows of a window join. */
class JoinStream<L, R, K, Row> extends EventStream<Row> {
  readonly #spec: JoinRowsSpec<L, R, Row>;
  readonly #name: string | undefined;

  constructor(windows: EventStream<Pane<K, Sides<L, R>>>, spec: JoinRowsSpec<L, R, Row>, name: string | undefined) {
    super(windows.kind, [windows], name);
    this.#spec = spec;
    this.#name = name;
  }

  override get retracts(): boolean {
    return this.#spec.withdraws;
  }

  override checkEnd(): void {
    if (this.retracts) throw unmarked(this.kind);
  }

  override connect(sink: EventSink<Row>, context: RuntimeContext): Unsubscribable {
    const restored: SavedState | undefined = context.state?.registerParts('joinWith', this.#name, (number, since) =>
      rows.cut(number, since),
    );
    const rows: JoinRows<L, R, K, Row> = new JoinRows<L, R, K, Row>(
      this.#spec,
      {
        get closed() {
          return sink.closed;
        },
        row: (row, timestamp, diff) => sink.next(row, timestamp, diff),
      },
      restored,
    );
    // What this throws is caught by the windowing, which ends the stream.
    const input: EventSink<Pane<K, Sides<L, R>>> = {
      get closed() {
        return sink.closed;
      },
      next: pane => rows.pane(pane),
      watermark: time => sink.watermark(time),
      idle: () => sink.idle(),
      error: error => sink.error(error),
      complete: () => sink.complete(),
    };
    return (this.inputs[0] as EventStream<Pane<K, Sides<L, R>>>).connect(input, context);
  }
}
