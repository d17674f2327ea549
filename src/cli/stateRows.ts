/**
 * The rows of an operator's state in a checkpoint: what it keeps for a key and a window. Aggregates are programs, which a checkpoint does
 * not hold; so a row shows what an aggregate has accumulated, and not its result.
 */
import { encodeKey } from '../aggregates/encodeKey.js';
import { type CellData, cellsOf } from '../engine/cell.js';
import type { BlockData } from '../engine/sliceCuts.js';
import type { SavedState } from '../state/cut.js';

/** One of them. */
export interface StateRow {
  /** Undefined with `part`: it is no state of a key. */
  readonly key: unknown;
  /** Where windows overlap, state is kept for slices of them. */
  readonly scope: 'window' | 'slice' | 'part';
  readonly start: number;
  /** Of a slice: not known. */
  readonly end: number | undefined;
  /** What has been accumulated. */
  readonly state: unknown;
  /** Panes said so far, where that is kept by key. */
  readonly panes: number | undefined;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** In the order of the checkpoint. */
export function* rowsOf({ rest, parts }: SavedState): Generator<StateRow, void, undefined> {
  const windows = windowsOf(rest);
  for (const { id, data } of parts) {
    if (isBlock(data)) yield* ofBlock(data, windows.get(data.slice));
    else if (isCells(data)) yield* cellsOf(data).map(ofCell);
    else yield { key: undefined, scope: 'part', start: id, end: undefined, state: data, panes: undefined };
  }
}

/** What makes a row the same one in two checkpoints. */
export function identityOf({ key, scope, start, end }: StateRow): string {
  return scope === 'part' ? `part ${start}` : `${encodeKey(key)} ${scope} ${start} ${scope === 'window' ? end : ''}`;
}

/** Whether a key is the one that was typed: as JSON, or as a text. Windows without a key show it as null. */
export function keyIs(typed: string): (key: unknown) => boolean {
  const wanted = new Set([encodeKey(typed)]);
  if (typed === 'null') wanted.add(encodeKey(undefined));
  try {
    wanted.add(encodeKey(JSON.parse(typed)));
  } catch {
    // A text alone.
  }
  return key => wanted.has(encodeKey(key));
}

/** By the start of a slice: the window that it is all of. */
function windowsOf(rest: unknown): ReadonlyMap<number, Span> {
  const { slices, windows } = ((rest as { state?: unknown } | undefined)?.state ?? {}) as {
    readonly slices?: readonly { readonly start: number }[];
    readonly windows?: readonly Span[];
  };
  const found = new Map<number, Span>();
  if (!Array.isArray(slices) || !Array.isArray(windows)) return found;
  const starts = slices.map(({ start }) => start).sort((a, b) => a - b);
  const byStart = new Map<number, Span | undefined>();
  // Of windows that overlap each slice is in several: then none of them is what a row is about.
  for (const window of windows) byStart.set(window.start, byStart.has(window.start) ? undefined : window);
  const ordered = [...windows].sort((a, b) => a.start - b.start);
  const apart = ordered.every((window, at) => at === 0 || (ordered[at - 1] as Span).end <= window.start);
  for (const [at, start] of starts.entries()) {
    const window = byStart.get(start);
    if (apart && window && !((starts[at + 1] ?? Infinity) < window.end)) found.set(start, window);
  }
  return found;
}

function* ofBlock({ slice, keys, values }: BlockData<unknown>, window: Span | undefined): Generator<StateRow, void, undefined> {
  const all = values as readonly unknown[];
  // Accumulators that are rows of numbers lie one behind the other.
  const width = all.length / keys.length;
  const scope = window ? 'window' : 'slice';
  for (const [at, key] of keys.entries()) {
    const state = width === 1 ? all[at] : all.slice(at * width, (at + 1) * width);
    yield { key, scope, start: slice, end: window?.end, state, panes: undefined };
  }
}

function ofCell({ key, start, end, accumulator, panes }: CellData<unknown, unknown>): StateRow {
  return { key, scope: 'window', start, end, state: accumulator, panes };
}

function isBlock(data: unknown): data is BlockData<unknown> {
  const { keys, values, slice } = (data ?? {}) as Partial<BlockData<unknown>>;
  return typeof slice === 'number' && Array.isArray(keys) && Array.isArray(values);
}

function isCells(data: unknown): boolean {
  const cells = cellsOf(data);
  return cells.length > 0 && cells.every(isCell);
}

function isCell(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'key' in data && 'start' in data && 'end' in data && 'accumulator' in data;
}
