import { expect, it } from 'vitest';
import * as tag from '../../src/checkpoint/tags.js';

it('has each tag once, apart from numbers and short texts', () => {
  const { SHORT_TEXT, SHORT_TEXT_MAX, MAX_DEPTH, MAX_NAMES, MAX_SHAPES, VALUES_VERSION, VIEWS, ERRORS, ...tags } = tag;
  const numbers = Object.values(tags);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const number of numbers) {
    expect(number).toBeGreaterThan(127);
    expect(number < SHORT_TEXT || number > SHORT_TEXT + SHORT_TEXT_MAX).toBe(true);
  }
});
