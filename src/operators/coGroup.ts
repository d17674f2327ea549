import type { Observable } from 'rxjs';
import type { Sided } from '../aggregates/sides.js';
import type { ClosingBehavior, OnTimeBehavior, TimestampCombiner } from '../engine/machine.js';
import type { AccumulationMode, Pane } from '../engine/pane.js';
import { type EventOperator, type EventTimed, eventOperator } from '../stream/eventStream.js';
import { SIDE_OPTIONS, type SideOptions, sideWindowing } from './sides.js';

/** What {@link coGroup} takes: the options of `windowBy`, with a key for either side in place of key and aggregate. */
export interface CoGroupOptions<L, R, K> extends SideOptions<L, R, K> {
  /** What a pane holds. Default `accumulating`. */
  readonly accumulation?: AccumulationMode;
  /** Whether the on-time pane comes although nothing is new since the last early one. Default `always`; `ifChanged` for count windows. */
  readonly onTime?: OnTimeBehavior;
  /** Whether a last pane comes when the window expires. Default `ifChanged`. */
  readonly closing?: ClosingBehavior;
  /** A pane's own timestamp, for windows downstream. Default `endOfWindow`: `end - 1`. */
  readonly timestampCombiner?: TimestampCombiner;
}

/** The elements of one key and window, of both sides, in order of arrival; a side without any is empty. */
export interface Groups<L, R> {
  /** The elements of the left stream. */
  readonly left: L[];
  /** The elements of the right one. */
  readonly right: R[];
}

/**
 * Groups the elements of two streams by key and window: panes as those of `windowBy`, whose value holds the elements of both
 * sides. The watermark is the lower of the two. For joins of any kind that `joinWith` does not have: the best match, counts of
 * both sides, a default for a missing side. (Beam's CoGroupByKey, Flink's coGroup.)
 *
 * @throws TidemarkError at assembly: `BAD_OPTION`, `BAD_DURATION`, `UNSAFE_TRIGGER`; on the stream: `EVENT_TIME_LOST`, `BAD_KEY`,
 * `BAD_WINDOW`, `BAD_VALUE` for a withdrawal of what is not there, and whatever your own functions throw.
 * @example
 * ```ts
 * import { coGroup, eventTime, tumbling } from 'tidemark';
 *
 * const orders = eventTime([{ shop: 'Oslo', at: 5 }], { timestamp: o => o.at });
 * const visits = eventTime([{ door: 'Oslo', at: 3 }, { door: 'Oslo', at: 7 }], { timestamp: v => v.at });
 * orders
 *   .pipe(coGroup(visits, { window: tumbling('1h'), leftKey: o => o.shop, rightKey: v => v.door }))
 *   .subscribe(({ key, value }) => console.log(key, value.left.length / value.right.length)); // Oslo 0.5
 * ```
 */
export function coGroup<L, R, K>(
  right: Observable<R> & EventTimed,
  options: CoGroupOptions<L, R, K>,
): EventOperator<L, Pane<K, Groups<L, R>>> {
  const own = ['accumulation', 'onTime', 'closing', 'timestampCombiner'] as const;
  const given = Object.fromEntries(own.flatMap(option => (options?.[option] === undefined ? [] : [[option, options[option]]])));
  return eventOperator(
    'coGroup',
    sideWindowing<L, R, K, Groups<L, R>>('coGroup', right, options, [...SIDE_OPTIONS, ...own], given, 'coGroup', ({ left, right }) => ({
      left: left.map(bare),
      right: right.map(bare),
    })),
  );
}

function bare<T>({ value }: Sided<T>): T {
  return value;
}
