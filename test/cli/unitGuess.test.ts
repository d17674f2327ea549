import { describe, expect, it } from 'vitest';
import { UnitGuess } from '../../src/cli/unitGuess.js';

function guess(...times: number[]): unknown {
  const guess = new UnitGuess();
  for (const time of times) guess.add(time);
  return guess.found;
}

describe('UnitGuess', () => {
  const now = 1_710_000_000;
  it('tells seconds and microseconds from milliseconds, by most of them', () => {
    expect([guess(now), guess(now * 1e3), guess(now * 1e6)]).toEqual(['s', undefined, 'us']);
    expect([guess(now, now, now * 1e3), guess(now, now * 1e3, now * 1e3), guess(now, now * 1e3)]).toEqual(['s', undefined, undefined]);
    expect([guess(), guess(-now), guess(0, 5, 99_000_000)]).toEqual([undefined, 's', undefined]);
  });
});
