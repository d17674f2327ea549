/** The sliced machine for windows that overlap: with a ring that puts them together at a constant cost. */
import type { MachineFactory } from './machine.js';
import { SlicedMachine } from './slicedMachine.js';
import { SliceRing } from './sliceRing.js';

/** Makes a sliced machine with a ring. */
export const ringedMachine: MachineFactory = (spec, output, drops, snapshot) =>
  new SlicedMachine(spec, output, drops, snapshot, new SliceRing(spec.aggregate));
