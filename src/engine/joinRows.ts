/**
 * The rows of a window join: what the panes of both sides say, pair by pair. Elements of one key and window all pair with each
 * other; where one side is empty, those of the other stand alone if the type of the join says so.
 *
 * Invariant: the rows said and not withdrawn are those of the panes said and not withdrawn, each once. A pane says what is new
 * since the one that it replaces; what no longer holds is withdrawn first.
 */
import type { Sided, Sides } from '../aggregates/sides.js';
import { BlockCuts, itemsOf } from '../state/blockCuts.js';
import type { SavedState, StateCut } from '../state/cut.js';
import { KeyMap } from '../state/keys.js';
import type { Timestamp } from '../time/timestamp.js';
import { type JoinType, standsAlone } from './joinSpec.js';
import type { Pane } from './pane.js';
import type { TimeWindow } from './window.js';

/** What a window join makes of its panes. */
export interface JoinRowsSpec<L, R, Row> {
  readonly type: JoinType;
  readonly select: (left: L | undefined, right: R | undefined, window: TimeWindow) => Row;
  /** Windows may merge. */
  readonly merging: boolean;
  /** Rows of a session that becomes part of another are withdrawn; else they stay, and only pairs across its parts are new. */
  readonly withdraws: boolean;
}

/** Where rows go; `closed`: nothing more is wanted. */
export interface RowOutput<Row> {
  readonly closed: boolean;
  row(row: Row, timestamp: Timestamp, diff: 1 | -1): void;
}

/** A pane that has been said, and waits for the one that takes its place. */
export interface Shown<K, L, R> {
  readonly key: K;
  readonly window: TimeWindow;
  readonly sides: Sides<L, R>;
}

/** With its place for cuts. */
interface Kept<K, L, R> extends Shown<K, L, R> {
  place: number;
}

export class JoinRows<L, R, K, Row> {
  readonly #spec: JoinRowsSpec<L, R, Row>;
  readonly #output: RowOutput<Row>;
  readonly #shown = new KeyMap<K, Kept<K, L, R>[]>();
  readonly #cuts: BlockCuts<Kept<K, L, R>> = new BlockCuts<Kept<K, L, R>>(({ key, window, sides }) => ({ key, window, sides }));

  constructor(spec: JoinRowsSpec<L, R, Row>, output: RowOutput<Row>, saved?: SavedState) {
    this.#spec = spec;
    this.#output = output;
    // Snapshots without parts have it as their rest.
    if (saved) for (const one of [...(saved.rest as Shown<K, L, R>[]), ...itemsOf<Shown<K, L, R>>(saved.parts)]) this.#remember(one);
  }

  /** A pane, or the withdrawal of one. */
  pane({ key, window, value: sides, timestamp, retraction }: Pane<K, Sides<L, R>>): void {
    if (retraction) {
      // A window that does not merge says its next pane in the same step; a session may wait for long.
      if (this.#spec.merging && this.#spec.withdraws) this.#all(sides, window, timestamp, -1);
      else this.#remember({ key, window, sides });
      return;
    }
    const before = this.#replaced(key, window);
    const [first] = before;
    if (!first) this.#all(sides, window, timestamp, 1);
    else if (this.#spec.merging) this.#across(before, sides, window, timestamp);
    else this.#change(first.sides, sides, window, timestamp);
  }

  /** What waits for its next pane. */
  cut(number: number, since: number): StateCut {
    return { rest: [], parts: this.#cuts.take(number, since) };
  }

  #remember({ key, window, sides }: Shown<K, L, R>): void {
    const kept = { key, window, sides, place: -1 };
    kept.place = this.#cuts.add(kept);
    const shown = this.#shown.get(key);
    if (shown) shown.push(kept);
    else this.#shown.set(key, [kept]);
  }

  /** Takes out what a pane of this window replaces: the pane before it, and sessions that are now part of it. */
  #replaced(key: K, { start, end }: TimeWindow): Kept<K, L, R>[] {
    const shown = this.#shown.get(key);
    if (!shown) return [];
    const isPart = ({ window }: Shown<K, L, R>): boolean => start <= window.start && window.end <= end;
    const rest = shown.filter(one => !isPart(one));
    if (rest.length > 0) this.#shown.set(key, rest);
    else this.#shown.delete(key);
    const parts = shown.filter(isPart);
    for (const { place } of parts) this.#cuts.remove(place);
    return parts;
  }

  #all({ left, right }: Sides<L, R>, window: TimeWindow, timestamp: Timestamp, diff: 1 | -1): void {
    if (left.length > 0 && right.length > 0) this.#pairs(left, right, window, timestamp, diff);
    else this.#alone(left, right, window, timestamp, diff);
  }

  /** From one pane of a window to the next: only what has changed. */
  #change(was: Sides<L, R>, is: Sides<L, R>, window: TimeWindow, timestamp: Timestamp): void {
    const paired = isPaired(is);
    if (isPaired(was) !== paired) {
      this.#all(was, window, timestamp, -1);
      this.#all(is, window, timestamp, 1);
      return;
    }
    const left = compare(was.left, is.left);
    const right = compare(was.right, is.right);
    if (!paired) {
      this.#alone(left.gone, right.gone, window, timestamp, -1);
      this.#alone(left.fresh, right.fresh, window, timestamp, 1);
      return;
    }
    this.#pairs(left.gone, was.right, window, timestamp, -1);
    this.#pairs(left.kept, right.gone, window, timestamp, -1);
    this.#pairs(left.kept, right.fresh, window, timestamp, 1);
    this.#pairs(left.fresh, is.right, window, timestamp, 1);
  }

  /** The pairs of a merged session whose two elements were not in one part of it that had been said. */
  #across(parts: readonly Shown<K, L, R>[], { left, right }: Sides<L, R>, window: TimeWindow, timestamp: Timestamp): void {
    const partOf = (side: 'left' | 'right'): Map<number, number> =>
      new Map(parts.flatMap(({ sides }, part) => sides[side].map(({ id }): [number, number] => [id, part])));
    const lefts = partOf('left');
    const rights = partOf('right');
    const others = parts.map((_part, part) => right.filter(({ id }) => rights.get(id) !== part));
    for (const one of left) {
      const part = lefts.get(one.id);
      this.#pairs([one], part === undefined ? right : (others[part] as Sided<R>[]), window, timestamp, 1);
    }
  }

  #pairs(left: readonly Sided<L>[], right: readonly Sided<R>[], window: TimeWindow, timestamp: Timestamp, diff: 1 | -1): void {
    for (const { value } of left) for (const other of right) this.#say(value, other.value, window, timestamp, diff);
  }

  #alone(left: readonly Sided<L>[], right: readonly Sided<R>[], window: TimeWindow, timestamp: Timestamp, diff: 1 | -1): void {
    const { type } = this.#spec;
    if (standsAlone(type, true)) for (const { value } of left) this.#say(value, undefined, window, timestamp, diff);
    if (standsAlone(type, false)) for (const { value } of right) this.#say(undefined, value, window, timestamp, diff);
  }

  #say(left: L | undefined, right: R | undefined, window: TimeWindow, timestamp: Timestamp, diff: 1 | -1): void {
    if (!this.#output.closed) this.#output.row(this.#spec.select(left, right, window), timestamp, diff);
  }
}

function isPaired({ left, right }: Sides<unknown, unknown>): boolean {
  return left.length > 0 && right.length > 0;
}

/** Which elements of a side are no longer there, still there, and new; by their ids. */
function compare<T>(was: readonly Sided<T>[], is: readonly Sided<T>[]): Record<'gone' | 'kept' | 'fresh', readonly Sided<T>[]> {
  // As a rule elements have come, and none has gone.
  if (was.every(({ id }, i) => is[i]?.id === id)) return { gone: [], kept: was, fresh: is.slice(was.length) };
  const before = new Set(was.map(({ id }) => id));
  const now = new Set(is.map(({ id }) => id));
  return {
    gone: was.filter(({ id }) => !now.has(id)),
    kept: is.filter(({ id }) => before.has(id)),
    fresh: is.filter(({ id }) => !before.has(id)),
  };
}
