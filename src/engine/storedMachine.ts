/**
 * Any windows with any trigger over state that may be larger than memory: what generalMachine.ts is for state that is not, by the same rules
 * and with the same snapshots. Cells are known by number to whoever waits for a time, and are looked at when it has come. A step goes through
 * what is due in the order in which panes come, one cell at hand at a time. (Long, as that one is: assigning, merging, asking and expiring
 * are one algorithm over the same cells.)
 */
import type { SavedState, StateCut } from '../state/cut.js';
import { createLane, type Lane } from '../state/lanes.js';
import { type Queued, SpilledQueue } from '../state/spilledQueue.js';
import type { StateBackend } from '../state/stateBackend.js';
import { START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import { type Cell, type CellData, cellsOf, fillCell } from './cell.js';
import { Chains } from './chains.js';
import { defaultTrigger } from './defaultTrigger.js';
import { dropped } from './drops.js';
import { Firing } from './firing.js';
import type { GeneralRest } from './generalMachine.js';
import type { StoredInside } from './inside.js';
import { Lives } from './lives.js';
import type { DropCounts, MachineOutput, WindowingSpec, WindowMachine } from './machine.js';
import { Sessions } from './sessions.js';
import { Step } from './step.js';
import { type StoredCell, StoredCells } from './storedCells.js';
import { StoredHolds } from './storedHolds.js';
import type { Trigger } from './trigger.js';
import { checkWindow, expiryOf, sameWindow } from './window.js';

export class StoredMachine<T, K, R> implements WindowMachine<T> {
  readonly usesClock: boolean;
  readonly drops: DropCounts;
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #trigger: Trigger<T>;
  readonly #output: MachineOutput<T, K, R>;
  readonly #lane: Lane<T, R>;
  readonly #cells: StoredCells<T, K, R>;
  /** Cells by end, start and count: those that have not come to their end, and those that have and may yet expire. */
  readonly #ends: SpilledQueue;
  readonly #expiries: SpilledQueue;
  /** Times that triggers have asked for. */
  readonly #events: SpilledQueue;
  readonly #clock: SpilledQueue;
  /** Cells whose times have come in this step, by end, start and count. */
  readonly #due: SpilledQueue;
  readonly #queues: SpilledQueue[] = [];
  readonly #step: Step<K, R>;
  readonly #firing: Firing<T, K, R>;
  readonly #sessions: Sessions<T, K, R> | undefined;
  readonly #lives: Lives<K, R> | undefined;
  /** All cells of a key. */
  readonly #chains: Chains<K, R>;
  readonly #holds: StoredHolds<K, R> | undefined;
  /** The bounds that the assigner gave to the element at hand: start, end, start, end, ... */
  readonly #assigned: Timestamp[] = [];
  readonly #assign = (start: Timestamp, end: Timestamp): void => void this.#assigned.push(start, end);
  #seq = 0;
  #floor: Timestamp = START_OF_TIME;

  constructor(
    spec: WindowingSpec<T, K, R>,
    output: MachineOutput<T, K, R>,
    drops: DropCounts,
    snapshot: SavedState | undefined,
    backend: StateBackend,
    name: string,
    bound: number,
  ) {
    this.#spec = spec;
    this.#trigger = spec.trigger ?? defaultTrigger;
    this.usesClock = !this.#trigger.isDefault;
    this.#output = output;
    this.drops = drops;
    this.#lane = createLane(spec.aggregate);
    this.#cells = new StoredCells(this.#lane, backend, name, bound);
    const queue = (what: string): SpilledQueue => {
      const made = new SpilledQueue(backend.table(`${name}/${what}`), bound);
      this.#queues.push(made);
      return made;
    };
    [this.#ends, this.#expiries] = [queue('ends'), queue('expiries')];
    [this.#events, this.#clock, this.#due] = [queue('events'), queue('clock'), queue('due')];
    const timers = (into: SpilledQueue): { schedule(time: Timestamp, cell: Cell<K, R>): void } => ({
      schedule: (time, cell) => into.push(time, 0, 0, (cell as StoredCell<K, R>).number),
    });
    this.#step = new Step<K, R>(spec.assigner.merging, timers(this.#events), timers(this.#clock));
    this.#firing = new Firing(spec, this.#trigger, this.#lane, output, this.#step, this.#cells);
    this.#sessions = spec.assigner.merging
      ? new Sessions(spec, this.#trigger, this.#lane, this.#firing, this.#step, this.#cells, this.#cells)
      : undefined;
    const { ttl } = spec.assigner;
    this.#lives = ttl === undefined ? undefined : new Lives(ttl, this.#cells, this.#cells);
    this.#chains = this.#sessions ?? this.#lives ?? new Chains(this.#cells);
    // As in generalMachine.ts.
    if (spec.timestampCombiner !== 'endOfWindow' || !this.#trigger.showsAtEnd || ttl !== undefined)
      this.#holds = new StoredHolds(queue('holds'), this.#cells, cell => this.#firing.heldBy(cell));
    if (snapshot) this.#restore(snapshot);
  }

  get watermark(): Watermark {
    return this.#step.watermark;
  }

  get processingTime(): Timestamp {
    return this.#step.processingTime;
  }

  element(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    this.#turn(() => this.#take(value, timestamp, diff));
  }

  advance(watermark: Watermark, processingTime: Timestamp): void {
    this.#turn(() => {
      const step = this.#step;
      step.watermark = watermark;
      step.processingTime = processingTime;
      this.#wake(this.#events, watermark);
      this.#wake(this.#clock, processingTime);
      this.#ask();
      step.settle();
      this.#output.reached(this.#holds?.bound(watermark) ?? watermark);
    });
  }

  nextWake(): Timestamp {
    return this.#clock.peek()?.a ?? Infinity;
  }

  cut(number: number, since: number): StateCut {
    const { watermark, processingTime } = this.#step;
    const rest: GeneralRest = { watermark, processingTime, seq: this.#seq, drops: { ...this.drops }, floor: this.#floor };
    return { rest, parts: this.#cells.cut(number, since) };
  }

  get inside(): StoredInside<T, K, R> {
    return { storedCells: this.#cells, lane: this.#lane, floor: this.#floor };
  }

  /** A call is at work: what it holds stays at hand. */
  #turn(work: () => void): void {
    this.#settle();
    this.#cells.busy = true;
    try {
      work();
    } finally {
      this.#cells.busy = false;
    }
  }

  #settle(): void {
    this.#cells.settle();
    for (const queue of this.#queues) queue.settle();
  }

  #restore({ rest, parts }: SavedState): void {
    const { watermark, processingTime, seq, drops, floor = START_OF_TIME } = rest as GeneralRest;
    this.#floor = floor;
    this.#step.watermark = watermark;
    this.#step.processingTime = processingTime;
    this.#step.settle();
    this.#seq = seq;
    Object.assign(this.drops, drops);
    for (const { data } of parts) {
      for (const cell of cellsOf<K, R>(data)) {
        this.#settle();
        this.#adopt(cell);
      }
    }
  }

  #adopt(data: CellData<K, R>): void {
    const cell = this.#cells.create(data.key, data.start, data.end, data.seq, null);
    fillCell(cell, data);
    if (!data.closed) this.#lane.load(cell.slot, data.accumulator);
    this.#chains.insert(cell);
    this.#arm(cell);
    this.#holds?.hold(cell);
    this.#step.of(cell);
    for (const time of data.wakes?.event ?? []) this.#step.wakeAt('event', time);
    for (const time of data.wakes?.processing ?? []) this.#step.wakeAt('processing', time);
  }

  #take(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const key = this.#spec.key(value);
    const assigned = this.#assigned;
    assigned.length = 0;
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

  #fire(cell: StoredCell<K, R>): void {
    this.#firing.fire(cell, false);
    this.#holds?.hold(cell);
  }

  /** The cell for an element of `key` in `[start, end)`, merged if need be, or the one that is closed; undefined: expired. */
  #cellOf(key: K, start: Timestamp, end: Timestamp): StoredCell<K, R> | undefined {
    if (this.#sessions) return this.#sessionOf(this.#sessions, key, start, end);
    if (this.#lives) return this.#lifeOf(this.#lives, key, start);
    if (this.#isExpired(end)) return undefined;
    let cell = this.#cells.get(key);
    while (cell && !sameWindow(cell, { start, end })) cell = cell.older;
    return cell ?? this.#open(key, start, end);
  }

  #lifeOf(lives: Lives<K, R>, key: K, start: Timestamp): StoredCell<K, R> | undefined {
    const create = (end: Timestamp): Cell<K, R> => this.#arm(this.#cells.create(key, start, end, this.#seq++, this.#trigger.init()));
    return lives.touch(key, start, this.#step.watermark, create) as StoredCell<K, R> | undefined;
  }

  #sessionOf(sessions: Sessions<T, K, R>, key: K, start: Timestamp, end: Timestamp): StoredCell<K, R> | undefined {
    const { window, parts, closed } = sessions.meet(key, start, end);
    if (this.#isExpired(window.end)) return undefined;
    if (closed) return closed as StoredCell<K, R>;
    const [first] = parts as StoredCell<K, R>[];
    if (!first) return this.#open(key, start, end);
    if (parts.length === 1 && sameWindow(first, window)) return first;
    const before = new Map(parts.map(part => [part, [part.start, part.seq]]));
    const merged = sessions.merge(parts, window) as StoredCell<K, R>;
    const [wasStart, wasSeq] = before.get(merged) as number[];
    // It has another place in the queues: the one that it had is none any more.
    if (merged.start !== wasStart || merged.seq !== wasSeq) merged.armed = merged.doomed = Infinity;
    return this.#arm(merged);
  }

  #open(key: K, start: Timestamp, end: Timestamp): StoredCell<K, R> {
    const cell = this.#cells.create(key, start, end, this.#seq++, this.#trigger.init());
    this.#chains.insert(cell);
    return this.#arm(cell);
  }

  #isExpired(end: Timestamp): boolean {
    return expiryOf(end, this.#spec.allowedLateness, this.#floor) <= this.#step.watermark;
  }

  /** Puts a cell where it waits for its end or its expiry, unless it already is there for no later time. */
  #arm(cell: StoredCell<K, R>): StoredCell<K, R> {
    const { start, end, seq, number } = cell;
    if (this.#step.watermark < end) {
      if (cell.armed <= end) return cell;
      cell.armed = end;
      this.#ends.push(end, start, seq, number);
    } else {
      if (cell.doomed <= end) return cell;
      cell.doomed = end;
      this.#expiries.push(end, start, seq, number);
    }
    this.#cells.keep(cell);
    return cell;
  }

  /** The times that have come, of one clock: who asked for them is due. */
  #wake(timers: SpilledQueue, now: Timestamp): void {
    for (let top = timers.peek(); top && top.a <= now; top = timers.peek()) {
      timers.pop();
      this.#settle();
      const cell = this.#cells.at(top.number);
      if (!cell) continue;
      if (cell.wakes.event.length + cell.wakes.processing.length > 0) {
        this.#cells.touch(cell);
        this.#step.woken(cell);
      }
      this.#due.push(cell.end, cell.start, cell.seq, cell.number);
    }
  }

  /** Asks the triggers of all cells that are due in this step, in order. */
  #ask(): void {
    let last = -1;
    for (let number = this.#next(); number >= 0; number = this.#next()) {
      // By its end and by its timers: it is asked once.
      if (number === last) continue;
      last = number;
      const cell = this.#cells.at(number) as StoredCell<K, R>;
      const expired = this.#isExpired(cell.end);
      if (!cell.closed) {
        if (expired) this.#firing.expire(cell);
        else if (this.#firing.due(cell)) this.#fire(cell);
      }
      if (expired) this.#release(cell);
      else this.#cells.keep(cell);
    }
  }

  /** The number of the next cell that is due, in order of end, start and count; -1: there is none. */
  #next(): number {
    for (;;) {
      this.#settle();
      const end = this.#ends.peek();
      const expiry = this.#expiries.peek();
      const due = this.#due.peek();
      const isEnd = end !== undefined && end.a <= this.#step.watermark;
      const isExpiry = expiry !== undefined && this.#isExpired(expiry.a);
      const from = least(due && this.#due, isEnd ? this.#ends : undefined, isExpiry ? this.#expiries : undefined);
      const next = from?.pop();
      if (next === undefined) return -1;
      const cell = this.#cells.at(next.number);
      if (cell && (from === this.#due || this.#comesUp(cell, next, from === this.#ends))) return next.number;
    }
  }

  /** Whether a cell that comes out of a queue is in its place there; one that has grown since goes where it belongs. */
  #comesUp(cell: StoredCell<K, R>, { a, b, c }: Queued, atEnd: boolean): boolean {
    if (cell.start !== b || cell.seq !== c || (atEnd ? cell.armed : cell.doomed) !== a) return false;
    if (atEnd) cell.armed = Infinity;
    else cell.doomed = Infinity;
    const isThere = cell.end === a;
    // One that has grown beyond the watermark waits for its end again, one within it comes up in this very step.
    if (!isThere && atEnd && cell.end <= this.#step.watermark) {
      cell.armed = cell.end;
      this.#ends.push(cell.end, b, c, cell.number);
    } else if (!isThere || !this.#isExpired(a)) this.#arm(cell);
    this.#cells.keep(cell);
    return isThere;
  }

  #release(cell: StoredCell<K, R>): void {
    this.#cells.remove(cell);
    this.#chains.remove(cell);
  }

  #drop(value: T, timestamp: Timestamp, diff: 1 | -1, closed: boolean): void {
    const assigned = this.#assigned;
    const window = { start: assigned[assigned.length - 2] as Timestamp, end: assigned[assigned.length - 1] as Timestamp };
    dropped(this.drops, this.#output, value, timestamp, diff, closed ? 'closed' : 'expired', this.#step.watermark, window);
  }
}

/** The queue whose first entry is the least. */
function least(...queues: (SpilledQueue | undefined)[]): SpilledQueue | undefined {
  let found: SpilledQueue | undefined;
  for (const queue of queues) {
    const [one, other] = [queue?.peek(), found?.peek()];
    if (one && (!other || one.a - other.a < 0 || (one.a === other.a && (one.b - other.b || one.c - other.c) < 0))) found = queue;
  }
  return found;
}
