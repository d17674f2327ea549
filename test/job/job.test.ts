import { Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  atMostOnce,
  count,
  eventTime,
  finals,
  type Job,
  type JobEvent,
  memoryStorage,
  type Pane,
  replayable,
  run,
  toCallback,
  tumbling,
  windowBy,
} from '../../src/index.js';
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
});
