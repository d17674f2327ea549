import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badTimestamp, checkTimestamp, END_OF_TIME, floorTo, START_OF_TIME, shift } from '../../src/time/timestamp.js';
import { refusal } from '../support.js';

describe('checkTimestamp', () => {
  it('takes integers from START_OF_TIME to END_OF_TIME', () => {
    for (const time of [0, -1, 1.7e12, START_OF_TIME, END_OF_TIME]) expect(() => checkTimestamp(time, 'x', {})).not.toThrow();
  });

  const filter = 'Filter such elements out before eventTime().';
  it.each([
    [Number.NaN, 'NaN', filter],
    [Number.POSITIVE_INFINITY, 'Infinity', filter],
    [undefined, 'undefined', 'Has the element that field?'],
    [null, 'null', filter],
    [{}, '{}', filter],
    [1.5, '1.5', 'Round it: Math.floor(timestamp).'],
    [1.7e18, '1700000000000000000', 'So far from the clock: is it in seconds or microseconds? Or set maxFuture, late or drops.'],
    [END_OF_TIME + 1, '9007199254740992', 'So far from the clock: is it in seconds or microseconds? Or set maxFuture, late or drops.'],
    [5n, '5n', 'Return Number(timestamp), in milliseconds.'],
    ['2024-03-31', '"2024-03-31"', 'Return Date.parse(text), or Number(text) for epoch milliseconds.'],
    [new Date(0), 'Date 1970-01-01T00:00:00.000Z', 'Return date.getTime().'],
    [new Date(Number.NaN), 'Invalid Date', filter],
  ])('refuses %s with a cure', (timestamp, shown, cure) => {
    const sentence = `BAD_TIMESTAMP: eventTime: timestamp must be a safe integer: milliseconds since the epoch, but came as ${shown}. Element: {"id":7}. ${cure}`;
    expect(refusal(() => checkTimestamp(timestamp, 'eventTime: timestamp', { id: 7 }))).toBe(sentence);
    expect(`BAD_TIMESTAMP: ${badTimestamp(timestamp, 'eventTime: timestamp', { id: 7 }).message}`).toBe(sentence);
  });
});

describe('shift', () => {
  it('moves a time, and stays within the ends of time', () => {
    expect(shift(5, -7)).toBe(-2);
    expect(shift(END_OF_TIME - 1, 5)).toBe(END_OF_TIME);
    expect(shift(START_OF_TIME + 1, -5)).toBe(START_OF_TIME);
    expect(shift(0, Number.POSITIVE_INFINITY)).toBe(END_OF_TIME);
  });
});

describe('floorTo', () => {
  it('gives the start of the period that holds the time', () => {
    expect([floorTo(7, 5, 0), floorTo(-1, 5, 0), floorTo(-5, 5, 0), floorTo(7, 5, 3), floorTo(2, 5, 3), floorTo(7, 5, -1)]).toEqual([
      5, -5, -5, 3, -2, 4,
    ]);
    const within = fc.integer({ min: -1e12, max: 1e12 });
    fc.assert(
      fc.property(within, fc.integer({ min: 1, max: 1e9 }), within, (time, size, offset) => {
        const start = floorTo(time, size, offset);
        return start <= time && time < start + size && Math.abs((start - offset) % size) === 0;
      }),
    );
  });
});
