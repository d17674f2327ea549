/** Runs scenarios through an operator and the reference model, and holds what readers see of the one to what the other holds. */
import fc from 'fast-check';
import { Subscription } from 'rxjs';
import { expect } from 'vitest';
import { type ReadMachine, readerOf } from '../../src/engine/readerOf.js';
import { stateOn } from '../../src/engine/stateOn.js';
import type { ScanRange, StateEntry, StateReader } from '../../src/engine/stateReader.js';
import type { WindowsAtWork } from '../../src/engine/windowsAtWork.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { testStream } from '../../src/testing/testStream.js';
import type { TraceElement } from '../../src/testing/trace.js';
import { tracePipeline } from '../../src/testing/tracePipeline.js';
import { nextNumber, readCut } from '../cuts.js';
import type { RunStep, Scenario } from '../properties/arbitraries.js';
import { Model, type ModelState } from '../properties/model.js';

/** What is done beside the steps: a cut is held, let go of, or read as a checkpoint reads it. */
export type Beside = 'hold' | 'release' | 'checkpoint' | 'nothing';

export const besides: fc.Arbitrary<Beside[]> = fc.array(fc.constantFrom<Beside>('hold', 'release', 'checkpoint', 'nothing'), {
  minLength: 31,
  maxLength: 31,
});

interface Held {
  readonly reader: StateReader<string, number | number[]>;
  readonly expected: readonly ModelState[];
}

const EVERYTHING = { from: -Infinity, to: Infinity, unfired: true, reverse: false, wants: () => true };

/** `cache`: keys at hand of state on tables; undefined: in memory. */
export async function readersSee({ spec, steps }: Scenario, beside: readonly Beside[], cache?: number): Promise<void> {
  const source = testStream<TraceElement>({ start: 0, time: 'event' });
  const stream = tracePipeline(spec)(source, () => undefined);
  const working = cache === undefined ? undefined : await stateOn(orderedMemory(), { cache }).open();
  let operator: WindowsAtWork<TraceElement, string, number | number[]> | undefined;
  const sink = {
    closed: false,
    next() {},
    watermark() {},
    idle() {},
    error: (error: unknown) => expect(error).toBeUndefined(),
    complete() {},
  };
  const job = { windows: (_name: unknown, at: WindowsAtWork<any, any, any>) => void (operator = at) } as any;
  const connected = new Subscription();
  connected.add(stream.connect(sink, { clock: stream.clock as any, state: undefined, job, working }));
  const { spec: windows, machine } = operator as unknown as WindowsAtWork<TraceElement, string, number | number[]>;
  const model = new Model(spec, 0);
  const live = readerOf(windows, machine) as StateReader<string, number | number[]>;
  const held: Held[] = [];
  const known = new Set<string>();
  let since = 0;
  steps.forEach((step, i) => {
    if ('restart' in step) return;
    take(step, source, model);
    if (model.unsettled) return;
    const expected = model.state;
    for (const { start, end } of expected) known.add(`${start}/${end}`);
    check(live, expected, known);
    if (beside[i] === 'hold' && held.length < 3) held.push({ reader: hold(windows, machine), expected });
    else if (beside[i] === 'release') held.shift()?.reader.release();
    else if (beside[i] === 'checkpoint') {
      const number = nextNumber();
      readCut(machine.cut(number, since));
      since = number;
    }
    for (const { reader, expected: then } of held) check(reader, then, known);
  });
  for (const { reader } of held) reader.release();
  connected.unsubscribe();
}

function hold<R>(spec: WindowsAtWork<TraceElement, string, R>['spec'], machine: ReadMachine<TraceElement>): StateReader<string, R> {
  return readerOf(spec, machine, nextNumber()) as StateReader<string, R>;
}

function take(step: RunStep, source: ReturnType<typeof testStream<TraceElement>>, model: Model): void {
  if ('element' in step) {
    source.add(step.element, step.element.timestamp);
    model.element(step.element);
  } else if ('watermark' in step) {
    source.advanceWatermarkTo(Math.max(step.watermark, source.watermark));
    model.advance(step.watermark, model.clock);
  } else if ('processingTime' in step) {
    source.advanceProcessingTimeTo(Math.max(step.processingTime, source.clock.now()));
    model.advance(model.watermark, step.processingTime);
  }
}

function check(reader: StateReader<string, number | number[]>, expected: readonly ModelState[], known: ReadonlySet<string>): void {
  const whole = inOrder(expected);
  const keys = [...new Set(['a', 'b', 'c', 'nobody', ...whole.map(({ key }) => key)])];
  const bounds = [...known].map(name => name.split('/').map(Number) as [number, number]);
  const instants = [-4, 0, 7, 12];
  const seen = entriesOf(reader, EVERYTHING);
  const said = entriesOf(reader, { ...EVERYTHING, unfired: false, from: 3, to: 9 });
  const windows = new Set([...reader.windows()].flatMap(window => (window ? [`${window.start}/${window.end}`] : [])));
  const ownOf = (key: string): ModelState[] => whole.filter(entry => entry.key === key).sort((a, b) => a.start - b.start || a.end - b.end);
  same(
    {
      all: inOrder(seen),
      back: entriesOf(reader, { ...EVERYTHING, reverse: true })
        .map(nameOf)
        .sort(),
      said: inOrder(said),
      of: keys.map(key => reader.of(key).map(plain)),
      find: keys.map(key => bounds.map(([start, end]) => plainOrNot(reader.find(key, { start, end })))),
      at: keys.map(key => instants.map(instant => plainOrNot(reader.at(key, instant)))),
      windows: whole.filter(({ start, end }) => !windows.has(`${start}/${end}`)),
      over: whole.filter(window => reader.isOver(window)),
    },
    {
      all: whole,
      back: whole.map(nameOf).sort(),
      said: whole.filter(({ pane, start, end }) => pane && end > 3 && start < 9),
      of: keys.map(ownOf),
      find: keys.map(key => bounds.map(([start, end]) => ownOf(key).find(entry => entry.start === start && entry.end === end))),
      at: keys.map(key =>
        instants.map(instant =>
          ownOf(key)
            .filter(({ start, end }) => start <= instant && instant < end)
            .at(-1),
        ),
      ),
      windows: [],
      over: [],
    },
  );
}

/** There are very many of these, and `toEqual` takes its time. */
function same(seen: unknown, expected: unknown): void {
  if (JSON.stringify(seen, told) !== JSON.stringify(expected, told)) expect(seen).toEqual(expected);
}

function told(_name: string, value: unknown): unknown {
  return value === undefined ? 'undefined' : typeof value === 'number' ? String(value) : value;
}

function entriesOf(reader: StateReader<string, number | number[]>, range: ScanRange<string>): ModelState[] {
  return [...reader.entries(range)].flatMap(entry => (entry ? [plain(entry)] : []));
}

function plainOrNot(entry: StateEntry<string, number | number[]> | undefined): ModelState | undefined {
  return entry && plain(entry);
}

function plain({ key, window, value, status, pane: last, fresh }: StateEntry<string, number | number[]>): ModelState {
  const pane = last && { index: last.index, nonSpeculativeIndex: last.nonSpeculativeIndex, timing: last.timing };
  const sorted = Array.isArray(value) ? [...value].sort((a, b) => a - b) : value;
  return { key, start: window.start, end: window.end, value: sorted, status, pane, fresh };
}

function nameOf({ key, start, end }: ModelState): string {
  return `${key} ${start} ${end}`;
}

function inOrder(states: readonly ModelState[]): ModelState[] {
  return [...states].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
