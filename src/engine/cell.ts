/**
 * A cell is one window of one key: where its accumulator lies, what its trigger remembers, and what its panes have said.
 * Cells are plain records of one shape; the rules that change them stand in firing.ts and sessions.ts.
 */
import type { Timestamp } from '../time/timestamp.js';
import { NONE } from './emitter.js';
import type { Pane } from './pane.js';
import type { TimeWindow } from './window.js';

/** Times asked for by a trigger, by clock. */
type Wakes = Record<'event' | 'processing', Timestamp[]>;

/** Of cells whose trigger has never asked. */
export const NO_WAKES: Readonly<Wakes> = Object.freeze({ event: [], processing: [] });

export class Cell<K, R> {
  readonly key: K;
  start: Timestamp;
  end: Timestamp;
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
  /** Retracting mode: what was said last. */
  last: Pane<K, R> | undefined = undefined;
  /** Sessions that were shown and have become part of this one, since its last pane. */
  replaces: readonly TimeWindow[] = NONE;
  /** Unshown elements that were not late when they came; only where panes take their time from them. */
  earliest: Timestamp = Infinity;
  latest: Timestamp = -Infinity;
  /** The trigger has finished: a tombstone until the window expires. */
  closed = false;
  /** Has changed since the last snapshot. */
  changed = true;
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
type OfThisRun = 'seq' | 'slot' | 'changed' | 'dead' | 'armed' | 'held' | 'step' | 'wakes' | 'older';

/** A cell as plain data, numbered by its `seq`; with its accumulator. */
export type CellData<K, R> = Omit<Cell<K, R>, OfThisRun> & { accumulator: unknown };

export function dumpCell<K, R>(cell: Cell<K, R>, accumulator: unknown): CellData<K, R> {
  const { seq, slot, changed, dead, armed, held, step, wakes, older, ...data } = cell;
  return { ...data, accumulator, trigger: structuredClone(data.trigger), replaces: [...data.replaces] };
}

export function loadCell<K, R>({ accumulator, ...data }: CellData<K, R>, seq: number, slot: number): Cell<K, R> {
  const cell = new Cell<K, R>(data.key, data.start, data.end, seq, slot, undefined);
  return Object.assign(cell, data, { trigger: structuredClone(data.trigger), replaces: [...data.replaces] });
}
