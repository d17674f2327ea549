import { describe, expect, it } from 'vitest';
import { union } from '../../src/operators/union.js';
import { streamsOf } from '../../src/stream/streamsOf.js';
import { timed } from '../streams.js';

describe('the streams of a graph', () => {
  it('are each there once, behind those that they are made of', () => {
    const [a, b] = [timed([]), timed([])];
    const both = union(a, b);
    const all = union(both, a);
    expect(streamsOf([both, all])).toEqual([a, b, both, all]);
  });
});
