import { expect, it } from 'vitest';
import { bytesText, counted, table, timeText } from '../../src/cli/table.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';

it('sets columns to the left, or to the right, without spaces at the ends of lines', () => {
  const rows = [['a', '1', ''], ['long name', '1234', 'x']]; // biome-ignore format: one line
  expect(table(['key', '>count', ''], rows)).toBe('key        count\na              1\nlong name   1234  x\n');
  expect(table(['key'], [])).toBe('key\n');
});

it('says sizes, counts and times', () => {
  expect([0, 999, 1_000, 999_949, 999_950, 12_345_678, 2e9].map(bytesText)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '999.9 kB',
    '1.0 MB',
    '12.3 MB',
    '2.0 GB',
  ]);
  expect([counted(1, 'row'), counted(0, 'row'), counted(12_345, 'row')]).toEqual(['1 row', '0 rows', '12,345 rows']);
  expect(timeText(Date.UTC(2024, 2, 9, 16))).toBe('2024-03-09 16:00:00Z');
  expect(timeText(Date.UTC(2024, 2, 9, 16, 0, 0, 7))).toBe('2024-03-09 16:00:00.007Z');
  // Times that are no times of a calendar: as they are.
  expect([0, 61_000, -5].map(timeText)).toEqual(['0', '61,000', '-5']);
  expect([START_OF_TIME, END_OF_TIME, END_OF_TIME - 1, Infinity, 8.7e15].map(timeText)).toEqual([
    'start',
    'end',
    'end',
    'end',
    '8,700,000,000,000,000',
  ]);
});
