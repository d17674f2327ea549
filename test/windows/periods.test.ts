import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { LAST_INSTANT, modulo, phase } from '../../src/windows/periods.js';
import { lengths, offsetsFor, timestamps } from './support.js';

describe('phase', () => {
  it('is how long ago the period began, for times before 1970 too', () => {
    expect([0, 1, 9, 10, 11, -1, -10, -11].map(t => phase(t, 10, 0))).toEqual([0, 1, 9, 0, 1, 9, 0, 9]);
    expect([0, 3, 4, -6, -7].map(t => phase(t, 10, 4))).toEqual([6, 9, 0, 0, 9]);
  });

  it('is exact for every timestamp, length and offset', () => {
    const cases = lengths.chain(size => fc.tuple(timestamps, fc.constant(size), fc.integer({ min: 0, max: size - 1 })));
    fc.assert(
      fc.property(cases, ([timestamp, size, offset]) => {
        const exact = (BigInt(timestamp) - BigInt(offset)) % BigInt(size);
        expect(phase(timestamp, size, offset)).toBe(Number(exact < 0n ? exact + BigInt(size) : exact));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is exact at the ends of time, where a plain floor modulo is not', () => {
    expect(phase(START_OF_TIME, 7, 3)).toBe(Number((((BigInt(START_OF_TIME) - 3n) % 7n) + 7n) % 7n));
    expect(phase(END_OF_TIME, Number.MAX_SAFE_INTEGER, 1)).toBe(Number.MAX_SAFE_INTEGER - 1);
  });
});

describe('modulo', () => {
  it('is never negative', () => {
    expect([7, 0, -1, -7, -8].map(value => modulo(value, 7))).toEqual([0, 0, 6, 0, 6]);
    fc.assert(
      fc.property(
        lengths.chain(size => fc.tuple(fc.constant(size), offsetsFor(size))),
        ([size, offset]) => {
          expect(modulo(offset, size)).toBe(offset < 0 ? offset + size : offset);
        },
      ),
    );
  });
});

describe('LAST_INSTANT', () => {
  it('is the last instant of the window that ends at END_OF_TIME', () => {
    expect(LAST_INSTANT).toBe(9_007_199_254_740_990);
  });
});
