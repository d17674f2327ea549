/**
 * Windows that merge: per key, its live sessions from the newest to the oldest. An element's window joins all sessions that it meets;
 * what they held, showed and waited for becomes that of the result. (Beam's MergingActiveWindowSet; lateness is judged
 * after merging, as in Flink's MergingWindowSet.)
 *
 * Invariant: no two live sessions of a key can merge. Closed sessions stay as tombstones until they expire; they neither
 * merge nor absorb, but a window of exactly their bounds is refused.
 */
import type { KeyMap } from '../state/keys.js';
import type { Lane } from '../state/lanes.js';
import type { Timestamp } from '../time/timestamp.js';
import type { Cell } from './cell.js';
import type { CellKeeper } from './cellCuts.js';
import { Chains } from './chains.js';
import type { Firing } from './firing.js';
import type { WindowingSpec } from './machine.js';
import type { Step } from './step.js';
import type { Trigger } from './trigger.js';
import { hull, sameWindow, type TimeWindow } from './window.js';

export class Sessions<T, K, R> extends Chains<K, R> {
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #trigger: Trigger<T>;
  readonly #lane: Lane<T, R>;
  readonly #firing: Firing<T, K, R>;
  readonly #step: Step<K, R>;
  readonly #cells: CellKeeper<K, R>;
  readonly #join: (a: TimeWindow, b: TimeWindow) => TimeWindow | undefined;

  constructor(
    spec: WindowingSpec<T, K, R>,
    trigger: Trigger<T>,
    lane: Lane<T, R>,
    firing: Firing<T, K, R>,
    step: Step<K, R>,
    cells: CellKeeper<K, R>,
    newest?: KeyMap<K, Cell<K, R>>,
  ) {
    super(newest);
    this.#spec = spec;
    this.#trigger = trigger;
    this.#lane = lane;
    this.#firing = firing;
    this.#step = step;
    this.#cells = cells;
    const { assigner } = spec;
    this.#join = assigner.merge ? (a, b) => assigner.merge?.(a, b) : hullOfOverlap;
  }

  /** What the window `[start, end)` of this key becomes together with the live sessions that it meets, and the closed one that it then is. Changes nothing. */
  meet(key: K, start: Timestamp, end: Timestamp): { window: TimeWindow; parts: Cell<K, R>[]; closed: Cell<K, R> | undefined } {
    const newest = this.newest.get(key);
    let window: TimeWindow = { start, end };
    const parts: Cell<K, R>[] = [];
    for (let grown = true; grown; ) {
      grown = false;
      // The newest first: that is where elements come. A custom merge may need another round.
      for (let session = newest; session; session = session.older) {
        if (session.closed || parts.includes(session)) continue;
        const joined = this.#join(window, session);
        if (!joined) continue;
        grown = this.#spec.assigner.merge !== undefined && !sameWindow(joined, window);
        window = joined;
        parts.push(session);
      }
    }
    let closed = newest;
    while (closed && !(closed.closed && sameWindow(closed, window))) closed = closed.older;
    // In order of time, so that aggregates which keep their elements keep them so.
    if (parts.length > 1) parts.sort((a, b) => a.start - b.start);
    return { window, parts, closed };
  }

  /** Makes one session of several (or a wider one of one), with the bounds of `window`; returns it. */
  merge(parts: readonly Cell<K, R>[], window: TimeWindow): Cell<K, R> {
    const same = parts.find(part => sameWindow(part, window));
    const survivor = same ?? (parts[0] as Cell<K, R>);
    const states = parts.map(part => part.trigger);
    this.#cells.touch(survivor);
    this.#takeBack(survivor, parts, same);
    for (const part of parts) if (part !== survivor) this.#absorb(survivor, part);
    if (!same) this.#rebound(survivor, window);
    survivor.trigger = this.#trigger.merge(states, this.#step.of(survivor));
    return survivor;
  }

  /** New bounds: another window, whose panes are numbered anew. */
  #rebound(cell: Cell<K, R>, window: TimeWindow): void {
    const moves = window.start !== cell.start;
    cell.start = window.start;
    cell.end = window.end;
    cell.panes = 0;
    cell.spoken = 0;
    cell.last = undefined;
    if (!moves) return;
    this.remove(cell);
    cell.dead = false;
    this.insert(cell);
  }

  /** What was said of windows that are no more: withdrawn at once in retracting mode, named by the next pane in the others. */
  #takeBack(survivor: Cell<K, R>, parts: readonly Cell<K, R>[], same: Cell<K, R> | undefined): void {
    const gone = parts.filter(part => part !== same && part.panes > 0);
    if (this.#spec.accumulation === 'retracting') {
      for (const part of gone) this.#firing.withdraw(part);
      return;
    }
    const replaced = gone.map(part => ({ start: part.start, end: part.end }));
    for (const part of parts) if (part.replaces.length > 0) replaced.push(...part.replaces);
    if (replaced.length > 0) survivor.replaces = replaced.sort((a, b) => a.start - b.start || a.end - b.end);
  }

  #absorb(survivor: Cell<K, R>, part: Cell<K, R>): void {
    this.#lane.merge(survivor.slot, this.#lane, part.slot);
    this.#cells.remove(part);
    survivor.fresh ||= part.fresh;
    survivor.timely ||= part.timely;
    survivor.earliest = Math.min(survivor.earliest, part.earliest);
    survivor.latest = Math.max(survivor.latest, part.latest);
    survivor.seq = Math.min(survivor.seq, part.seq);
    this.remove(part);
  }
}

function hullOfOverlap(a: TimeWindow, b: TimeWindow): TimeWindow | undefined {
  return a.start < b.end && b.start < a.end ? hull(a, b) : undefined;
}
