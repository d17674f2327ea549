/**
 * What machines let their readers see of themselves. It is lent: a reader looks at it between two calls of the machine, and changes nothing.
 * Readers stand in modules of their own, so that who reads no state carries none of them.
 */
import type { KeyMap } from '../state/keys.js';
import type { Lane } from '../state/lanes.js';
import type { Timestamp } from '../time/timestamp.js';
import type { Cell } from './cell.js';
import type { CellCuts } from './cellCuts.js';
import type { Chains } from './chains.js';
import type { OpenWindows } from './openWindows.js';
import type { Slice } from './slice.js';
import type { SliceCuts } from './sliceCuts.js';
import type { Slices } from './slices.js';
import type { StoredCells } from './storedCells.js';
import type { StoredSlices } from './storedSlices.js';

/** Of a sliced machine. */
export interface SlicedInside<T, K, R> {
  readonly slices: Slices<Slice<T, K, R>>;
  readonly windows: OpenWindows<K>;
  readonly sliceCuts: SliceCuts<T, K, R>;
  /** To be called when a cut has been taken. */
  readonly forget: () => void;
}

/** The cells of one window that does not merge. */
export interface WindowCells<K, R> {
  readonly start: Timestamp;
  readonly end: Timestamp;
  readonly cells: KeyMap<K, Cell<K, R>>;
}

/** Of a machine that has a cell for each window of a key: by key if they merge or have a time to live, else by the end of the window. */
export interface CellInside<T, K, R> {
  readonly lane: Lane<T, R>;
  readonly cells: CellCuts<T, K, R>;
  readonly chains: Chains<K, R> | undefined;
  readonly windows?: ReadonlyMap<Timestamp, readonly WindowCells<K, R>[]>;
  readonly floor: Timestamp;
}

/** Of a sliced machine on tables. */
export interface StoredSlicedInside<T, K, R> {
  readonly storedSlices: StoredSlices<T, K, R>;
  readonly windows: OpenWindows<K>;
}

/** Of a machine of cells on tables. */
export interface StoredInside<T, K, R> {
  readonly storedCells: StoredCells<T, K, R>;
  readonly lane: Lane<T, R>;
  readonly floor: Timestamp;
}

export type Inside<T, K, R> = SlicedInside<T, K, R> | CellInside<T, K, R> | StoredSlicedInside<T, K, R> | StoredInside<T, K, R>;
