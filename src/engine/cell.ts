/**
 * A cell is one window of one key: where its accumulator lies, what its trigger remembers, and what its panes have said.
 * Cells are plain records of one shape; the rules that change them stand in firing.ts and sessions.ts.
 */
import type { Timestamp } from '../time/timestamp.js';
import { NONE } from './emitter.js';
import type { Pane, PaneTiming } from './pane.js';
import type { TimeWindow } from './window.js';

/** Times asked for by a trigger, by clock. */
type Wakes = Record<'event' | 'processing', Timestamp[]>;

/** Of cells whose trigger has never asked. */
export const NO_WAKES: Readonly<Wakes> = Object.freeze({ event: [], processing: [] });

export class Cell<K, R> {
  readonly key: K;
  start: Timestamp;
  end: Timestamp;
  /** With a time to live: the time of its earliest element; `start` is that of the first. */
  from: Timestamp;
  /** Order in which keys were first seen in their windows. */
  seq: number;
  /** Where the accumulator lies in the machine's lane. */
  slot: number;
  trigger: unknown;
  /** Holds an element that no pane has shown. */
  fresh = false;
  /** Holds an unshown element that came while `watermark < end`: what makes the first pane that is not early an on-time one. */
  timely = false;
  /** Panes so far; and those of them that were not early. */
  panes = 0;
  spoken = 0;
  /** Of its last pane; undefined: there was none, or an older version has kept it. */
  timing: PaneTiming | undefined = undefined;
  /** Retracting mode: what was said last. */
  last: Pane<K, R> | undefined = undefined;
  /** Sessions that were shown and have become part of this one, since its last pane. */
  replaces: readonly TimeWindow[] = NONE;
  /** Unshown elements that were not late when they came; only where panes take their time from them. */
  earliest: Timestamp = Infinity;
  latest: Timestamp = -Infinity;
  /** The trigger has finished: a tombstone until the window expires. */
  closed = false;
  /** The interval between two cuts in which it last changed. */
  mark = 0;
  /** Expired, or merged into another. */
  dead = false;
  /** The time for which its end or expiry is in the timer queue; sessions only. */
  armed: Timestamp = Infinity;
  /** The hold of the watermark downstream that is queued for it. */
  held: Timestamp = Infinity;
  /** The step in which it was last found due, so that it is asked once. */
  step = -1;
  /** The times asked for by the trigger that are in the timer queues: each is there once. */
  wakes: Wakes = NO_WAKES;
  /** Sessions and lives: the one of the same key that starts before it. */
  older: Cell<K, R> | undefined = undefined;

  constructor(key: K, start: Timestamp, end: Timestamp, seq: number, slot: number, trigger: unknown) {
    this.key = key;
    this.start = start;
    this.end = end;
    this.from = start;
    this.seq = seq;
    this.slot = slot;
    this.trigger = trigger;
  }
}

/** The order in which the panes of one step come: window end, start, then the order in which keys were first seen. */
export function byWindow(a: Cell<unknown, unknown>, b: Cell<unknown, unknown>): number {
  return a.end - b.end || a.start - b.start || a.seq - b.seq;
}

/** What a cell is in this run alone, and does not survive it. */
type OfThisRun = 'slot' | 'mark' | 'dead' | 'armed' | 'held' | 'step' | 'older' | 'wakes';

/** A cell as plain data, with its accumulator and, if there are any, the times that its trigger has asked for. */
export type CellData<K, R> = Omit<Cell<K, R>, OfThisRun> & { accumulator: unknown; wakes: Wakes | undefined };

export function dumpCell<K, R>(cell: Cell<K, R>, accumulator: unknown): CellData<K, R> {
  const { key, start, end, from, seq, trigger, fresh, timely, panes, spoken, timing, last, replaces, earliest, latest, closed } = cell;
  const { event, processing } = cell.wakes;
  return {
    key,
    start,
    end,
    from,
    seq,
    trigger: copied(trigger),
    fresh,
    timely,
    panes,
    spoken,
    timing,
    last,
    replaces: [...replaces],
    earliest,
    latest,
    closed,
    accumulator,
    wakes: event.length + processing.length > 0 ? { event: [...event], processing: [...processing] } : undefined,
  };
}

/** All but its accumulator and its timers. */
export function loadCell<K, R>(data: CellData<K, R>, slot: number): Cell<K, R> {
  return fillCell(new Cell<K, R>(data.key, data.start, data.end, data.seq, slot, null), data);
}

/** What a new cell needs besides its bounds to be as it was. */
export function fillCell<K, R, C extends Cell<K, R>>(cell: C, data: CellData<K, R>): C {
  cell.trigger = copied(data.trigger);
  cell.from = data.from;
  cell.fresh = data.fresh;
  cell.timely = data.timely;
  cell.panes = data.panes;
  cell.spoken = data.spoken;
  cell.timing = data.timing;
  cell.last = data.last;
  cell.replaces = data.replaces.length > 0 ? [...data.replaces] : NONE;
  cell.earliest = data.earliest;
  cell.latest = data.latest;
  cell.closed = data.closed;
  return cell;
}

/** The cells of a part: one, or a block of them. */
export function cellsOf<K, R>(data: unknown): readonly CellData<K, R>[] {
  return (Array.isArray(data) ? data : [data]) as readonly CellData<K, R>[];
}

function copied(state: unknown): unknown {
  return typeof state === 'object' && state !== null ? structuredClone(state) : state;
}
