import { describe, expect, it } from 'vitest';
import { retried, settled, type Waiting, waiting } from '../../src/kafka/deadline.js';

/** Time that passes when it is waited for. */
function world(): Waiting & { time: number } {
  return {
    time: 0,
    now() {
      return this.time;
    },
    async wait(milliseconds) {
      this.time += milliseconds;
    },
  };
}

describe('retried', () => {
  const passing = (error: unknown): boolean => (error as Error).message === 'passes';

  it('tries again, at growing distances, until it succeeds', async () => {
    const clock = world();
    const at: number[] = [];
    const work = async (): Promise<string> => {
      at.push(clock.time);
      if (at.length < 8) throw new Error('passes');
      return 'done';
    };
    expect(await retried(work, passing, 60_000, clock)).toBe('done');
    expect(at).toEqual([0, 20, 60, 140, 300, 620, 1_120, 1_620]);
  });

  it('gives up at what does not pass, and when the time is over', async () => {
    const clock = world();
    await expect(retried(() => Promise.reject(new Error('stays')), passing, 1_000, clock)).rejects.toThrow('stays');
    expect(clock.time).toBe(0);
    await expect(retried(() => Promise.reject(new Error('passes')), passing, 1_000, clock)).rejects.toThrow('passes');
    expect(clock.time).toBeLessThanOrEqual(1_000);
  });
});

describe('settled', () => {
  it('gives what has stayed the same for so long', async () => {
    const clock = world();
    const look = async (): Promise<number> => Math.min(5, Math.floor(clock.time / 300));
    expect(await settled(look, (a, b) => a === b, 1_000, clock)).toBe(5);
    expect(clock.time).toBeGreaterThanOrEqual(2_500);
  });
});

describe('waiting', () => {
  it('is that of the system', async () => {
    const before = waiting.now();
    await waiting.wait(1);
    expect(waiting.now()).toBeGreaterThan(before);
  });
});
