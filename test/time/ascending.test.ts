import { expect, it } from 'vitest';
import { ascending } from '../../src/time/ascending.js';

it('ascending: the watermark is the highest timestamp so far', () => {
  const strategy = ascending();
  expect(strategy.name).toBe('ascending()');
  const generator = strategy.create();
  expect([5, 3, 5, -2, 9].map(time => generator.onEvent(time, {}))).toEqual([5, 5, 5, 5, 9]);
  expect(strategy.create().onEvent(-7, {})).toBe(-7);
});
