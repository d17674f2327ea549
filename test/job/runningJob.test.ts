import { Observable, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  atMostOnce,
  count,
  defineSink,
  eventTime,
  explain,
  finals,
  type Job,
  type JobEvent,
  memoryStorage,
  type Pane,
  replayable,
  run,
  toCallback,
  tumbling,
  watermarks,
  windowBy,
} from '../../src/index.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { refusal } from '../support.js';
import { failure } from './support.js';

interface Click {
  readonly at: number;
}

/** A stream that never ends, and says when it is listened to. */
function live() {
  const source = new Subject<Click>();
  const stream = eventTime(atMostOnce(source), { name: 'live', timestamp: (c: Click) => c.at });
  return { source, counts: stream.pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() })) };
}

const running = (events: { subscribe(next: (event: JobEvent) => void): unknown }): Promise<void> =>
  new Promise(resolve => events.subscribe(event => event.type === 'started' && resolve()));

describe('a job', () => {
  it('lives from starting to completed, and says so', async () => {
    const clicks = eventTime(replayable<Click>([]), { name: 's', timestamp: c => c.at });
    const job = run(clicks.pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() }), finals()), { name: 'job' });
    expect(job.status).toEqual({ state: 'starting', checkpoint: undefined, durable: false });
    const states: string[] = [];
    job.events.subscribe(event => event.type === 'state' && states.push(event.state));
    await job.done;
    expect(states).toEqual(['running', 'draining', 'completed']);
    expect(job.status.checkpoint).toBe(2);
    expect((await failure(job.checkpoint())).message).toContain('it has been closed');
    await job.stop();
  });

  it('stops with everything committed, and goes on behind it', async () => {
    const storage = memoryStorage();
    const byId = new Map<string, unknown>();
    const start = () => {
      const { source, counts } = live();
      const out = toCallback<Pane<undefined, number>>((pane, { id }) => void byId.set(id, [pane.window.start, pane.value]), {
        name: 'out',
      });
      const job = run(counts.pipe(out), { name: 'job', storage });
      return { source, job };
    };
    const first = start();
    await running(first.job.events);
    first.source.next({ at: 1 });
    first.source.next({ at: 11 });
    first.source.next({ at: 12 });
    await first.job.stop({ drain: true });
    expect([[...byId.values()], first.job.status.state]).toEqual([[[0, 1]], 'stopped']);
    const second = start();
    await running(second.job.events);
    second.source.next({ at: 13 });
    second.source.complete();
    await second.job.done;
    expect([...byId.values()]).toEqual([
      [0, 1],
      [10, 3],
    ]);
  });

  it('stops without a checkpoint when it is told to do no more, also by a signal, also before it has begun', async () => {
    const abort = new AbortController();
    const { counts } = live();
    const job = run(counts, { name: 'job', signal: abort.signal });
    await running(job.events);
    abort.abort();
    await job.done;
    expect(job.status).toMatchObject({ state: 'stopped', checkpoint: undefined });
    const early = run(live().counts, { name: 'job', signal: AbortSignal.abort() });
    await early.done;
    expect(early.status.state).toBe('stopped');
  });

  it('is fenced by the next of its name', async () => {
    const storage = memoryStorage();
    const first = run(live().counts, { name: 'job', storage });
    await running(first.events);
    const second = run(live().counts, { name: 'job', storage });
    await running(second.events);
    const [, error] = await Promise.all([failure(first.checkpoint()), failure(first.done)]);
    expect(error.code).toBe('FENCED');
    await second.stop();
  });

  it('fails as its pipelines do', async () => {
    const thrown = eventTime(replayable([{ at: 1 }]), {
      name: 's',
      timestamp: () => {
        throw new Error('no time');
      },
    });
    const job = run(thrown, { name: 'job' });
    let said: unknown;
    job.values.subscribe({ error: error => (said = error) });
    const error = await failure(job.done);
    expect([error.message, said, job.status.state]).toEqual(['no time', error, 'failed']);
    const broken = eventTime(atMostOnce(throwError(() => new Error('cut off'))), { name: 's', timestamp: () => 0 });
    expect((await failure(run(broken, { name: 'job' }).done)).message).toBe('cut off');
  });

  it('refuses sources without positions, operators without names, and the state of another program', async () => {
    const plain = eventTime([{ at: 1 }], { name: 's', timestamp: e => e.at });
    expect((await failure(run(plain, { name: 'job' }).done)).message).toContain('must be replayable(...)');
    const source = () => eventTime(replayable([{ at: 1 }]), { name: 's', timestamp: e => e.at });
    const unnamed = source().pipe(windowBy(tumbling(10), { aggregate: count() }));
    expect((await failure(run(unnamed, { name: 'job' }).done)).message).toContain('operators with state need a name');
    const storage = memoryStorage();
    await run(source().pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() })), { name: 'job', storage }).done;
    const other = () => source().pipe(windowBy(tumbling(10), { name: 'v', aggregate: count() }));
    const refused = await failure(run(other(), { name: 'job', storage }).done);
    expect(refused).toMatchObject({ code: 'BAD_SNAPSHOT' });
    expect(refused.message).toContain("allowDropped: ['windowBy/w']");
    await run(other(), { name: 'job', storage, allowDropped: ['windowBy/w'] }).done;
    const hourly = source().pipe(windowBy(tumbling(20), { name: 'v', aggregate: count() }));
    expect((await failure(run(hourly, { name: 'job', storage }).done)).code).toBe('BAD_SNAPSHOT');
  });

  it('keeps a position as it was at the barrier, though the source goes on to change it', async () => {
    const storage = memoryStorage();
    const begun: unknown[] = [];
    const start = (before: (offset: number, job: Job<Pane<undefined, number>>) => Promise<unknown>) => {
      const source = replayable<Click>({
        open(from) {
          begun.push(from?.offset);
          const position = { offset: from?.offset ?? 0 };
          return {
            async read() {
              await before(position.offset, job);
              return position.offset < 10 ? { values: [{ at: position.offset++ }], positionAfter: () => position } : undefined;
            },
          };
        },
      });
      const counts = eventTime(source, { name: 's', timestamp: e => e.at }).pipe(
        windowBy(tumbling(100), { name: 'w', aggregate: count() }),
      );
      const job: Job<Pane<undefined, number>> = run(counts, { name: 'job', storage });
      return job;
    };
    let checkpoint: Promise<unknown> | undefined;
    const first = start(async (offset, job) => {
      // The checkpoint is written while the source goes on.
      if (offset === 4) checkpoint = job.checkpoint();
      if (offset === 8) await checkpoint?.then(() => job.stop());
    });
    await first.done;
    const values: number[] = [];
    const second = start(async () => undefined);
    second.values.subscribe(({ value }) => values.push(value));
    await second.done;
    expect(begun[1]).toBeLessThan(8);
    expect(values).toEqual([10]);
  });

  it('reads a source of arrays, and refuses one of anything else', async () => {
    const source = (values: unknown) =>
      eventTime(replayable(values as Click[][]), { name: 's', timestamp: (e: Click) => e.at, batches: true });
    const values: number[] = [];
    const job = run(source([[{ at: 1 }, { at: 2 }], [], [{ at: 3 }]]).pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() })), {
      name: 'job',
    });
    job.values.subscribe(({ value }) => values.push(value));
    await job.done;
    expect(values).toEqual([3]);
    expect((await failure(run(source([{ at: 1 }]), { name: 'job' }).done)).message).toContain('with batches, each value must be an array');
  });

  it('runs several pipelines over one storage as one', async () => {
    const source = () => eventTime(replayable([{ at: 1 }, { at: 2 }]), { name: 's', timestamp: (e: Click) => e.at });
    const values: number[] = [];
    const job = run(
      [1, 2].map(i => eventTime(replayable([{ at: i }]), { name: `s${i}`, timestamp: (e: Click) => e.at })),
      { name: 'job' },
    );
    job.values.subscribe(value => values.push(value.at));
    await job.done;
    expect(values.sort()).toEqual([1, 2]);
    const twice = run([source(), source()], { name: 'job' });
    expect((await failure(twice.done)).message).toContain('these are there more than once: eventTime "s"');
  });

  it('ends whatever is thrown by what it lets go of', async () => {
    const torn = new Error('torn');
    const fails = (): never => {
      throw torn;
    };
    const plain = eventTime(atMostOnce(new Observable<Click>(() => fails)), { name: 'plain', timestamp: c => c.at });
    const never = replayable<Click>({ open: () => ({ read: () => new Promise<undefined>(() => undefined), close: fails }) });
    const sink = defineSink<Click>({
      kind: 'toNowhere',
      name: 'out',
      mode: 'upsert',
      create: () => ({
        name: 'out',
        mode: 'upsert',
        write: () => undefined,
        fence: async () => undefined,
        lastCommitted: async () => 0,
        rotate: () => undefined,
        prepare: async () => undefined,
        commit: async () => undefined,
        abort: async () => undefined,
        close: fails,
      }),
    });
    const job = run([plain, eventTime(never, { name: 'never', timestamp: c => c.at }).pipe(sink)], { name: 'job' });
    await running(job.events);
    await job.stop();
    await job.done;
    expect(job.status.state).toBe('stopped');
  });

  it('makes the checkpoint that is asked for while it starts', async () => {
    const job = run(live().counts, { name: 'job' });
    const first = await job.checkpoint();
    expect([job.status.state, job.status.checkpoint]).toEqual(['running', first.seq]);
    await job.stop();
  });

  it('fails when its storage does so for good: at the start, in between and at the end', async () => {
    const storageThat = (fails: (call: string) => boolean) =>
      new Proxy(memoryStorage(), {
        get(target, property) {
          const member = Reflect.get(target, property) as unknown;
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => (fails(String(property)) ? Promise.reject(new Error('disk full')) : member.apply(target, args));
        },
      });
    const unopened = run(live().counts, { name: 'job', storage: storageThat(call => call === 'open') });
    const asked = failure(unopened.checkpoint());
    expect([(await failure(unopened.done)).message, (await asked).message]).toEqual(['disk full', 'disk full']);

    let broken = false;
    const breaks = () => storageThat(call => broken && (call === 'putChunk' || call === 'appendSlot'));
    const between = run(live().counts, { name: 'job', storage: breaks(), checkpoints: { every: '1h', tolerableFailures: 1 } });
    await running(between.events);
    broken = true;
    expect((await failure(between.checkpoint())).message).toContain('disk full');
    expect(between.status.state).toBe('running');
    const [, error] = await Promise.all([failure(between.checkpoint()), failure(between.done)]);
    expect(error).toMatchObject({ code: 'CHECKPOINT_FAILED' });
    expect(error.message).toMatch(/^2 checkpoints in a row have failed, the last one so: .*disk full$/);

    broken = false;
    const ending = run(eventTime(replayable([{ at: 1 }]), { name: 's', timestamp: (c: Click) => c.at }), {
      name: 'job',
      storage: breaks(),
    });
    ending.events.subscribe(({ type }) => {
      broken ||= type === 'started';
    });
    expect((await failure(ending.done)).message).toContain('3 checkpoints in a row have failed');
    expect(ending.status.state).toBe('failed');
  });

  describe('whose last checkpoint hangs', () => {
    /** A storage that never says that a chunk is written. */
    const hanging = () =>
      new Proxy(memoryStorage(), {
        get(target, property) {
          const member = Reflect.get(target, property) as unknown;
          if (property === 'putChunk') return () => new Promise(() => undefined);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
    const start = async (signal?: AbortSignal) => {
      const job = run(live().counts, { name: 'job', storage: hanging(), ...(signal && { signal }) });
      job.done.catch(() => undefined);
      await running(job.events);
      return job;
    };

    it('is given up after a time', async () => {
      const job = await start();
      const [stopped, done] = await Promise.all([failure(job.stop({ drain: true, timeout: 5 })), failure(job.done)]);
      expect([stopped === done, stopped.code, stopped.message, job.status.state]).toEqual([
        true,
        'TIMED_OUT',
        'job job: its last checkpoint was not complete after 5 ms. The next run goes on at the beginning, or behind it, if it still comes about.',
        'failed',
      ]);
    });

    it('is cut short by who does not want it, and by a signal', async () => {
      const job = await start();
      const drained = job.stop({ drain: true });
      await job.stop();
      await drained;
      expect(job.status.state).toBe('stopped');
      const abort = new AbortController();
      const signaled = await start(abort.signal);
      const draining = signaled.stop({ drain: true });
      abort.abort();
      await draining;
      expect(signaled.status.state).toBe('stopped');
    });

    it('does not hold up a stop without it for longer than it is told', async () => {
      const never = () => new Promise<void>(() => undefined);
      const storage = new Proxy(hanging(), { get: (target, property) => (property === 'close' ? never : Reflect.get(target, property)) });
      const job = run(live().counts, { name: 'job', storage });
      await running(job.events);
      await job.stop({ timeout: 5 });
      expect(job.status.state).toBe('stopped');
    });

    it('refuses a stop of another kind', async () => {
      const job = await start();
      expect((await failure(job.stop({ timeout: 0 }))).message).toContain('job "job": stop: timeout');
      expect((await failure(job.stop({ now: true } as never))).message).toContain('there is no option "now"');
      await job.stop();
    });
  });
});

describe('a job that is asked', () => {
  it('explains its windows, while it is at work and when it is not', async () => {
    const { source, counts } = live();
    const job = run(counts, { name: 'job' });
    const why = () => explain(job, 'w', undefined, 5);
    expect([String(why()), String(why().reasons[0])]).toEqual(['w is not at work.\n  The job is starting.', 'The job is starting.']);
    await running(job.events);
    source.next({ at: 5 });
    expect([why().status, why().until, watermarks(job, 'live').map(({ watermark }) => watermark)]).toEqual(['waiting', 10, [5]]);
    await job.stop();
    expect(String(why())).toBe('w is not at work.\n  The job is stopped.');
    expect(watermarks(job)).toEqual([]);
  });

  it('explains the life that is at work, when it has been begun again', async () => {
    let lives = 0;
    const failing = new Observable<Click>(subscriber => {
      if (++lives === 1) subscriber.error(new Error('boom'));
      else subscriber.next({ at: 7 });
    });
    const stream = eventTime(atMostOnce(failing), { name: 'live', timestamp: (c: Click) => c.at });
    const job = run(stream.pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() })), { name: 'job', restart: { delay: 0 } });
    await running(job.events);
    await running(job.events);
    expect(explain(job, 'w', undefined, 5)).toMatchObject({ status: 'waiting', watermark: 7 });
    await job.stop();
  });

  it('says by itself that windows wait for a silent source', async () => {
    const clock = manualClock(0);
    const { source, counts } = live();
    const silences: string[] = [];
    const begin = (silentAfter?: '10s' | false): Job<unknown> => {
      const job = run(counts, { name: `job ${silentAfter}`, clock, ...(silentAfter !== undefined && { silentAfter }) });
      job.events.subscribe(event => event.type === 'silent' && silences.push(`${event.windows}: ${String(event.reason)}`));
      return job;
    };
    const wait = async (job: Job<unknown>, seconds: number): Promise<void> => {
      await running(job.events);
      source.next({ at: 5 });
      for (let passed = 0; passed < seconds; passed++) clock.advanceTo(clock.now() + 1_000);
      await job.stop();
    };
    await wait(begin('10s'), 30);
    expect(silences).toEqual([
      'w: live is at 5, the time of its latest event; nothing has come from it for 12s. It goes on with its next element.',
    ]);
    await wait(begin(false), 90);
    expect(silences.length).toBe(1);
    await wait(begin(), 59);
    expect(silences.length).toBe(1);
    await wait(begin(), 80);
    expect(silences.length).toBe(2);
    expect(refusal(() => run(counts, { name: 'job', silentAfter: 0 }))).toMatch(/^BAD_DURATION|^BAD_OPTION/);
  });
});
