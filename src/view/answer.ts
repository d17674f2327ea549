/** What a view answers. */
import type { SaidPane, StateEntry } from '../engine/stateReader.js';
import type { TimeWindow } from '../engine/window.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';

/** How much an answer promises; see {@link ViewOptions}. */
export type ReadLevel = 'latest' | 'snapshot' | 'committed';

/** Which state an answer is of. */
export interface ViewMoment {
  /** How far event time was there. */
  readonly watermark: Watermark;
  /** What was asked for. */
  readonly level: ReadLevel;
  /** `committed`: the checkpoint whose state it is. Else the newest one that was complete; undefined: none was. */
  readonly checkpoint: number | undefined;
  /** The slot by which this run has taken the job over: grows with each run. */
  readonly epoch: number;
}

/** One window of one key. */
export interface ViewEntry<out K, out V> {
  /** Undefined for windows without `key`. */
  readonly key: K;
  /** Of a window with a time to live, whose end is not known, `end` is `END_OF_TIME`, as in its panes. */
  readonly window: TimeWindow;
  /** What its window would say if it fired now: all so far; in discarding mode what came since the last pane. Undefined if it is `closed`. */
  readonly value: V | undefined;
  /**
   * `open`: the watermark has not reached its end. `complete`: it has, and the window is kept for late elements. `closed`: its trigger has
   * finished, and what it held is gone.
   */
  readonly status: 'open' | 'complete' | 'closed';
  /** The watermark at which it is gone. */
  readonly expires: Timestamp;
  /** Its newest pane; undefined: it has said none. */
  readonly pane: SaidPane | undefined;
  /** It holds elements that no pane has shown. */
  readonly fresh: boolean;
}

/** What is where nothing is. */
export interface NoEntry<out K, out S extends 'none' | 'expired' = 'none' | 'expired'> {
  /** The one asked for. */
  readonly key: K;
  /** The one asked for; undefined: it was asked for by an instant. */
  readonly window: TimeWindow | undefined;
  /** There is none. */
  readonly value: undefined;
  /** `expired`: what there was, if anything, is gone. `none`: nothing has come, or that it is gone cannot be known. */
  readonly status: S;
  /** It is not there. */
  readonly expires: undefined;
  /** What was said of it is not known. */
  readonly pane: undefined;
  /** It holds nothing. */
  readonly fresh: false;
}

/** One window of one key, or that there is none; and of which state. */
export type ViewAnswer<K, V> = (ViewEntry<K, V> | NoEntry<K, 'none'> | NoEntry<K, 'expired'>) & ViewMoment;

/** A part of a scan. */
export interface ViewPage<out K, out V> extends ViewMoment {
  /** In order; at most as many as were asked for. */
  readonly entries: readonly ViewEntry<K, V>[];
  /** What to ask for the next part with; undefined: this is the last. */
  readonly cursor: string | undefined;
}

/** The windows that there are. */
export interface ViewWindows extends ViewMoment {
  /** In order of start and end. */
  readonly windows: readonly TimeWindow[];
}

export function answerOf<K, V>(entry: StateEntry<K, V>, moment: ViewMoment): ViewAnswer<K, V> {
  const { key, window, value, status, expires, pane, fresh } = entry;
  const { watermark, level, checkpoint, epoch } = moment;
  return { key, window, value, status, expires, pane, fresh, watermark, level, checkpoint, epoch };
}

export function nothingOf<K>(key: K, window: TimeWindow | undefined, isOver: boolean, moment: ViewMoment): ViewAnswer<K, never> {
  const { watermark, level, checkpoint, epoch } = moment;
  const gone = { key, window, value: undefined, expires: undefined, pane: undefined, fresh: false } as const;
  return { ...gone, status: isOver ? 'expired' : 'none', watermark, level, checkpoint, epoch } as ViewAnswer<K, never>;
}
