import { describe, expect, it } from 'vitest';
import { Patience } from '../../src/job/patience.js';
import { slowWorld } from './support.js';

const never = new Promise<void>(() => undefined);

describe('patience', () => {
  it('waits for what ends, also if it fails', async () => {
    const patience = new Patience(slowWorld(0));
    await patience.wait(() => Promise.resolve(5));
    await patience.wait(() => Promise.reject(new Error('no')));
    await patience.wait(() => {
      throw new Error('at once');
    });
  });

  it('waits no longer than it is told, and calls the timer off', async () => {
    const timers: (() => void)[] = [];
    let canceled = 0;
    const env = {
      ...slowWorld(0),
      after: (_: number, task: () => void) => {
        timers.push(task);
        return () => void canceled++;
      },
    };
    const patience = new Patience(env);
    const waits = patience.wait(() => never, 5);
    timers[0]?.();
    await waits;
    await patience.wait(() => undefined, 5);
    expect(canceled).toBe(2);
  });

  it('is lost once and for all', async () => {
    const patience = new Patience(slowWorld(0));
    const waits = patience.wait(() => never);
    patience.lose();
    await waits;
    await patience.wait(() => never);
  });
});
