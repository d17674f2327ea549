/** A cut that is read later, bit by bit, with anything in between, is the state as it was at the barrier. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { MachineFactory, WindowMachine } from '../../src/engine/machine.js';
import { stateOn } from '../../src/engine/stateOn.js';
import type { OpenState } from '../../src/engine/workingState.js';
import type { SavedState, StatePart } from '../../src/state/cut.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { nextNumber, readCut, stateOf } from '../cuts.js';
import { KNOWN } from './aggregates.js';
import { runs } from './arbitraries.js';
import { type Choice, choices, options, steps } from './choices.js';
import { type Item, type MachineStep, type Options, specOf } from './machineRun.js';

/** What comes between steps. `of`: one of those that are open, or, to compare with, of those that have been read. */
type Deed =
  | { readonly take: true; readonly of: number }
  | { readonly read: number; readonly of: number }
  | { readonly drop: true; readonly of: number }
  | { readonly batch: readonly Item[] };

interface OpenCut {
  readonly number: number;
  readonly base: SavedState | undefined;
  /** The state as it was, read at once. */
  readonly expected: SavedState;
  readonly parts: Iterator<StatePart>;
  readonly read: StatePart[];
}

/** Many keys, so that a slice has several blocks, in few slices, so that the loop over them goes on. */
const batch = fc.array(
  fc.record({
    key: fc.nat(40).map(number => `key ${number}`),
    value: fc.integer({ min: -5, max: 5 }),
    at: fc.integer({ min: 10, max: 14 }),
  }),
  { minLength: 1, maxLength: 40 },
);

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ take: fc.constant<true>(true), of: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ read: fc.integer({ min: 1, max: 4 }), of: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ drop: fc.constant<true>(true), of: fc.nat(9) }) },
  { weight: 2, arbitrary: batch.map(some => ({ batch: some })) },
);

/** Cuts of one machine. */
class Cutter {
  readonly #machine: WindowMachine<Item>;
  readonly #done: (readonly [number, SavedState])[] = [];
  #open: OpenCut[] = [];

  constructor(machine: WindowMachine<Item>) {
    this.#machine = machine;
  }

  act(deed: Deed): void {
    if ('batch' in deed) this.#run(deed.batch);
    else if ('take' in deed) this.#take(deed.of);
    else if ('drop' in deed) this.#drop(deed.of);
    else this.#read(deed.of, deed.read);
  }

  finish(): void {
    while (this.#open.length > 0) this.#read(0, Number.POSITIVE_INFINITY);
  }

  #take(of: number): void {
    const number = nextNumber();
    const [since, base] = this.#done[of % (this.#done.length + 1)] ?? [0, undefined];
    const expected = readCut(this.#machine.cut(number, 0));
    const { rest, parts } = this.#machine.cut(number, since);
    expect(rest).toEqual(expected.rest);
    this.#open.push({ number, base, expected, parts: parts[Symbol.iterator](), read: [] });
  }

  #read(of: number, count: number): void {
    const cut = this.#open[of % this.#open.length];
    if (!cut) return;
    for (let i = 0; i < count; i++) {
      const { value, done } = cut.parts.next();
      if (done) {
        this.#open = this.#open.filter(other => other !== cut);
        const { rest } = cut.expected;
        expect(readCut({ rest, parts: cut.read }, cut.base)).toEqual(cut.expected);
        this.#done.push([cut.number, cut.expected]);
        return;
      }
      cut.read.push(structuredClone(value));
    }
  }

  #drop(of: number): void {
    const cut = this.#open[of % this.#open.length];
    if (!cut) return;
    cut.parts.return?.();
    this.#open = this.#open.filter(other => other !== cut);
  }

  #run(values: readonly Item[]): void {
    if (!this.#machine.run) for (const one of values) this.#machine.element(one, one.at, 1);
    const { watermark } = this.#machine;
    const stretch = { values, timestampOf: (one: Item) => one.at, bound: 20, horizon: Infinity, watermark, at: 0, to: values.length };
    const lent = { ...stretch, time: undefined };
    while (this.#machine.run && lent.at < lent.to) this.#machine.run(lent);
  }
}

function check(
  choice: Choice,
  aggregate: Aggregate<Item, any, unknown>,
  o: Options,
  all: readonly MachineStep[],
  deeds: Deed[][],
  tables?: OpenState,
): void {
  const { assigner, trigger } = choice;
  let made = 0;
  const factory: MachineFactory = tables
    ? (spec, ...rest) => (tables.machine(`${++made}`, spec) as MachineFactory)(spec, ...rest)
    : choice.factory;
  const silent = { pane: () => {}, late: () => {}, reached: () => {} };
  const spec = specOf(assigner, aggregate, o, trigger);
  const machine = factory(spec, silent, dropCounts());
  const cutter = new Cutter(machine);
  const added: Item[] = [];
  all.forEach((step, i) => {
    if ('item' in step) machine.element(step.item, step.item.at, step.diff);
    else if ('watermark' in step) machine.advance(Math.max(step.watermark, machine.watermark), machine.processingTime);
    else if ('clock' in step) machine.advance(machine.watermark, Math.max(step.clock, machine.processingTime));
    // What came is taken back now and then, where it is still known.
    if ('item' in step) added.push(step.item);
    else if (aggregate.remove && !assigner.merging && added[i % 7]) machine.element(added[i % 7] as Item, (added[i % 7] as Item).at, -1);
    for (const one of deeds[i] ?? []) cutter.act(one);
  });
  cutter.finish();
  // And it is what a restart goes on from.
  const state = stateOf(machine);
  expect(contentOf(stateOf(factory(spec, silent, dropCounts(), state)))).toEqual(contentOf(state));
}

/** Parts are numbered anew after a restart. */
function contentOf({ rest, parts }: SavedState): unknown {
  const placeOf = ({ data }: StatePart): number => {
    const { slice, seq } = data as { slice?: number; seq?: number };
    return slice ?? seq ?? 0;
  };
  // Tables give blocks of cells.
  const each = parts.flatMap(part => (Array.isArray(part.data) ? part.data.map((data): StatePart => ({ id: part.id, data })) : [part]));
  const inOrder = each.sort((a, b) => placeOf(a) - placeOf(b));
  return { rest, parts: inOrder.map(({ data }) => data) };
}

describe('a cut', () => {
  const hold = (numRuns: number, tables?: OpenState): void => {
    const known = fc.constantFrom(...KNOWN.filter(({ strict }) => !strict));
    // Without the end of time, which leaves nothing.
    const some = steps.map(drawn => drawn.filter(step => !('watermark' in step && step.watermark === END_OF_TIME)));
    const deeds = fc.array(fc.array(deed, { maxLength: 3 }), { minLength: 30, maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(choices, known, options, some, deeds, (choice, { aggregate }, o, all, drawn) =>
        check(choice, aggregate, o, all, drawn, tables),
      ),
      { numRuns: runs(numRuns) },
    );
  };

  it('read later equals the state at its barrier, whatever comes in between', () => hold(3_000), 600_000);

  it('does so on tables, of which hardly anything is at hand', async () => {
    const state = await stateOn(orderedMemory(), { cache: 1 }).open();
    hold(300, state);
    await state.close();
  }, 600_000);
});
