/**
 * Reading the state of a windowing machine: as it is now, between two calls of the machine, or as it was at a cut, for as long as that is
 * held. One contract over all machines; what a reader gives shares nothing with the state that later elements change.
 */
import { END_OF_TIME, shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { Cell } from './cell.js';
import type { WindowingSpec } from './machine.js';
import type { PaneTiming } from './pane.js';
import type { TimeWindow } from './window.js';

/** The newest pane of a window, as far as state remembers it. */
export interface SaidPane {
  /** How many panes of the key and window came before it. */
  readonly index: number;
  /** -1 while early, else how many panes that were not early came before. */
  readonly nonSpeculativeIndex: number;
  /** When it fired, seen from the watermark. */
  readonly timing: PaneTiming;
}

/** One window of one key, as state has it. */
export interface StateEntry<out K, out R> {
  readonly key: K;
  readonly window: TimeWindow;
  /** What a pane would say that fired now: all so far, or in discarding mode what came since the last pane. Undefined if the window is closed. */
  readonly value: R | undefined;
  /** `open`: the watermark is before its end. `complete`: it has passed it, and the window is kept for late elements. `closed`: its trigger has finished. */
  readonly status: 'open' | 'complete' | 'closed';
  /** It is gone when the watermark has come so far. */
  readonly expires: Timestamp;
  /** The newest pane; undefined: there was none yet. */
  readonly pane: SaidPane | undefined;
  /** It holds elements that no pane has shown. */
  readonly fresh: boolean;
}

/** What a scan is to give. */
export interface ScanRange<in K> {
  /** Windows that end later than this ... */
  readonly from: Timestamp;
  /** ... and begin before this. */
  readonly to: Timestamp;
  /** Those of which no pane was said, too. */
  readonly unfired: boolean;
  /** In the opposite order. */
  readonly reverse: boolean;
  readonly wants: (key: K) => boolean;
}

export interface StateReader<K, R> {
  /** At which the state stands. */
  readonly watermark: Watermark;
  find(key: K, window: TimeWindow): StateEntry<K, R> | undefined;
  /** The window of a key that holds an instant; where there are several, the newest: the one that begins last, and of those the one that ends last. */
  at(key: K, instant: Timestamp): StateEntry<K, R> | undefined;
  /** All windows of a key, in order of start and end. */
  of(key: K): StateEntry<K, R>[];
  /**
   * Everything within a range, in an order that is the same whenever the state is: undefined in between, so that whoever goes through it can
   * stop where much is passed over. Of a machine at work only to be gone through between two of its calls.
   */
  entries(range: ScanRange<K>): Generator<StateEntry<K, R> | undefined, undefined>;
  /** Windows, of some machines several times, and undefined in between. */
  windows(): Iterable<TimeWindow | undefined>;
  /** Whether a window has expired. */
  isOver(window: TimeWindow): boolean;
  /** Lets go of the cut. */
  release(): void;
}

/** What the windows of some bounds are called: with a time to live it is not known when they end, and their panes have one name. */
export function nameOf({ start, end }: TimeWindow, { assigner }: WindowingSpec<any, any, any>): TimeWindow {
  return { start, end: assigner.ttl === undefined ? end : END_OF_TIME };
}

/** Everything that a reader has. */
export const EVERYTHING: ScanRange<unknown> = { from: -Infinity, to: Infinity, unfired: true, reverse: false, wants: () => true };

/** Puts entries of a key in order of start and end. */
export function inOrder<K, R>(entries: StateEntry<K, R>[]): StateEntry<K, R>[] {
  return entries.sort((a, b) => a.window.start - b.window.start || a.window.end - b.window.end);
}

/** Of windows in order the last one that holds an instant. */
export function newestOf<K, R>(entries: readonly StateEntry<K, R>[], at: Timestamp): StateEntry<K, R> | undefined {
  let newest: StateEntry<K, R> | undefined;
  for (const entry of entries) if (entry.window.start <= at && at < entry.window.end) newest = entry;
  return newest;
}

/** Whether all windows that an element of this time would count in have expired, where that depends on its time alone; else false. */
export function isOverAt(spec: WindowingSpec<any, any, any>, at: Timestamp, reader: StateReader<any, any>): boolean {
  const { assigner } = spec;
  if (assigner.ttl !== undefined) return shift(at, assigner.ttl) <= reader.watermark;
  let windows = 0;
  let over = 0;
  try {
    assigner.assign(at, undefined, (start, end) => {
      windows++;
      if (reader.isOver({ start, end })) over++;
    });
  } catch {
    // It depends on the element.
    return false;
  }
  return windows > 0 && over === windows;
}

/** Whether a range has a window. */
export function isWithin({ start, end }: TimeWindow, { from, to }: Pick<ScanRange<never>, 'from' | 'to'>): boolean {
  return end > from && start < to;
}

/** What state remembers of the panes of a cell. */
export function saidOf({
  panes,
  spoken,
  timing,
  last,
}: Pick<Cell<any, any>, 'panes' | 'spoken' | 'timing' | 'last'>): SaidPane | undefined {
  if (panes === 0) return undefined;
  // State of older versions has no timing: then the first that was not early counts as on time.
  const known = timing ?? last?.timing ?? (spoken === 0 ? 'early' : spoken === 1 ? 'on-time' : 'late');
  return { index: panes - 1, nonSpeculativeIndex: known === 'early' ? -1 : spoken - 1, timing: known };
}
