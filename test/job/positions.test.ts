import { expect, it } from 'vitest';
import { Positions } from '../../src/job/positions.js';

it('knows where sources stood at the oldest checkpoint that is kept, if it has seen that', () => {
  const positions = new Positions();
  for (const seq of [4, 5, 7]) positions.add(seq, [{ name: 's', position: seq * 10 }]);
  expect(positions.trim(3)).toBe(undefined);
  expect(positions.trim(5)?.get('s')).toBe(50);
  expect(positions.trim(4)).toBe(undefined);
  expect(positions.trim(7)?.get('s')).toBe(70);
  expect(positions.trim(6)).toBe(undefined);
});
