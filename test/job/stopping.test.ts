/** A job that is stopped while its sink hangs: all that was promised to somebody settles. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventTime, type Job, type Replayable, replayable, run, toCallback } from '../../src/index.js';
import { slowly } from './support.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
};

/** A job whose receiver never answers, with rows for it. */
async function hanging(options: { readonly signal?: AbortSignal } = {}): Promise<Job<number>> {
  const source: Replayable<number> = slowly([1, 2, 3], 3, true);
  const stream = eventTime(source, { name: 'in', timestamp: n => n }).pipe(
    toCallback(() => new Promise<never>(() => undefined), { name: 'out' }),
  );
  const job = run(stream, { name: 'job', checkpoints: { every: '1h' }, ...options });
  await turns();
  return job;
}

/** What becomes of a promise, as it is now. */
function watched(promise: Promise<unknown>): () => string {
  let is = 'pending';
  promise.then(
    () => void (is = 'ok'),
    error => void (is = error.code),
  );
  return () => is;
}

describe('a job that is stopped while its sink hangs', () => {
  it.each([
    ['a drain', { drain: true }],
    ['a savepoint', { savepoint: 'last' }],
  ])('gives up %s after a time', async (_what, how) => {
    const job = await hanging();
    const is = [watched(job.done), watched(job.stop({ ...how, timeout: '1s' }))];
    await turns();
    await vi.advanceTimersByTimeAsync(999);
    expect(is.map(state => state())).toEqual(['pending', 'pending']);
    await vi.advanceTimersByTimeAsync(1);
    await turns();
    expect(is.map(state => state())).toEqual(['TIMED_OUT', 'TIMED_OUT']);
  });

  it('gives up a drain and a savepoint that a second stop, or a signal, cuts short', async () => {
    const job = await hanging();
    const is = [watched(job.done), watched(job.stop({ drain: true }))];
    await turns();
    is.push(watched(job.stop()));
    await turns();
    expect(is.map(state => state())).toEqual(['ok', 'ok', 'ok']);

    const abort = new AbortController();
    const signaled = await hanging({ signal: abort.signal });
    const others = [watched(signaled.done), watched(signaled.stop({ savepoint: 'last' }))];
    await turns();
    abort.abort();
    await turns();
    expect(others.map(state => state())).toEqual(['ok', 'CHECKPOINT_FAILED']);
  });

  it('waits no longer than for sources when it is to do no more', async () => {
    const job = await hanging();
    const is = [watched(job.done), watched(job.savepoint('x')), watched(job.checkpoint())];
    await turns();
    is.push(watched(job.stop()));
    await turns();
    await vi.advanceTimersByTimeAsync(5000);
    await turns();
    expect(is.map(state => state())).toEqual(['ok', 'CHECKPOINT_FAILED', 'CHECKPOINT_FAILED', 'ok']);
  });

  it('settles what is asked of it while it starts, if it never has', async () => {
    const never = run(eventTime(replayable([1]), { name: 'in', timestamp: (n: number) => n }), {
      name: 'job',
      host: { enter: () => new Promise<never>(() => undefined) },
    });
    const is = [watched(never.done), watched(never.checkpoint()), watched(never.savepoint('x')), watched(never.stop({ timeout: '1s' }))];
    await turns();
    await vi.advanceTimersByTimeAsync(1000);
    await turns();
    expect(is.map(state => state())).toEqual(['ok', 'CHECKPOINT_FAILED', 'CHECKPOINT_FAILED', 'ok']);
  });
});
