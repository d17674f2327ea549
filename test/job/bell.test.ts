import { expect, it } from 'vitest';
import { Bell } from '../../src/job/bell.js';

it('wakes all that wait, once', async () => {
  const bell = new Bell();
  const woken: string[] = [];
  const [a, b] = ['a', 'b'].map(who => bell.wait().then(() => void woken.push(who)));
  bell.ring();
  await Promise.all([a, b]);
  void bell.wait().then(() => void woken.push('c'));
  await Promise.resolve();
  expect(woken).toEqual(['a', 'b']);
});
