/** Which reader is for a machine. */
import { CellReader } from './cellReader.js';
import type { WindowingSpec, WindowMachine } from './machine.js';
import { SlicedReader } from './slicedReader.js';
import type { StateReader } from './stateReader.js';
import { StoredReader } from './storedReader.js';
import { StoredSlicedReader } from './storedSlicedReader.js';

/** What a reader needs of a machine. */
export type ReadMachine<T> = Pick<WindowMachine<T>, 'watermark' | 'inside'>;

/**
 * Makes a reader. `number`: of the cut that it is to hold, which ascends from cut to cut of the machine; undefined: it reads what there is.
 * Undefined is returned if the machine cannot be read.
 */
export function readerOf<T, K, R>(spec: WindowingSpec<T, K, R>, machine: ReadMachine<T>, number?: number): StateReader<K, R> | undefined {
  const { inside } = machine;
  if (!inside) return undefined;
  if ('slices' in inside) return new SlicedReader<T, K, R>(spec, machine, inside, number);
  if ('storedSlices' in inside) return new StoredSlicedReader<T, K, R>(spec, machine, inside, number);
  if ('storedCells' in inside) return new StoredReader<T, K, R>(spec, machine, inside, number);
  return new CellReader<T, K, R>(spec, machine, inside, number);
}
