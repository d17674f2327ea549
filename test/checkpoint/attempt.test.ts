import { describe, expect, it } from 'vitest';
import { Attempt, asFailure } from '../../src/checkpoint/attempt.js';
import { TidemarkError } from '../../src/errors.js';
import { failure } from './failure.js';
import { TestWorld } from './memory.js';

const never = new Promise<never>(() => undefined);

describe('Attempt', () => {
  it('ends what hangs after its time, and what is asked later at once', async () => {
    const world = new TestWorld();
    const attempt = new Attempt(world, 'waiting', 100);
    const waiting = failure(attempt.race(never));
    await world.advance(100);
    expect(await waiting).toBe('TIMED_OUT: waiting took longer than 100 ms.');
    expect(await failure(attempt.race(Promise.resolve(1)))).toMatch('TIMED_OUT');
    expect(world.timers.size).toBe(0);
  });

  it('is called off by a signal, before and during', async () => {
    const world = new TestWorld();
    const control = new AbortController();
    const attempt = new Attempt(world, 'waiting', Infinity, control.signal);
    const waiting = failure(attempt.race(never));
    control.abort();
    expect(await waiting).toBe('CHECKPOINT_FAILED: waiting was called off.');
    expect(new Attempt(world, 'waiting', 5, control.signal).failure?.message).toBe('waiting was called off.');
    expect(world.timers.size).toBe(0);
  });

  it('gives what comes in time, and lets nothing be unhandled', async () => {
    const attempt = new Attempt(new TestWorld(), 'waiting', 5);
    expect(await attempt.race(Promise.resolve(7))).toBe(7);
    attempt.fail(new TidemarkError('FENCED', 'x'));
    void attempt.race(Promise.reject(new Error('late'))).catch(() => undefined);
    attempt.close();
    expect(asFailure('odd', 'sink').message).toBe('sink: odd');
  });
});
