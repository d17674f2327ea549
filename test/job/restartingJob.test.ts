import fc from 'fast-check';
import { Subject, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  atMostOnce,
  count,
  eventTime,
  type Job,
  type JobEvent,
  journaled,
  memoryStorage,
  type Pane,
  replayable,
  run,
  toCallback,
  tumbling,
  windowBy,
} from '../../src/index.js';
import { failure } from './support.js';

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
const numbers = Array.from({ length: 200 }, (_, i) => i);

/** Elements that come a few at a time, with barriers in between. */
const slowly = replayable<number>({
  open: (from: number = 0) => ({
    async read() {
      await turn();
      const values = numbers.slice(from, from + 5);
      const start = from;
      from += values.length;
      return values.length > 0 ? { values, positionAfter: (count: number) => start + count } : undefined;
    },
  }),
});

/** A job that fails whenever `fails` says so, and what its sink has in the end. */
function job(fails: (n: number) => boolean, options: object = {}) {
  const out = new Map<string, unknown>();
  const stream = eventTime(slowly, { name: 'n', timestamp: n => n }).pipe(
    tap(n => {
      if (fails(n)) throw new Error(`it broke at ${n}`);
    }),
    windowBy(tumbling(7), { name: 'w', aggregate: count() }),
    toCallback((pane: Pane<undefined, number>, { id }) => void out.set(id, [pane.window.start, pane.value]), { name: 'out' }),
  );
  const job = run(stream, { name: 'job', checkpoints: { every: 1, minPause: 0 }, restart: { delay: 0 }, ...options });
  const events: JobEvent[] = [];
  job.events.subscribe(event => void events.push(event));
  return { job, out, events };
}

const states = (events: readonly JobEvent[]): string[] => events.flatMap(event => (event.type === 'state' ? [event.state] : []));
const until = async (job: Job<unknown>, state: string): Promise<void> => {
  while (job.status.state !== state) await turn();
};

describe('a job that is begun again', () => {
  it('gives what an undisturbed one gives, wherever it breaks', async () => {
    const undisturbed = job(() => false);
    await undisturbed.job.done;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(199), { maxLength: 6 }), async breaks => {
        const left = new Set(breaks);
        const { job: broken, out } = job(n => left.delete(n), { storage: memoryStorage() });
        await broken.done;
        expect(left.size).toBe(0);
        expect([...out.values()]).toEqual([...undisturbed.out.values()]);
      }),
      { numRuns: 30 },
    );
  });

  it('tells what happens, and what its pipelines say, through all lives', async () => {
    let left = 2;
    const { job: restarted, events } = job(n => n === 150 && left-- > 0);
    const values: unknown[] = [];
    let completed = 0;
    restarted.values.subscribe({ next: value => void values.push(value), complete: () => completed++ });
    await restarted.done;
    expect(states(events)).toEqual(['running', 'restarting', 'running', 'restarting', 'running', 'draining', 'completed']);
    const rests = events.filter(event => event.type === 'restarting');
    expect(rests.map(({ delay, error }) => [delay, (error as Error).message])).toEqual([
      [0, 'it broke at 150'],
      [0, 'it broke at 150'],
    ]);
    expect([values.length >= 29, completed, restarted.status.state, restarted.name]).toEqual([true, 1, 'completed', 'job']);
  });

  it('fails in the end, and at once by what no attempt could mend', async () => {
    const { job: broken, events } = job(n => n === 0, { restart: { attempts: 2, delay: 0 } });
    let said: unknown;
    broken.values.subscribe({ error: error => (said = error) });
    const error = await failure(broken.done);
    expect([error.message, said === error, broken.status.state]).toEqual(['it broke at 0', true, 'failed']);
    expect(states(events)).toEqual(['running', 'restarting', 'running', 'restarting', 'running', 'failed']);
    const bad = run(eventTime(replayable([0.5]), { name: 's', timestamp: n => n }), { name: 'job', restart: {} });
    expect((await failure(bad.done)).code).toBe('BAD_TIMESTAMP');
    // Without the option it fails as ever.
    expect((await failure(job(n => n === 0, { restart: undefined }).job.done)).message).toBe('it broke at 0');
  });

  it('is not begun again when another process has taken it over', async () => {
    const storage = memoryStorage();
    const start = () =>
      run(eventTime(atMostOnce(new Subject<number>()), { name: 's', timestamp: n => n }), { name: 'job', storage, restart: {} });
    const first = start();
    await until(first, 'running');
    const second = start();
    await until(second, 'running');
    const [, error] = await Promise.all([failure(first.checkpoint()), failure(first.done)]);
    expect([error.code, first.status.state]).toEqual(['FENCED', 'failed']);
    await second.stop();
    expect(second.status.state).toBe('stopped');
  });

  it('does not begin anew in a storage that has lost what it had', async () => {
    let inner = memoryStorage();
    const storage = new Proxy(memoryStorage(), {
      get(_target, property) {
        const member = Reflect.get(inner, property) as unknown;
        return typeof member === 'function' ? member.bind(inner) : member;
      },
    });
    let fail!: () => void;
    const failing = new Promise<never>((_, reject) => {
      fail = () => reject(new Error('the source is gone'));
    });
    failing.catch(() => undefined);
    const opened: unknown[] = [];
    const source = replayable<number>({
      open(from: number | undefined) {
        opened.push(from);
        let first = true;
        return {
          async read() {
            if (!first) return failing;
            first = false;
            return { values: [1, 2], positionAfter: (count: number) => count };
          },
        };
      },
    });
    const losing = run(eventTime(source, { name: 'n', timestamp: n => n }), { name: 'job', storage, restart: { delay: 0 } });
    losing.events.subscribe(event => {
      if (event.type === 'restarting') inner = memoryStorage();
    });
    await losing.checkpoint();
    fail();
    const error = await failure(losing.done);
    expect([error.code, opened]).toEqual(['STORAGE_LOST', [undefined]]);
    expect(error.message).toMatch(/^job job: its storage has lost checkpoint 2\. Bring it back/);
  });

  it('is stopped while it rests, also by a signal', async () => {
    const abort = new AbortController();
    const { job: resting, events } = job(n => n === 0, { restart: { delay: '1h', maxDelay: '1h' }, signal: abort.signal });
    await until(resting, 'restarting');
    expect((await failure(resting.checkpoint())).message).toContain('it is restarting');
    expect((await failure(resting.stop({ drain: 1 as never }))).message).toContain('job "job": stop: drain must be true or false');
    abort.abort();
    await resting.done;
    await resting.stop({ drain: true });
    expect([resting.status.state, states(events).at(-1)]).toEqual(['stopped', 'stopped']);
  });

  it('loses nothing of a journaled source that had been written', async () => {
    const source = new Subject<number>();
    let left = 1;
    const seen: number[] = [];
    const stream = eventTime(journaled(source, { every: 0 }), { name: 's', timestamp: n => n }).pipe(
      tap(n => {
        if (n === 2 && left-- > 0) throw new Error('once');
        seen.push(n);
      }),
    );
    const restarted = run(stream, { name: 'job', restart: { delay: 0 } });
    await until(restarted, 'running');
    while (!source.observed) await turn();
    for (const n of [1, 2, 3]) source.next(n);
    while (seen.at(-1) !== 3) await turn();
    expect(seen).toEqual([1, 1, 2, 3]);
    await restarted.stop({ drain: true });
  });
});
