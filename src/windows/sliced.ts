/** What assigners of aligned windows have in common: each says what its slices are and, where windows overlap, which ones hold an instant. */
import type { MachineFactory } from '../engine/machine.js';
import { slicedMachine } from '../engine/slicedMachine.js';
import type { Slicing, WindowAssigner } from '../engine/window.js';
import type { Timestamp } from '../time/timestamp.js';

/** Calls `add` for each window that holds an instant, in order of window end. Of those that begin before `known`, the first and the last will do. */
export type Windows = (timestamp: Timestamp, add: (start: Timestamp, end: Timestamp) => void, known?: Timestamp) => void;

/** The assigner of aligned windows. Without `windows` they lie apart: each is a slice. */
export function sliced(
  name: string,
  slice: Slicing['slice'],
  machine: MachineFactory = slicedMachine,
  windows?: Windows,
): WindowAssigner<unknown> {
  const own = { start: 0, end: 0 };
  const each: Windows =
    windows ??
    ((timestamp, add) => {
      slice(timestamp, own);
      add(own.start, own.end);
    });
  return Object.freeze<WindowAssigner<unknown>>({
    name,
    merging: false,
    machine,
    assign: (timestamp, _value, add) => each(timestamp, add),
    slicing: Object.freeze<Slicing>({ slice, windows: (start, _end, add, known) => each(start, add, known) }),
  });
}
