import { describe, expect, it } from 'vitest';
import { timed, timedRun } from '../../bench/stopwatch.js';

/** Milliseconds of work. */
function busy(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('stopwatch', () => {
  it('times work that does not wait at once', () => {
    expect(timed(() => busy(3))).toBeGreaterThan(0);
    expect(typeof timedRun(() => undefined)).toBe('number');
  });

  it('times what waits to its end, the waiting itself not counted, since others have the processor meanwhile', async () => {
    let done = false;
    const took = await timedRun(async () => {
      await Promise.resolve();
      busy(5);
      done = true;
    });
    expect(done).toBe(true);
    expect(took).toBeGreaterThan(1);
  });
});
