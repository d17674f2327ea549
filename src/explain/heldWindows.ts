/** The windows that a machine holds, by what it lends to those who read its state. Nothing is changed, and no result is made. */
import { byWindow, type Cell } from '../engine/cell.js';
import type { Inside, SlicedInside, StoredSlicedInside } from '../engine/inside.js';
import { panesOf } from '../engine/openWindows.js';
import type { TimeWindow } from '../engine/window.js';
import type { Timestamp } from '../time/timestamp.js';

/** A window of a key, as its machine holds it. */
export interface HeldWindow extends TimeWindow {
  /** How many panes it has said. */
  readonly panes: number;
  /** How many of them were not early. Absent: none was. */
  readonly spoken?: number;
  /** It holds what no pane has shown. */
  readonly fresh: boolean;
  /** Its trigger has finished. */
  readonly closed?: boolean;
  /** What its trigger remembers, if it is not the default trigger. */
  readonly trigger?: unknown;
}

/** A machine; one that lends nothing holds nothing that could be known. */
interface Lender {
  readonly inside?: Inside<any, any, any>;
}

/** How many windows a machine holds; of those that merge or live, how many keys have one. Undefined: that is not known without a walk. */
export function openIn({ inside }: Lender): number | undefined {
  if (!inside || 'storedCells' in inside) return undefined;
  if ('cells' in inside) return inside.chains?.newest.size ?? inside.windows?.size;
  return inside.windows.all.length;
}

/** The windows of a key that reach into `[start, end)`, as they are now. */
export function heldIn({ inside }: Lender, key: unknown, start: Timestamp, end: Timestamp): readonly HeldWindow[] {
  const reaches = (window: TimeWindow): boolean => window.start < end && start < window.end;
  if (!inside) return [];
  if ('storedCells' in inside) return chainOf(inside.storedCells.get(key)).filter(reaches);
  if ('cells' in inside) {
    const { chains, windows } = inside;
    if (chains) return chainOf(chains.newest.get(key)).filter(reaches);
    const found = [...(windows?.values() ?? [])].flat().filter(reaches);
    return found.flatMap(({ cells }) => cells.get(key) ?? []).sort(byWindow);
  }
  return inside.windows.all.filter(reaches).flatMap(window => {
    const seqs = seqsOf(inside, window, key);
    if (seqs.length === 0) return [];
    const panes = panesOf(window, key, { seq: Math.min(...seqs), stamp: NaN });
    return [{ start: window.start, end: window.end, panes, fresh: window.firedAt < 0 }];
  });
}

/** The cells of a key, in order of time: of the newest and those that hang on it. */
function chainOf<K, R>(newest: Cell<K, R> | undefined): Cell<K, R>[] {
  const cells: Cell<K, R>[] = [];
  for (let cell = newest; cell; cell = cell.older) cells.unshift(cell);
  return cells;
}

/** When a key was first seen in each slice of a window that has it. */
function seqsOf(inside: SlicedInside<any, any, any> | StoredSlicedInside<any, any, any>, window: TimeWindow, key: unknown): number[] {
  if ('slices' in inside) {
    return inside.slices.of(window).flatMap(({ index, seqs }) => {
      const slot = index.get(key);
      return slot === undefined ? [] : [seqs[slot] as number];
    });
  }
  return inside.storedSlices.entriesOf(key, window).map(({ seq }) => seq);
}
