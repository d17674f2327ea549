import { expect, it } from 'vitest';
import { PendingRows } from '../../src/job/pendingRows.js';

it('gives rows to the transaction of the next barrier', () => {
  const rows = new PendingRows<number>();
  rows.add(1);
  rows.add(2);
  expect(rows.rotate('1-1')).toEqual([1, 2]);
  rows.add(3);
  expect(rows.length).toBe(1);
  expect(rows.of('1-1')).toEqual([1, 2]);
  rows.forget('1-1');
  expect(rows.of('1-1')).toBe(undefined);
  expect(rows.rotate('1-2')).toEqual([3]);
});

it('gives those of a failed one to the next, before later ones', () => {
  const rows = new PendingRows<number>();
  rows.add(1);
  rows.rotate('1-1');
  rows.add(2);
  rows.abort('1-1');
  rows.abort('unknown');
  expect(rows.rotate('1-2')).toEqual([1, 2]);
});
