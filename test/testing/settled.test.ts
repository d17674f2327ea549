import { afterEach, describe, expect, it, vi } from 'vitest';
import { settled } from '../../src/testing/settled.js';

async function hops(count: number, done: () => void): Promise<void> {
  for (let i = 0; i < count; i++) await undefined;
  done();
}

describe('settled', () => {
  afterEach(() => void vi.useRealTimers());

  it('resolves after promises that wait for each other only, however many', async () => {
    let done = 0;
    void hops(1, () => void done++);
    void hops(1000, () => void done++);
    await settled();
    expect(done).toBe(2);
  });

  it('does not wait for what never settles, nor for timers', async () => {
    let done = false;
    void new Promise(() => {});
    const timer = setTimeout(() => void (done = true), 60_000);
    await settled();
    clearTimeout(timer);
    expect(done).toBe(false);
  });

  it('works while timers are faked', async () => {
    vi.useFakeTimers();
    let done = false;
    void hops(5, () => void (done = true));
    await settled();
    expect(done).toBe(true);
  });
});
