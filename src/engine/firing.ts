/**
 * The rule of panes: what a firing says, and whether it says anything. (The Dataflow model; Beam's ReduceFnRunner.)
 * Timing: `early` while the watermark is before the end and nothing but early panes came; the first other pane is `on-time`
 * if it holds an element that came in time or fires in the step in which the watermark passes the end; all after it `late`.
 * A firing without news is silent, save for the on-time pane (`onTime`) and the last one (`closing`).
 */
import type { Lane } from '../state/lanes.js';
import { END_OF_TIME, shift, type Timestamp } from '../time/timestamp.js';
import type { Cell } from './cell.js';
import type { CellKeeper } from './cellCuts.js';
import { makePane, NONE, retract } from './emitter.js';
import type { MachineOutput, WindowingSpec } from './machine.js';
import type { PaneTiming } from './pane.js';
import type { Step } from './step.js';
import type { Trigger } from './trigger.js';

export class Firing<T, K, R> {
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #trigger: Trigger<T>;
  readonly #lane: Lane<T, R>;
  readonly #output: MachineOutput<T, K, R>;
  readonly #step: Step<K, R>;
  readonly #cells: CellKeeper<K, R>;
  /** Whether panes have timestamps of their own. */
  readonly #stamped: boolean;

  constructor(
    spec: WindowingSpec<T, K, R>,
    trigger: Trigger<T>,
    lane: Lane<T, R>,
    output: MachineOutput<T, K, R>,
    step: Step<K, R>,
    cells: CellKeeper<K, R>,
  ) {
    this.#spec = spec;
    this.#trigger = trigger;
    this.#lane = lane;
    this.#output = output;
    this.#step = step;
    this.#cells = cells;
    this.#stamped = spec.timestampCombiner !== 'endOfWindow';
  }

  /** An element comes into the cell; the trigger hears of it. */
  add(cell: Cell<K, R>, value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const step = this.#step;
    this.#cells.touch(cell);
    if (diff === 1) this.#lane.add(cell.slot, value, timestamp);
    else this.#lane.remove(cell.slot, value, timestamp);
    cell.fresh = true;
    if (step.watermark < cell.end) {
      cell.timely = true;
      if (this.#stamped && timestamp >= step.watermark) {
        if (timestamp < cell.earliest) cell.earliest = timestamp;
        if (timestamp > cell.latest) cell.latest = timestamp;
      }
    }
    cell.trigger = this.#trigger.onElement(cell.trigger, value, timestamp, step.of(cell));
  }

  /** Whether the trigger wants the cell to fire in this step. */
  due(cell: Cell<K, R>): boolean {
    return this.#trigger.shouldFire(cell.trigger, this.#step.of(cell));
  }

  /** Fires because the trigger is due; `expiring`: the window ends with it all the same. A finished trigger closes the cell. */
  fire(cell: Cell<K, R>, expiring: boolean): void {
    const trigger = this.#trigger;
    this.#cells.touch(cell);
    cell.trigger = trigger.onFire(cell.trigger, this.#step.of(cell));
    const finished = trigger.isFinished(cell.trigger);
    this.#say(cell, expiring || finished);
    if (finished && !expiring) this.#close(cell);
  }

  /** The window expires: what no pane has shown is said, whatever the trigger thinks. */
  expire(cell: Cell<K, R>): void {
    if (this.#spec.closing !== 'never') this.#say(cell, true);
    else if (this.due(cell)) this.fire(cell, true);
  }

  /** The time a pane fired now would have. */
  timestampOf(cell: Cell<K, R>): Timestamp {
    const { timestampCombiner } = this.#spec;
    if (timestampCombiner === 'earliest' && cell.earliest !== Infinity) return cell.earliest;
    if (timestampCombiner === 'latest' && cell.latest !== -Infinity) return cell.latest;
    return shift(cell.end, -1);
  }

  /** The earliest time of what is still to come of a cell in time: a pane, and the withdrawal of the one said last. Infinity: nothing. */
  heldBy(cell: Cell<K, R>): Timestamp {
    const { last, timely } = cell;
    if (cell.dead || cell.closed) return Infinity;
    const pane = timely ? this.timestampOf(cell) : Infinity;
    return last && (timely || this.#step.watermark < cell.end) ? Math.min(pane, last.timestamp) : pane;
  }

  /** Withdraws what the cell said last, because it becomes part of another. */
  withdraw(cell: Cell<K, R>): void {
    if (cell.last) this.#output.pane(retract(cell.last));
  }

  #say(cell: Cell<K, R>, isLast: boolean): void {
    const spec = this.#spec;
    this.#cells.touch(cell);
    const timing = this.#timingOf(cell);
    if (cell.fresh || (timing === 'on-time' && spec.onTime === 'always') || (isLast && spec.closing === 'always')) {
      // With a time to live it is not known when a window ends, and its panes must have one name.
      const window = { start: cell.start, end: spec.assigner.ttl === undefined ? cell.end : END_OF_TIME };
      const nonSpeculativeIndex = timing === 'early' ? -1 : cell.spoken;
      const value = spec.resultIn ? spec.resultIn(this.#lane.accumulators[cell.slot], window) : this.#lane.result(cell.slot);
      const pane = makePane(
        cell.key,
        window,
        value,
        timing,
        cell.panes,
        nonSpeculativeIndex,
        isLast,
        this.timestampOf(cell),
        cell.replaces,
      );
      cell.panes++;
      if (timing !== 'early') cell.spoken++;
      cell.timing = timing;
      cell.replaces = NONE;
      if (spec.accumulation === 'retracting') {
        this.withdraw(cell);
        cell.last = pane;
      }
      this.#output.pane(pane);
    }
    // A silent firing ends the pane as well: what comes after it is new.
    cell.fresh = false;
    cell.timely = false;
    cell.earliest = Infinity;
    cell.latest = -Infinity;
    if (spec.accumulation === 'discarding') this.#lane.reset(cell.slot);
  }

  #timingOf(cell: Cell<K, R>): PaneTiming {
    if (cell.spoken > 0) return 'late';
    if (this.#step.watermark < cell.end) return 'early';
    return cell.timely || this.#step.passes(cell.end) ? 'on-time' : 'late';
  }

  #close(cell: Cell<K, R>): void {
    cell.closed = true;
    cell.last = undefined;
    cell.trigger = null;
    // The user's data goes now; the slot with the cell.
    this.#lane.reset(cell.slot);
  }
}
