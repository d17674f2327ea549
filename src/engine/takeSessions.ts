/**
 * The loop that arrays live in where windows are sessions: each element is given its time and added to the newest session of its key, in one
 * pass. An element that does more than lengthen that session is handed to the machine in between. The loop ends behind an element whose
 * watermark may bring a session to its end, and before a value whose time is none or too far ahead.
 *
 * It stands alone, without a name from outside, so that each operator may have a copy of its own: see state/ownCode.ts.
 */
import type { Aggregate } from '../aggregates/aggregate.js';
import type { Lane } from '../state/lanes.js';
import { type OwnCode, ownCodes } from '../state/ownCode.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { Cell } from './cell.js';
import type { Stretch, WindowingSpec } from './machine.js';

/** How elements make sessions. */
export interface SessionRule {
  /** Milliseconds, if all elements have the same. */
  readonly gap: number | undefined;
  gapOf(value: any): number;
  /** Whether sessions that only touch become one. */
  readonly touching: boolean;
}

/** Where the elements go: one for each machine. */
export interface SessionCursor<T, K, R> {
  readonly newest: ReadonlyMap<K, Cell<K, R>>;
  readonly lane: Lane<T, R>;
  /** Nothing is said before the watermark is here: no session ends or expires. */
  due: Timestamp;
  /** The interval between two cuts: what cells that have changed in it are marked with. */
  readonly epoch: number;
  /** The watermark before the one that ended the loop. */
  before: Watermark;
  /** Takes an element, whatever it does; `due` may be another then. */
  take(key: K, value: T, timestamp: Timestamp, watermark: Watermark): void;
  /** Before a cell changes whose mark is another. */
  touch(cell: Cell<K, R>): void;
}

/** Moves `stretch.at` on by the elements taken. */
export type TakeSessions = <T, K, R>(
  cursor: SessionCursor<T, K, R>,
  keyOf: (value: T) => K,
  rule: SessionRule,
  aggregate: Aggregate<T, any, R>,
  stretch: Stretch<T>,
) => void;

const takeSessions: TakeSessions = function takeSessions(cursor, keyOf, rule, aggregate, stretch) {
  const { newest, lane } = cursor;
  const { values, timestampOf, bound, to, horizon } = stretch;
  const { gap } = rule;
  const touch = rule.touching ? 1 : 0;
  const form = aggregate.rows;
  const stride = form === undefined ? 0 : form.stride;
  const { accumulators } = lane;
  let { rows } = lane;
  let { due, epoch } = cursor;
  let { at, watermark } = stretch;
  let before = watermark;
  try {
    while (at < to) {
      const value = values[at]!;
      const time = timestampOf(value);
      if (typeof time !== 'number' || Math.floor(time) !== time || time < Number.MIN_SAFE_INTEGER || time > horizon) {
        stretch.time = time;
        break;
      }
      const key = keyOf(value);
      const cell = newest.get(key);
      const end = cell === undefined || cell.panes !== 0 ? -Infinity : cell.end;
      // A session that was shown, or is too old to be in time, is not for here.
      if (cell !== undefined && end > watermark && time >= cell.start && time < end + touch) {
        if (cell.mark !== epoch) cursor.touch(cell);
        const until = time + (gap === undefined ? rule.gapOf(value) : gap);
        if (until > end) cell.end = until < Number.MAX_SAFE_INTEGER ? until : Number.MAX_SAFE_INTEGER;
        cell.fresh = true;
        cell.timely = true;
        if (form !== undefined) {
          form.add(rows, cell.slot * stride, value, time);
        } else {
          const old = accumulators[cell.slot];
          const after = aggregate.add(old, value, time);
          if (after !== old) accumulators[cell.slot] = after;
        }
      } else {
        cursor.take(key, value, time, watermark);
        rows = lane.rows;
        ({ due, epoch } = cursor);
      }
      at++;
      const reached = time - bound;
      if (reached > watermark) {
        before = watermark;
        watermark = reached;
      }
      if (watermark >= due) break;
    }
  } finally {
    stretch.at = at;
    stretch.watermark = watermark;
    cursor.before = before;
  }
};

function tryOut(copy: TakeSessions): void {
  const never = (): never => undefined as never;
  const stretch: Stretch<never> = { values: [], timestampOf: never, bound: 0, horizon: 0, watermark: 0, at: 0, to: 0, time: 0 };
  copy(
    { newest: new Map(), lane: { rows: [], accumulators: [] } as never, due: 0, epoch: 0, before: 0, take: never, touch: never },
    never,
    { gap: 1, gapOf: never, touching: false },
    { create: never, add: never, merge: never, result: never },
    stretch,
  );
}

/** The loop of one operator. */
export const takeSessionsOf: (spec: WindowingSpec<any, any, any>) => OwnCode<TakeSessions> = ownCodes(takeSessions, tryOut);
