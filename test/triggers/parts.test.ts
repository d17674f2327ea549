import { expect, it } from 'vitest';
import { afterCount } from '../../src/triggers/afterCount.js';
import { clear, earliest, latest } from '../../src/triggers/parts.js';

it('earliest and latest: by the order any-time, at-end, never', () => {
  expect([earliest(['never', 'at-end', 'any-time']), earliest(['never', 'at-end']), earliest(['never']), earliest([])]).toEqual([
    'any-time',
    'at-end',
    'never',
    'never',
  ]);
  expect([latest(['any-time', 'never', 'at-end']), latest(['at-end', 'any-time']), latest(['any-time'])]).toEqual([
    'never',
    'at-end',
    'any-time',
  ]);
});

it('clear: by the trigger, or by its default', () => {
  expect(clear(afterCount(3), { n: 2, done: false })).toEqual({ n: 0, done: false });
  const { clear: _, ...plain } = afterCount(3);
  expect(clear(plain, { n: 2, done: false })).toEqual({ n: 0, done: false });
  expect(clear(plain, { n: 2, done: true })).toEqual({ n: 2, done: true });
});
