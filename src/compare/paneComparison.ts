/**
 * Compares what three runs say of the same input, as they say it: the base, the base once more (the control) and the variant. What is final
 * in all of them is told and forgotten, so that only open windows and what differs are held, whatever the number of panes.
 */
import type { Pane } from '../engine/pane.js';
import type { TimeWindow } from '../engine/window.js';
import { mustBe } from '../errors.js';
import { KeyMap } from '../state/keys.js';
import { Heap } from '../state/timers.js';
import { END_OF_TIME, START_OF_TIME, shift, type Watermark } from '../time/timestamp.js';
import { alike, deltaOf } from './alike.js';
import type { PaneDifference, UnstablePane } from './difference.js';

/** Who says something. */
export const BASE = 0;
export const CONTROL = 1;
export const VARIANT = 2;
export type Side = typeof BASE | typeof CONTROL | typeof VARIANT;

/** What is compared. */
export interface Compared {
  /** The operator of the base, by name. */
  readonly operator: string;
  /** Windows have expired when the watermark is so far behind their end. */
  readonly lateness: number;
  /** Windows of all merge: they are known by their start, since their end is part of what is asked. */
  readonly merging: boolean;
  /** Whether the windows of each side merge: what it has said may be part of a window that is still open, unless it was the last word. */
  readonly merges: readonly [boolean, boolean, boolean];
  /** Each pane says what is new: panes are known by their number too. */
  readonly discarding: boolean;
  /** Rows are no panes: what identifies one. All of them are held until the end. */
  readonly by: ((row: any) => unknown) | undefined;
  /** Numbers that are not whole may differ by this share. */
  readonly tolerance: number;
}

/** Hears what is certain, once it is. Panes of one comparison come in order of window end, start, first seen, as far as they can. */
export interface Verdicts {
  same(): void;
  different(difference: PaneDifference<any, any>): void;
  unstable(pane: UnstablePane<any>): void;
}

interface Entry {
  readonly key: unknown;
  readonly id: string;
  /** Order in which they were first seen. */
  readonly seq: number;
  start: number;
  /** The latest that any side has said. */
  end: number;
  /** In the queue, by this end. */
  queued: number | undefined;
  /** The newest row of each side. */
  readonly rows: [unknown, unknown, unknown];
  gone: boolean;
}

interface Due {
  readonly end: number;
  readonly entry: Entry;
}

type Said = Pane<unknown, unknown>;

export class PaneComparison {
  readonly #compared: Compared;
  readonly #verdicts: Verdicts;
  readonly #entries: KeyMap<unknown, Map<string, Entry>> = new KeyMap<unknown, Map<string, Entry>>();
  readonly #due: Heap<Due> = new Heap<Due>((a, b) => a.end - b.end || inOrder(a.entry, b.entry));
  readonly #times: [Watermark, Watermark, Watermark] = [START_OF_TIME, START_OF_TIME, START_OF_TIME];
  #reached: Watermark = START_OF_TIME;
  #seq = 0;
  /** How many panes are held. */
  held = 0;

  constructor(compared: Compared, verdicts: Verdicts) {
    this.#compared = compared;
    this.#verdicts = verdicts;
  }

  /** A side says a row, or takes one back. Throws BAD_VALUE for what is no pane, if rows are not identified by `by`. */
  said(side: Side, row: unknown, diff: 1 | -1): void {
    const { by, discarding } = this.#compared;
    if (by) {
      this.#put(side, this.#open(by(row), undefined, ''), row, diff === -1);
      return;
    }
    if (!isPane(row)) {
      throw mustBe(
        'whatIf: each value of a pipeline',
        'a pane',
        row,
        'End the pipelines with windowBy(), or say what identifies a row: { by: row => row.id }.',
        'BAD_VALUE',
      );
    }
    // What discarded panes have said still counts when their sessions have merged.
    if (!discarding) for (const window of row.replaces) this.#takeBack(side, row.key, this.#idOf(window, 0));
    const entry = this.#open(row.key, row.window, this.#idOf(row.window, row.index));
    const retraction = row.retraction || diff === -1;
    // What has been followed by a newer pane is not withdrawn any more.
    const outdated = retraction && (entry.rows[side] as Said | undefined)?.index !== row.index;
    this.#put(side, entry, outdated ? entry.rows[side] : row, retraction && !outdated);
  }

  /** A side is so far. */
  watermark(side: Side, time: Watermark): void {
    this.#times[side] = time;
    const reached = Math.min(...this.#times);
    if (reached <= this.#reached) return;
    this.#reached = reached;
    const { lateness } = this.#compared;
    for (let top = this.#due.peek(); top && shift(top.end, lateness) <= reached; top = this.#due.peek()) {
      this.#due.pop();
      const { entry, end } = top;
      if (entry.gone || entry.queued !== end) continue;
      entry.queued = undefined;
      if (this.#isCertain(entry)) this.#settle(entry);
    }
    if (reached === END_OF_TIME) this.#conclude();
  }

  /** The windows of an entry have expired: may a side say something else all the same? */
  #isCertain({ rows }: Entry): boolean {
    const { merging, merges, discarding } = this.#compared;
    // A session that one side does not show may be part of one that is still open there; so may one that it shows, if that was not its last word.
    return rows.every((row, side) => (row === undefined ? !merging : discarding || !merges[side] || (row as Said).isLast));
  }

  #conclude(): void {
    const left = [...this.#entries.values()].flatMap(entries => [...entries.values()]);
    for (const entry of left.sort((a, b) => a.end - b.end || inOrder(a, b))) this.#settle(entry);
  }

  #put(side: Side, entry: Entry, row: unknown, retraction: boolean): void {
    const { by, discarding, lateness } = this.#compared;
    entry.rows[side] = retraction ? undefined : row;
    if (entry.rows.every(each => each === undefined)) {
      this.#drop(entry);
      return;
    }
    if (by) return;
    if (row !== undefined) entry.end = Math.max(entry.end, (row as Said).window.end);
    // What nobody will say anything more of need not be held.
    if (entry.rows.every(each => each !== undefined && (discarding || (each as Said).isLast)) && this.#agree(entry)) {
      this.#settle(entry);
    } else if (entry.queued !== entry.end && shift(entry.end, lateness) < END_OF_TIME) {
      entry.queued = entry.end;
      this.#due.push({ end: entry.end, entry });
    }
  }

  #takeBack(side: Side, key: unknown, id: string): void {
    const entry = this.#entries.get(key)?.get(id);
    if (!entry) return;
    entry.rows[side] = undefined;
    if (entry.rows.every(row => row === undefined)) this.#drop(entry);
  }

  #agree({ rows: [base, control, variant] }: Entry): boolean {
    return this.#same(base, control) && this.#same(base, variant);
  }

  #settle(entry: Entry): void {
    this.#drop(entry);
    const [base, control, variant] = entry.rows;
    const { operator } = this.#compared;
    const windowed = (base ?? variant ?? control) as Said;
    const where = { operator, key: entry.key, window: this.#compared.by ? undefined : windowed.window };
    if (!this.#same(base, control)) {
      this.#verdicts.unstable({ ...where, base, control, delta: this.#delta(base, control) });
    } else if (this.#same(base, variant)) {
      this.#verdicts.same();
    } else {
      const change = variant === undefined ? 'onlyBase' : base === undefined ? 'onlyVariant' : 'different';
      const difference = { ...where, change, base, variant, delta: this.#delta(base, variant) };
      this.#verdicts.different(difference as PaneDifference<any, any>);
    }
  }

  #same(a: unknown, b: unknown): boolean {
    if (a === undefined || b === undefined) return a === b;
    return alike(this.#valueOf(a), this.#valueOf(b), this.#compared.tolerance);
  }

  #delta(a: unknown, b: unknown): ReturnType<typeof deltaOf> {
    return a === undefined || b === undefined ? undefined : deltaOf(this.#valueOf(a), this.#valueOf(b));
  }

  #valueOf(row: unknown): unknown {
    return this.#compared.by ? row : (row as Said).value;
  }

  #idOf(window: TimeWindow, index: number): string {
    const { merging, discarding } = this.#compared;
    return `${window.start}${merging ? '' : `/${window.end}`}${discarding ? `#${index}` : ''}`;
  }

  #open(key: unknown, window: TimeWindow | undefined, id: string): Entry {
    let entries = this.#entries.get(key);
    if (!entries) this.#entries.set(key, (entries = new Map<string, Entry>()));
    const found = entries.get(id);
    if (found) return found;
    const { start, end } = window ?? { start: 0, end: 0 };
    const entry: Entry = { key, id, seq: this.#seq++, start, end, queued: undefined, rows: [undefined, undefined, undefined], gone: false };
    entries.set(id, entry);
    this.held++;
    return entry;
  }

  #drop(entry: Entry): void {
    if (entry.gone) return;
    entry.gone = true;
    this.held--;
    const entries = this.#entries.get(entry.key);
    entries?.delete(entry.id);
    if (entries?.size === 0) this.#entries.delete(entry.key);
  }
}

function inOrder(a: Entry, b: Entry): number {
  return a.start - b.start || a.seq - b.seq;
}

function isPane(value: unknown): value is Said {
  const pane = value as Partial<Said> | null | undefined;
  return typeof pane === 'object' && pane !== null && typeof pane.window?.end === 'number' && typeof pane.nonSpeculativeIndex === 'number';
}
