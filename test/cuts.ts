/** Cuts in tests: read at once, as plain data of their own. */
import type { SavedState, StateCut, StatePart } from '../src/state/cut.js';

/** What takes cuts. */
export interface Cuttable {
  cut(number: number, since: number): StateCut;
}

// Numbers ascend, whoever takes the cut.
let numbers = 0;

export function nextNumber(): number {
  return ++numbers;
}

/** Reads a cut; parts without data are as they are in `base`. */
export function readCut({ rest, parts }: StateCut, base?: SavedState): SavedState {
  const known = new Map(base?.parts.map(part => [part.id, part]));
  const whole = [...parts].map(part => ('data' in part ? part : (known.get(part.id) as StatePart)));
  return structuredClone({ rest, parts: whole });
}

/** All state, as it is now. */
export function stateOf(cuttable: Cuttable): SavedState {
  return readCut(cuttable.cut(nextNumber(), 0));
}
