/** Runs what shapes a stream through steps, with restarts from a snapshot between them. */
import fc from 'fast-check';
import { dropCounts } from '../../src/engine/drops.js';
import type { DropCounts } from '../../src/engine/machine.js';
import type { LateRecord } from '../../src/engine/pane.js';
import type { Shaper, ShaperOutput } from '../../src/engine/shaper.js';
import type { SavedState } from '../../src/state/cut.js';
import { stateOf } from '../cuts.js';

export interface Item {
  readonly id: unknown;
  /** The place in the input: no two are the same. */
  readonly n: number;
  readonly t: number;
  readonly diff: 1 | -1;
}

export type ShaperStep = { readonly item: Item } | { readonly watermark: number };

/** What one step gave. */
export interface ShaperSaid {
  readonly out: readonly Item[];
  readonly late: readonly LateRecord<Item>[];
  readonly duplicates: readonly Item[];
  readonly watermark: number;
}

export type MakeShaper = (drops: DropCounts, output: ShaperOutput<Item>, saved?: SavedState) => Shaper<Item>;

export function runShaper(make: MakeShaper, steps: readonly ShaperStep[], restart = false): { said: ShaperSaid[]; drops: DropCounts } {
  let out: Item[] = [];
  let late: LateRecord<Item>[] = [];
  let duplicates: Item[] = [];
  const output: ShaperOutput<Item> = {
    closed: false,
    element: (value, timestamp, diff) => {
      if (timestamp !== value.t || diff !== value.diff) throw new Error(`${JSON.stringify(value)} with ${timestamp}, ${diff}`);
      out.push(value);
    },
    late: record => late.push(record),
    duplicate: value => duplicates.push(value),
  };
  let drops = dropCounts();
  let shaper = make(drops, output);
  const said = steps.map(step => {
    if ('item' in step) shaper.element(step.item, step.item.t, step.item.diff);
    else shaper.advance(step.watermark);
    const one = { out, late, duplicates, watermark: shaper.watermark };
    [out, late, duplicates] = [[], [], []];
    if (restart) {
      const saved = stateOf(shaper);
      drops = dropCounts();
      shaper = make(drops, output, saved);
    }
    return one;
  });
  return { said, drops };
}

/** Elements of few ids and few instants, and watermarks, the last of which is the end of time. */
export const shaperSteps: fc.Arbitrary<ShaperStep[]> = fc
  .array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ id: fc.constantFrom<unknown>('a', 'b', ['a', 'b']), t: fc.integer({ min: -10, max: 25 }) }),
      },
      { weight: 2, arbitrary: fc.record({ watermark: fc.integer({ min: -12, max: 30 }) }) },
    ),
    { maxLength: 40, size: 'max' },
  )
  .map(drawn => {
    const steps = drawn.map((step, n): ShaperStep => ('t' in step ? { item: { ...step, n, diff: 1 } } : step));
    return [...steps, { watermark: Number.MAX_SAFE_INTEGER }];
  });
