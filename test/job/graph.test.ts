import { map, of } from 'rxjs';
import { expect, it } from 'vitest';
import { operatorId } from '../../src/checkpoint/operatorId.js';
import {
  coGroup,
  count,
  dedupe,
  type EventStream,
  eventTime,
  finals,
  intervalJoin,
  joinWith,
  latestPane,
  mapAsync,
  materialize,
  reorder,
  split,
  toCallback,
  tumbling,
  union,
  updates,
  windowBy,
} from '../../src/index.js';
import { idsOf, outputsOf, sinksOf } from '../../src/job/graph.js';
import { streamsOf } from '../../src/stream/streamsOf.js';
import { systemClock } from '../../src/stream/systemClock.js';
import { refusal } from '../support.js';

it('finds every stream once, those near the sources first, and the sinks among them', () => {
  const source = eventTime([{ at: 1 }], { name: 's', timestamp: e => e.at });
  const left = source.pipe(map(e => e));
  const both = union(left, source).pipe(toCallback(() => undefined, { name: 'out' }));
  const streams = streamsOf([both, left]);
  expect(streams).toEqual([source, left, both.inputs[0], both]);
  expect(sinksOf(streams)).toEqual([both]);
  expect(both.name).toBe('s');
});

it('takes a pipeline or several, and nothing else', () => {
  const source = eventTime([{ at: 1 }], { name: 's', timestamp: e => e.at });
  expect(outputsOf(source, 'here')).toEqual([source]);
  expect(outputsOf([source, source], 'here')).toEqual([source, source]);
  expect(refusal(() => outputsOf([], 'here'))).toBe('BAD_OPTION: here must be a pipeline or several, but came as [].');
  expect(refusal(() => outputsOf([of(1) as never], 'here'))).toBe(
    'BAD_OPTION: here must be a stream with event time, but came as an Observable. Use eventTime().',
  );
});

it('knows the state of every operator by its stream, also of those that are not connected', () => {
  interface Element {
    readonly at: number;
  }
  const source = (name: string) => eventTime<Element>([{ at: 1 }], { name, timestamp: e => e.at });
  const windows = () => source('w0').pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() }));
  const keys = { leftKey: () => 1, rightKey: () => 1 };
  const branches = Object.values(split(source('s1'), { even: (e: Element) => e.at % 2 === 0 })) as EventStream<Element>[];
  const outputs = [
    windows().pipe(finals()),
    windows().pipe(updates({ every: 5 })),
    windows().pipe(latestPane()),
    windows().pipe(materialize()),
    source('m0').pipe(
      mapAsync(async e => e, { name: 'm', concurrency: 1 }),
      reorder({ within: 1, name: 'r' }),
      dedupe({ id: e => e.at, within: 5, name: 'd' }),
    ),
    union(source('a'), source('b')),
    ...branches,
    source('j0').pipe(joinWith(source('j1'), { name: 'j', window: tumbling(10), ...keys, select: () => 1 })),
    source('i0').pipe(intervalJoin(source('i1'), { name: 'i', within: [-5, 5], ...keys, select: () => 1 })),
    source('c0').pipe(coGroup(source('c1'), { name: 'c', window: tumbling(10), ...keys })),
  ] as unknown as EventStream<unknown>[];
  const registered = new Set<string>();
  const state = {
    register: (kind: string, name: string | undefined) => void registered.add(operatorId(kind, String(name))),
    registerParts: (kind: string, name: string | undefined) => void registered.add(operatorId(kind, String(name))),
  };
  const sink = { closed: false, next() {}, watermark() {}, idle() {}, error() {}, complete() {} };
  for (const output of outputs) output.connect(sink, { clock: systemClock, state }).unsubscribe();
  const ids = idsOf(streamsOf(outputs));
  expect([...registered].filter(id => !ids.has(id))).toEqual([]);
  expect(registered.size).toBeGreaterThan(20);
});
