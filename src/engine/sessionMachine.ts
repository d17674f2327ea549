/**
 * The fast path of sessions: those with the default trigger, which has no state. Most elements lengthen the newest session of their key, or
 * begin one behind it; whatever else there is (sessions that merge, elements that come late, sessions shown before) goes by the rules that
 * the general machine has. A session is in the wheel once, and its true end is looked at when the one that it had comes up.
 */

import type { SavedState, StateCut } from '../state/cut.js';
import { createLane, type Lane } from '../state/lanes.js';
import type { OwnCode } from '../state/ownCode.js';
import { TimerQueue } from '../state/timers.js';
import { Wheel } from '../state/wheel.js';
import { END_OF_TIME, START_OF_TIME, shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import { byWindow, Cell, type CellData, cellsOf, loadCell } from './cell.js';
import { CellCuts } from './cellCuts.js';
import { defaultTrigger } from './defaultTrigger.js';
import { dropped } from './drops.js';
import { Firing } from './firing.js';
import { Holds } from './holds.js';
import type { CellInside } from './inside.js';
import type { DropCounts, MachineFactory, MachineOutput, Stretch, WindowingSpec, WindowMachine } from './machine.js';
import { Sessions } from './sessions.js';
import { Step } from './step.js';
import { type SessionCursor, type SessionRule, type TakeSessions, takeSessionsOf } from './takeSessions.js';
import { expiryOf, sameWindow } from './window.js';

/** What a snapshot has besides sessions. */
interface SessionRest {
  readonly watermark: Watermark;
  readonly processingTime: Timestamp;
  readonly seq: number;
  readonly drops: DropCounts;
  /** Sessions that end here at the latest have expired, whatever the lateness. */
  readonly floor?: Timestamp;
}

class SessionMachine<T, K, R> implements WindowMachine<T>, SessionCursor<T, K, R> {
  readonly usesClock = false;
  readonly drops: DropCounts;
  readonly newest: ReadonlyMap<K, Cell<K, R>>;
  readonly lane: Lane<T, R>;
  due: Timestamp = Infinity;
  before: Watermark = START_OF_TIME;
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #rule: SessionRule;
  readonly #output: MachineOutput<T, K, R>;
  readonly #step: Step<K, R>;
  readonly #firing: Firing<T, K, R>;
  readonly #sessions: Sessions<T, K, R>;
  readonly #cells: CellCuts<T, K, R>;
  readonly #holds: Holds<Cell<K, R>> | undefined;
  readonly #wheel: Wheel<Cell<K, R>> = new Wheel<Cell<K, R>>(cell =>
    cell.dead ? Infinity : this.#deadline(cell.end, this.#step.previousWatermark),
  );
  readonly #loop: OwnCode<TakeSessions>;
  /** What this step fires. */
  readonly #ending: Cell<K, R>[] = [];
  #seq = 0;
  #floor: Timestamp = START_OF_TIME;

  constructor(
    spec: WindowingSpec<T, K, R>,
    gap: number | undefined,
    touching: boolean,
    output: MachineOutput<T, K, R>,
    drops: DropCounts,
    snapshot: SavedState | undefined,
  ) {
    this.#spec = spec;
    // A gap per element is asked of the assigner, which a join puts its own in front of: at 0, the end is the gap.
    let end = 0;
    const add = (_start: Timestamp, to: Timestamp): void => void (end = to);
    const gapOf = (value: T): number => {
      spec.assigner.assign(0, value, add);
      return end;
    };
    this.#rule = { gap, gapOf, touching };
    this.#output = output;
    this.drops = drops;
    this.lane = createLane(spec.aggregate);
    this.#cells = new CellCuts(this.lane);
    this.#step = new Step<K, R>(true, new TimerQueue(), new TimerQueue());
    this.#firing = new Firing(spec, defaultTrigger, this.lane, output, this.#step, this.#cells);
    this.#sessions = new Sessions(spec, defaultTrigger, this.lane, this.#firing, this.#step, this.#cells);
    if (spec.timestampCombiner !== 'endOfWindow') this.#holds = new Holds(cell => this.#firing.heldBy(cell));
    this.#loop = takeSessionsOf(spec);
    // Where panes have times of their own, elements do more.
    this.newest = this.#holds ? new Map() : this.#sessions.newest.plain;
    if (snapshot) this.#restore(snapshot);
    this.#plan();
  }

  get watermark(): Watermark {
    return this.#step.watermark;
  }

  get epoch(): number {
    return this.#cells.epoch;
  }

  get processingTime(): Timestamp {
    return this.#step.processingTime;
  }

  element(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    this.#take(this.#spec.key(value), value, timestamp, diff);
  }

  take(key: K, value: T, timestamp: Timestamp, watermark: Watermark): void {
    this.#stand(watermark);
    this.#take(key, value, timestamp, 1);
  }

  touch(cell: Cell<K, R>): void {
    this.#cells.touch(cell);
  }

  run(stretch: Stretch<T>): void {
    const before = this.watermark;
    this.#loop.next(stretch.to - stretch.at)(this, this.#spec.key, this.#rule, this.#spec.aggregate, stretch);
    const { due, before: passed } = this;
    if (stretch.watermark > this.watermark && stretch.watermark >= due) {
      // The watermarks that changed nothing were not said one by one; the last of them goes before the panes.
      if (!this.#holds && passed > before) this.#output.reached(passed);
      this.advance(stretch.watermark, this.processingTime);
      return;
    }
    this.#stand(stretch.watermark);
    this.#plan();
    if (!this.#holds && this.watermark > before) this.#output.reached(this.watermark);
  }

  advance(watermark: Watermark, processingTime: Timestamp): void {
    const step = this.#step;
    step.processingTime = processingTime;
    step.watermark = watermark;
    if (watermark >= this.#wheel.next) {
      this.#wheel.take(watermark, this.#end);
      if (this.#ending.length > 0) this.#fire();
    }
    step.settle();
    this.#plan();
    this.#output.reached(this.#holds?.bound(watermark) ?? watermark);
  }

  nextWake(): Timestamp {
    return Infinity;
  }

  cut(number: number, since: number): StateCut {
    const { watermark, processingTime } = this;
    const rest: SessionRest = { watermark, processingTime, seq: this.#seq, drops: { ...this.drops }, floor: this.#floor };
    return { rest, parts: this.#cells.take(number, since) };
  }

  get inside(): CellInside<T, K, R> {
    return { lane: this.lane, cells: this.#cells, chains: this.#sessions, floor: this.#floor };
  }

  #restore({ parts, rest }: SavedState): void {
    const { watermark, processingTime, seq, drops, floor = START_OF_TIME } = rest as SessionRest;
    this.#floor = floor;
    this.#step.processingTime = processingTime;
    this.#stand(watermark);
    this.#seq = seq;
    Object.assign(this.drops, drops);
    for (const { data } of parts) for (const one of cellsOf<K, R>(data)) this.#adopt(one);
  }

  #adopt(data: CellData<K, R>): void {
    const slot = this.lane.alloc();
    this.lane.load(slot, data.accumulator);
    const cell = loadCell(data, slot);
    this.#cells.add(cell);
    this.#sessions.insert(cell);
    this.#arm(cell);
    this.#holds?.hold(cell);
  }

  /** The watermark is here, and nothing came of it. */
  #stand(watermark: Watermark): void {
    if (watermark > this.#step.watermark) this.#step.watermark = watermark;
    this.#step.settle();
  }

  /** Where holds must be asked, each element of a run is a step of its own. */
  #plan(): void {
    this.due = this.#holds ? -Infinity : this.#wheel.next;
  }

  #take(key: K, value: T, timestamp: Timestamp, diff: 1 | -1): void {
    // An element at the last instant of all counts at the one before it: windows end there at the latest.
    const start = Math.min(timestamp, END_OF_TIME - 1);
    const end = shift(start, this.#rule.gap ?? this.#rule.gapOf(value));
    const { watermark } = this.#step;
    const cell = this.#sessionOf(key, start, end);
    if (!cell) {
      this.#speak();
      dropped(this.drops, this.#output, value, timestamp, diff, 'expired', watermark, { start, end });
      return;
    }
    this.#firing.add(cell, value, timestamp, diff);
    this.#holds?.hold(cell);
    if (cell.end <= watermark) {
      this.#speak();
      this.#firing.fire(cell, false);
      this.#holds?.hold(cell);
    }
    this.due = Math.min(this.due, this.#wheel.next);
  }

  /** Something is about to be said of an element: a run ends with it, and what its watermarks promise goes before. */
  #speak(): void {
    this.due = -Infinity;
    if (!this.#holds) this.#output.reached(this.watermark);
  }

  /** The session for an element of `key` in `[start, end)`, merged if need be; undefined: expired. */
  #sessionOf(key: K, start: Timestamp, end: Timestamp): Cell<K, R> | undefined {
    const newest = this.#sessions.newest.get(key);
    if (newest === undefined || start > (this.#rule.touching ? newest.end : Math.max(newest.start, newest.end - 1)))
      return this.#isExpired(end) ? undefined : this.#open(key, start, end);
    if (start >= newest.start && newest.panes === 0 && newest.end > this.#step.watermark) {
      this.#cells.touch(newest);
      if (end > newest.end) newest.end = end;
      return newest;
    }
    return this.#meet(key, start, end);
  }

  /** The same where the element may join any number of sessions. */
  #meet(key: K, start: Timestamp, end: Timestamp): Cell<K, R> | undefined {
    const { window, parts } = this.#sessions.meet(key, start, end);
    if (this.#isExpired(window.end)) return undefined;
    const [first] = parts;
    if (!first) return this.#open(key, start, end);
    if (parts.length === 1 && sameWindow(first, window)) return first;
    if (parts.some(part => part.panes > 0)) this.#speak();
    const merged = this.#sessions.merge(parts, window);
    this.#arm(merged);
    return merged;
  }

  #open(key: K, start: Timestamp, end: Timestamp): Cell<K, R> {
    const cell = new Cell<K, R>(key, start, end, this.#seq++, this.lane.alloc(), null);
    this.#cells.add(cell);
    this.#sessions.insert(cell);
    this.#arm(cell);
    return cell;
  }

  #arm(cell: Cell<K, R>): void {
    this.#wheel.arm(cell, this.#deadline(cell.end, this.#step.watermark));
  }

  /** When a session must be looked at next, seen from `watermark`: at its end, then at its expiry. */
  #deadline(end: Timestamp, watermark: Watermark): Timestamp {
    return watermark < end ? end : this.#expiry(end);
  }

  #isExpired(end: Timestamp): boolean {
    return this.#expiry(end) <= this.#step.watermark;
  }

  #expiry(end: Timestamp): Timestamp {
    return expiryOf(end, this.#spec.allowedLateness, this.#floor);
  }

  /** A session has come to its end or its expiry. */
  readonly #end = (cell: Cell<K, R>): void => {
    this.#ending.push(cell);
    if (!this.#isExpired(cell.end)) this.#arm(cell);
  };

  /** Fires the sessions that are due in this step, in order. */
  #fire(): void {
    const due = this.#ending;
    if (due.length > 1) due.sort(byWindow);
    try {
      for (const cell of due) {
        if (this.#isExpired(cell.end)) this.#expire(cell);
        else this.#firing.fire(cell, false);
      }
    } finally {
      due.length = 0;
    }
  }

  #expire(cell: Cell<K, R>): void {
    this.#firing.expire(cell);
    this.#cells.remove(cell);
    this.#sessions.remove(cell);
  }
}

/** What makes the machines of sessions. `gap`: milliseconds, if all elements have the same; `touching`: whether sessions that only touch become one. */
export const sessionMachine =
  (gap: number | undefined, touching: boolean): MachineFactory =>
  (spec, output, drops, snapshot) =>
    new SessionMachine(spec, gap, touching, output, drops, snapshot);
