/**
 * The general path: any assigner, any trigger, any option, one cell per (key, window). What aligned windows with the default
 * trigger do faster is done by slicedMachine.ts, and what sessions with it do by sessionMachine.ts; all obey the same rules, and tests hold
 * them together.
 *
 * Windows that do not merge are kept window-major: all their keys end together, so the timer belongs to the window.
 * Only sessions, and windows with a time to live, have timers of their own. The trigger of a cell is asked after an element, when the
 * watermark passes the end or the expiry of the window, and at the times it asked for. (Long, since these are one algorithm over one state.)
 */
import type { SavedState, StateCut } from '../state/cut.js';
import { KeyMap } from '../state/keys.js';
import { createLane, type Lane } from '../state/lanes.js';
import { TimerQueue } from '../state/timers.js';
import { START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import { byWindow, Cell, type CellData, cellsOf, loadCell } from './cell.js';
import { CellCuts } from './cellCuts.js';
import { defaultTrigger } from './defaultTrigger.js';
import { dropped } from './drops.js';
import { Firing } from './firing.js';
import { Holds } from './holds.js';
import type { CellInside, WindowCells } from './inside.js';
import { Lives } from './lives.js';
import type { DropCounts, MachineFactory, MachineOutput, WindowingSpec, WindowMachine } from './machine.js';
import { Sessions } from './sessions.js';
import { Step } from './step.js';
import type { Trigger } from './trigger.js';
import { checkWindow, expiryOf, sameWindow } from './window.js';

/** Something with an end: a window of many keys, one session, or one life. */
type Ending<K, R> = WindowCells<K, R> | Cell<K, R>;

/** What a snapshot has besides cells. */
export interface GeneralRest {
  readonly watermark: Watermark;
  readonly processingTime: Timestamp;
  readonly seq: number;
  readonly drops: DropCounts;
  /** Windows that end here at the latest have expired, whatever the lateness. */
  readonly floor?: Timestamp;
}

// How many expired cells may have timers left: a sweep of the queues pays off for as many.
const PRUNE = 4096;

class GeneralMachine<T, K, R> implements WindowMachine<T> {
  readonly usesClock: boolean;
  readonly drops: DropCounts;
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #trigger: Trigger<T>;
  readonly #output: MachineOutput<T, K, R>;
  readonly #lane: Lane<T, R>;
  readonly #cells: CellCuts<T, K, R>;
  readonly #events: TimerQueue<Cell<K, R>> = new TimerQueue<Cell<K, R>>();
  readonly #clock: TimerQueue<Cell<K, R>> = new TimerQueue<Cell<K, R>>();
  readonly #endings: TimerQueue<Ending<K, R>> = new TimerQueue<Ending<K, R>>();
  readonly #step: Step<K, R>;
  readonly #firing: Firing<T, K, R>;
  readonly #sessions: Sessions<T, K, R> | undefined;
  readonly #lives: Lives<K, R> | undefined;
  /** By their end; hardly ever is there more than one. */
  readonly #windows = new Map<Timestamp, WindowCells<K, R>[]>();
  /** The window of the last element. */
  #recent: WindowCells<K, R> | undefined = undefined;
  readonly #holds: Holds<Cell<K, R>> | undefined;
  /** The bounds that the assigner gave to the element at hand: start, end, start, end, ... */
  readonly #assigned: Timestamp[] = [];
  readonly #assign = (start: Timestamp, end: Timestamp): void => void this.#assigned.push(start, end);
  #due: Cell<K, R>[] = [];
  readonly #collect = (cell: Cell<K, R>): void => {
    if (cell.dead || cell.step === this.#steps) return;
    if (cell.wakes.event.length + cell.wakes.processing.length > 0) {
      this.#cells.touch(cell);
      this.#step.woken(cell);
    }
    cell.step = this.#steps;
    this.#due.push(cell);
  };
  #seq = 0;
  #steps = 0;
  #floor: Timestamp = START_OF_TIME;
  /** Expired cells with timers in the queues, since these were last pruned. */
  #orphaned = 0;

  constructor(spec: WindowingSpec<T, K, R>, output: MachineOutput<T, K, R>, drops: DropCounts, snapshot?: SavedState) {
    this.#spec = spec;
    this.#trigger = spec.trigger ?? defaultTrigger;
    this.usesClock = !this.#trigger.isDefault;
    this.#output = output;
    this.#lane = createLane(spec.aggregate);
    this.#cells = new CellCuts(this.#lane);
    this.#step = new Step<K, R>(spec.assigner.merging, this.#events, this.#clock);
    this.#firing = new Firing(spec, this.#trigger, this.#lane, output, this.#step, this.#cells);
    this.#sessions = spec.assigner.merging
      ? new Sessions(spec, this.#trigger, this.#lane, this.#firing, this.#step, this.#cells)
      : undefined;
    const { ttl } = spec.assigner;
    this.#lives = ttl === undefined ? undefined : new Lives(ttl, this.#cells);
    // Unless a pane of timely content is always said by the time the watermark passes the end, it holds the watermark downstream. So does
    // one that may be withdrawn after that, when its life has been prolonged.
    if (spec.timestampCombiner !== 'endOfWindow' || !this.#trigger.showsAtEnd || ttl !== undefined) {
      this.#holds = new Holds(cell => this.#firing.heldBy(cell));
    }
    this.drops = drops;
    if (snapshot) this.#restore(snapshot);
  }

  get watermark(): Watermark {
    return this.#step.watermark;
  }

  get processingTime(): Timestamp {
    return this.#step.processingTime;
  }

  element(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const key = this.#spec.key(value);
    const assigned = this.#assigned;
    while (assigned.length > 0) assigned.pop();
    this.#spec.assigner.assign(timestamp, value, this.#assign);
    if (assigned.length === 0) {
      this.drops.unassigned++;
      return;
    }
    let live = false;
    let closed = false;
    for (let i = 0; i < assigned.length; i += 2) {
      checkWindow(assigned[i] as Timestamp, assigned[i + 1] as Timestamp, this.#spec.assigner);
      const cell = this.#cellOf(key, assigned[i] as Timestamp, assigned[i + 1] as Timestamp);
      if (!cell) continue;
      if (cell.closed) {
        closed = true;
        continue;
      }
      live = true;
      this.#firing.add(cell, value, timestamp, diff);
      this.#holds?.hold(cell);
      if (this.#firing.due(cell)) this.#fire(cell);
    }
    if (!live) this.#drop(value, timestamp, diff, closed);
  }

  advance(watermark: Watermark, processingTime: Timestamp): void {
    const step = this.#step;
    const collect = this.#collect;
    step.watermark = watermark;
    step.processingTime = processingTime;
    this.#steps++;
    this.#events.take(watermark, collect);
    this.#clock.take(processingTime, collect);
    this.#endings.take(watermark, this.#end);
    if (this.#due.length > 0) this.#ask();
    step.settle();
    this.#output.reached(this.#holds?.bound(watermark) ?? watermark);
  }

  nextWake(): Timestamp {
    return this.#clock.next();
  }

  #fire(cell: Cell<K, R>): void {
    this.#firing.fire(cell, false);
    this.#holds?.hold(cell);
  }

  cut(number: number, since: number): StateCut {
    const { watermark, processingTime } = this.#step;
    const rest: GeneralRest = { watermark, processingTime, seq: this.#seq, drops: { ...this.drops }, floor: this.#floor };
    return { rest, parts: this.#cells.take(number, since) };
  }

  get inside(): CellInside<T, K, R> {
    const chains = this.#sessions ?? this.#lives;
    return { lane: this.#lane, cells: this.#cells, chains, windows: this.#windows, floor: this.#floor };
  }

  #restore(snapshot: SavedState): void {
    const rest = snapshot.rest as GeneralRest;
    this.#step.watermark = rest.watermark;
    this.#step.processingTime = rest.processingTime;
    this.#step.settle();
    this.#seq = rest.seq;
    this.#floor = rest.floor ?? START_OF_TIME;
    Object.assign(this.drops, rest.drops);
    for (const { data } of snapshot.parts) for (const cell of cellsOf<K, R>(data)) this.#adopt(cell);
  }

  #adopt(data: CellData<K, R>): void {
    const slot = this.#lane.alloc();
    if (!data.closed) this.#lane.load(slot, data.accumulator);
    const cell = loadCell(data, slot);
    this.#cells.add(cell);
    const own = this.#sessions ?? this.#lives;
    if (own) {
      own.insert(cell);
      this.#arm(cell);
    } else {
      this.#windowOf(cell.start, cell.end).cells.set(cell.key, cell);
    }
    this.#holds?.hold(cell);
    this.#step.of(cell);
    for (const time of data.wakes?.event ?? []) this.#step.wakeAt('event', time);
    for (const time of data.wakes?.processing ?? []) this.#step.wakeAt('processing', time);
  }

  /** The cell for an element of `key` in `[start, end)`, merged if need be, or the one that is closed; undefined: expired. */
  #cellOf(key: K, start: Timestamp, end: Timestamp): Cell<K, R> | undefined {
    if (this.#sessions) return this.#sessionOf(this.#sessions, key, start, end);
    if (this.#lives) return this.#lifeOf(this.#lives, key, start);
    if (this.#isExpired(end)) return undefined;
    const { cells } = this.#windowOf(start, end);
    const cell = cells.get(key);
    if (cell) return cell;
    const born = this.#create(key, start, end);
    cells.set(key, born);
    return born;
  }

  #lifeOf(lives: Lives<K, R>, key: K, start: Timestamp): Cell<K, R> | undefined {
    return lives.touch(key, start, this.#step.watermark, end => {
      const life = this.#create(key, start, end);
      this.#arm(life);
      return life;
    });
  }

  #sessionOf(sessions: Sessions<T, K, R>, key: K, start: Timestamp, end: Timestamp): Cell<K, R> | undefined {
    const { window, parts, closed } = sessions.meet(key, start, end);
    if (this.#isExpired(window.end)) return undefined;
    if (closed) return closed;
    const [first] = parts;
    if (!first) {
      const born = this.#create(key, start, end);
      sessions.insert(born);
      this.#arm(born);
      return born;
    }
    if (parts.length === 1 && sameWindow(first, window)) return first;
    const merged = sessions.merge(parts, window);
    this.#arm(merged);
    return merged;
  }

  #create(key: K, start: Timestamp, end: Timestamp): Cell<K, R> {
    const cell = new Cell<K, R>(key, start, end, this.#seq++, this.#lane.alloc(), this.#trigger.init());
    this.#cells.add(cell);
    return cell;
  }

  #windowOf(start: Timestamp, end: Timestamp): WindowCells<K, R> {
    const recent = this.#recent;
    if (recent !== undefined && recent.end === end && recent.start === start) return recent;
    this.#recent = this.#findWindow(start, end);
    return this.#recent;
  }

  #findWindow(start: Timestamp, end: Timestamp): WindowCells<K, R> {
    const windows = this.#windows.get(end) ?? [];
    for (const window of windows) if (window.start === start) return window;
    const born: WindowCells<K, R> = { start, end, cells: new KeyMap<K, Cell<K, R>>() };
    this.#windows.set(end, [...windows, born]);
    this.#endings.schedule(this.#deadline(end), born);
    return born;
  }

  #expiry(end: Timestamp): Timestamp {
    return expiryOf(end, this.#spec.allowedLateness, this.#floor);
  }

  #isExpired(end: Timestamp): boolean {
    return this.#expiry(end) <= this.#step.watermark;
  }

  /** When a window must be looked at next: at its end, then at its expiry. */
  #deadline(end: Timestamp): Timestamp {
    return this.#step.watermark < end ? end : this.#expiry(end);
  }

  /** Puts a session or a life into the timer queue, unless it already is there for no later time. */
  #arm(cell: Cell<K, R>): void {
    const time = this.#deadline(cell.end);
    if (time >= cell.armed) return;
    cell.armed = time;
    this.#endings.schedule(time, cell);
  }

  /** A window, a session or a life that may have reached its end or its expiry. */
  readonly #end = (ending: Ending<K, R>): void => {
    const collect = this.#collect;
    if (ending instanceof Cell) {
      if (ending.dead) return;
      ending.armed = Infinity;
      const expired = this.#isExpired(ending.end);
      if (expired || this.#step.passes(ending.end)) collect(ending);
      if (!expired) this.#arm(ending);
    } else {
      for (const cell of ending.cells.values()) collect(cell);
      if (!this.#isExpired(ending.end)) this.#endings.schedule(this.#deadline(ending.end), ending);
      else this.#forget(ending);
    }
  };

  #forget(window: WindowCells<K, R>): void {
    this.#recent = undefined;
    const others = this.#windows.get(window.end)?.filter(other => other !== window) ?? [];
    if (others.length > 0) this.#windows.set(window.end, others);
    else this.#windows.delete(window.end);
  }

  /** Asks the triggers of all cells that are due in this step, in order. */
  #ask(): void {
    const due = this.#due.sort(byWindow);
    this.#due = [];
    for (const cell of due) {
      const expired = this.#isExpired(cell.end);
      if (!cell.closed) {
        if (expired) this.#firing.expire(cell);
        else if (this.#firing.due(cell)) this.#fire(cell);
      }
      if (expired) this.#release(cell);
    }
  }

  #release(cell: Cell<K, R>): void {
    if (cell.wakes.event.length + cell.wakes.processing.length > 0 && ++this.#orphaned > PRUNE) this.#prune();
    this.#cells.remove(cell);
    const own = this.#sessions ?? this.#lives;
    if (own) own.remove(cell);
    else cell.dead = true;
  }

  /** Timers of expired windows go when there are many of them, long before their time: a fast replay of old data would keep them all. */
  #prune(): void {
    this.#orphaned = 0;
    const live = (cell: Cell<K, R>): boolean => !cell.dead;
    this.#events.keep(live);
    this.#clock.keep(live);
  }

  #drop(value: T, timestamp: Timestamp, diff: 1 | -1, closed: boolean): void {
    const assigned = this.#assigned;
    const window = { start: assigned[assigned.length - 2] as Timestamp, end: assigned[assigned.length - 1] as Timestamp };
    dropped(this.drops, this.#output, value, timestamp, diff, closed ? 'closed' : 'expired', this.#step.watermark, window);
  }
}

/** Makes a general machine. */
export const generalMachine: MachineFactory = (spec, output, drops, snapshot) => new GeneralMachine(spec, output, drops, snapshot);
