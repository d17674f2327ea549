import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, topOf } from '../../src/time/histogram.js';
import { RecentLags } from '../../src/time/recentLags.js';

const lag = fc.oneof(fc.constant(0), fc.nat(100), fc.nat(1_000_000));
const asked = fc.constantFrom(0.5, 0.1, 0.01, 0, -0.3);

/** The same by a list of all elements: whether a number is the least one that is safe enough. */
class Naive {
  readonly #memory: number;
  readonly #lags: number[] = [];

  constructor(memory: number) {
    this.#memory = memory;
  }

  add(value: number): void {
    this.#lags.push(topOf(bucketOf(value, 5), 5));
  }

  /** Beyond doubt by rounding. */
  agrees(said: number, share: number): boolean {
    const { length } = this.#lags;
    const weight = (index: number): number => (1 + 1 / this.#memory) ** (index - length);
    const above = (least: number): number => this.#lags.reduce((sum, value, index) => sum + (value > least ? weight(index) : 0), 0);
    const safe = (least: number, slack: number): boolean => above(least) + 1 <= share * (above(-1) + 1) + slack;
    const largest = Math.max(...this.#lags);
    if (said === largest) return !this.#lags.some(value => value < said && safe(value, -1e-9));
    return safe(said, 1e-9) && !this.#lags.some(value => value < said && safe(value, -1e-9));
  }
}

describe('RecentLags', () => {
  it('equals a naive model after each element, whatever share is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(lag, asked), { minLength: 1, maxLength: 120 }), fc.integer({ min: 30, max: 500 }), (steps, memory) => {
        const recent = new RecentLags(memory);
        const naive = new Naive(memory);
        for (const [value, share] of steps) {
          recent.add(value);
          naive.add(value);
          const said = recent.exceededBy(share);
          if (!naive.agrees(said, share)) expect.fail(`${said} for ${share} is not the least that is safe enough`);
        }
      }),
    );
  });

  it('goes on from its memory, which is plain data, in every bit', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(lag, asked, fc.boolean()), { maxLength: 400 }), fc.integer({ min: 2, max: 50 }), (steps, memory) => {
        const straight = new RecentLags(memory);
        let restarted = new RecentLags(memory);
        for (const [value, share, restart] of steps) {
          if (restart) restarted = new RecentLags(memory, JSON.parse(JSON.stringify(restarted.memory())));
          straight.add(value);
          restarted.add(value);
          expect(restarted.exceededBy(share)).toBe(straight.exceededBy(share));
        }
        expect(restarted.memory()).toEqual(straight.memory());
      }),
    );
  });

  it('forgets a lone large number, but not soon', () => {
    const recent = new RecentLags(100);
    recent.add(5_000);
    const until = (): number => {
      for (let count = 1; ; count++) {
        recent.add(7);
        if (recent.exceededBy(0) < 5_000) return count;
      }
    };
    const gone = until();
    expect(gone).toBeGreaterThan(400);
    expect(gone).toBeLessThan(850);
  });

  it('follows a change', () => {
    const recent = new RecentLags(100);
    for (let count = 0; count < 10_000; count++) recent.add(10);
    expect(recent.exceededBy(0.1)).toBe(10);
    for (let count = 0; count < 20; count++) recent.add(50);
    expect(recent.exceededBy(0.1)).toBe(50);
    for (let count = 0; count < 100; count++) recent.add(10);
    expect(recent.exceededBy(0.1)).toBe(10);
  });

  it('knows nothing at first', () => {
    expect(new RecentLags(10).exceededBy(0.1)).toBe(0);
  });
});
