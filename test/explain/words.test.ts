import { describe, expect, it } from 'vitest';
import { inputName, instant, operatorName, several, span } from '../../src/explain/words.js';
import { testStream } from '../../src/testing/testStream.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';

const at = (text: string): number => Date.parse(text);

describe('words', () => {
  it('show instants as short as can be, and as numbers where they are none of the calendar', () => {
    const noon = at('2024-03-31T12:00Z');
    expect(instant(noon)).toBe('2024-03-31T12:00Z');
    expect(instant(noon + 1, noon)).toBe('12:00:00.001Z');
    expect(instant(noon + 5_000, noon)).toBe('12:00:05Z');
    expect(instant(noon, at('2024-03-30T12:00Z'))).toBe('2024-03-31T12:00Z');
    expect([instant(5), instant(-5), instant(9e15), instant(noon, END_OF_TIME)]).toEqual([
      '5',
      '-5',
      '9000000000000000',
      '2024-03-31T12:00Z',
    ]);
    expect([instant(START_OF_TIME), instant(END_OF_TIME)]).toEqual(['the beginning of time', 'the end of time']);
  });

  it('show lengths of time in their two largest units', () => {
    const lengths = [0, 999, 1_000, 61_000, 470_000, 3_600_000, 3_661_000, 90_000_000, 86_400_000 * 12 + 1];
    expect(lengths.map(span)).toEqual(['0ms', '999ms', '1s', '1m1s', '7m50s', '1h', '1h1m', '1d1h', '12d']);
  });

  it('name operators and sources', () => {
    expect(operatorName(testStream())).toBe('testStream');
    expect([inputName('flights', undefined), inputName('flights', 3), inputName('flights', 'a')]).toEqual([
      'flights',
      'flights[3]',
      'flights["a"]',
    ]);
    expect([several(1, 'call'), several(2, 'call')]).toEqual(['1 call', '2 calls']);
  });
});
