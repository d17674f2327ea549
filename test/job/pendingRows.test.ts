import { expect, it } from 'vitest';
import { PendingRows, readRoom } from '../../src/job/pendingRows.js';
import { refusal } from '../support.js';

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

it('asks for a barrier, once, when as many wait as there is room for, and says when there is room again', () => {
  const said: string[] = [];
  const context = { checkpoint: () => void said.push('checkpoint'), relieve: () => void said.push('relieve') };
  const rows = new PendingRows<number>(2, context);
  expect([rows.room, said]).toEqual([2, []]);
  for (const row of [1, 2, 3]) rows.add(row);
  expect([rows.room, said]).toEqual([-1, ['checkpoint']]);
  rows.rotate('1-1');
  expect([rows.room, said]).toEqual([2, ['checkpoint', 'relieve']]);
  // Those of a failed one wait for the time of the next.
  rows.abort('1-1');
  expect([rows.room, said.length]).toEqual([-1, 2]);
  expect(new PendingRows<number>().room).toBe(Infinity);
});

it('refuses a room that is none', () => {
  expect(readRoom(5, 'toFile')).toBe(5);
  for (const room of [0, 1.5, '5', Infinity])
    expect(refusal(() => readRoom(room, 'toFile'))).toContain('toFile: room must be a whole number above 0');
});
