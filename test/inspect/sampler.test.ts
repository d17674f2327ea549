import { describe, expect, it } from 'vitest';
import { Sampler } from '../../src/inspect/sampler.js';

describe('a sampler', () => {
  it('takes so many of each kind in a second, and says how many it left out before', () => {
    const sampler = new Sampler(2);
    const [a, b] = [{}, {}];
    const taken = [10, 20, 30, 40, 1_000, 1_010].map(now => sampler.take(a, 'element', now));
    expect(taken).toEqual([0, 0, undefined, undefined, 2, 0]);
    expect([sampler.take(b, 'element', 1_020), sampler.take(a, 'pane', 1_020)]).toEqual([0, 0]);
  });

  it('counts what stands for many', () => {
    const sampler = new Sampler(1);
    const of = {};
    expect([sampler.take(of, 'element', 0, 5), sampler.take(of, 'element', 1, 7), sampler.take(of, 'element', 1_000, 3)]).toEqual([
      4,
      undefined,
      9,
    ]);
  });
});
