import { map, of } from 'rxjs';
import { expect, it } from 'vitest';
import { eventTime, toCallback, union } from '../../src/index.js';
import { outputsOf, sinksOf, streamsOf } from '../../src/job/graph.js';
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
