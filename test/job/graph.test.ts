import { map } from 'rxjs';
import { expect, it } from 'vitest';
import { eventTime, toCallback, union } from '../../src/index.js';
import { sinksOf, streamsOf } from '../../src/job/graph.js';

it('finds every stream once, those near the sources first, and the sinks among them', () => {
  const source = eventTime([{ at: 1 }], { name: 's', timestamp: e => e.at });
  const left = source.pipe(map(e => e));
  const both = union(left, source).pipe(toCallback(() => undefined, { name: 'out' }));
  const streams = streamsOf([both, left]);
  expect(streams).toEqual([source, left, both.inputs[0], both]);
  expect(sinksOf(streams)).toEqual([both]);
  expect(both.name).toBe('s');
});
