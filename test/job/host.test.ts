/** A job and its host: standing by, taking over, hurry, and what is known of earlier runs. */
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { atMostOnce, count, eventTime, type Job, type JobEvent, memoryStorage, run, tumbling, windowBy } from '../../src/index.js';
import type { HostedRun, HostStay, JobHost } from '../../src/job/host.js';
import { failure } from './support.js';

/** A host that does as it is told. */
class TestHost implements JobHost {
  left = 0;
  readonly remembered: number[] = [];
  readonly entered: Promise<HostedRun>;
  readonly #stay: Promise<Partial<HostStay>>;
  #enter!: (run: HostedRun) => void;
  admit!: (stay?: Partial<HostStay>) => void;

  constructor() {
    this.entered = new Promise(resolve => {
      this.#enter = resolve;
    });
    this.#stay = new Promise(resolve => {
      this.admit = (stay = {}) => resolve(stay);
    });
  }

  async enter(run: HostedRun): Promise<HostStay> {
    this.#enter(run);
    const stopped = new Promise<never>((_, reject) => run.signal.addEventListener('abort', () => reject(run.signal.reason)));
    const stay = await Promise.race([this.#stay, stopped]);
    return { remember: seq => this.remembered.push(seq), leave: () => this.left++, ...stay };
  }
}

function live(host: JobHost, storage = memoryStorage()) {
  const source = new Subject<{ at: number }>();
  const stream = eventTime(atMostOnce(source), { name: 'live', timestamp: (c: { at: number }) => c.at });
  const counts = stream.pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() }));
  const job = run(counts, { name: 'job', storage, host, checkpoints: { every: '1h' } });
  const events: JobEvent[] = [];
  job.events.subscribe(event => events.push(event));
  return { job, source, events, states: () => events.flatMap(event => (event.type === 'state' ? [event.state] : [])) };
}

function started({ events }: Job<unknown>): Promise<unknown> {
  return new Promise(resolve => events.subscribe(event => event.type === 'started' && resolve(event)));
}

describe('a job with a host', () => {
  it('begins when it is let in, and lets the next one in when it is over', async () => {
    const host = new TestHost();
    const { job, states } = live(host);
    const hosted = await host.entered;
    expect([hosted.job, hosted.storage]).toEqual(['job', 'memoryStorage()']);
    hosted.standBy();
    expect(job.status.state).toBe('standby');
    const asked = job.checkpoint();
    host.admit();
    const { seq } = await asked;
    expect([host.remembered, host.left]).toEqual([[seq], 0]);
    await job.stop({ drain: true });
    expect([states(), host.left]).toEqual([['standby', 'starting', 'running', 'draining', 'stopped'], 1]);
    expect(host.remembered).toEqual([seq, seq + 1]);
  });

  it('is stopped while it stands by, and has not touched the storage', async () => {
    const host = new TestHost();
    const storage = memoryStorage();
    await storage.open();
    const { job, states } = live(host, storage);
    (await host.entered).standBy();
    const asked = failure(job.checkpoint());
    await job.stop({ drain: true });
    await job.done;
    expect(states()).toEqual(['standby', 'stopped']);
    expect((await asked).message).toContain('and makes no checkpoints');
    // Still open for whoever has opened it.
    expect(await storage.listJobs()).toEqual([]);
  });

  it('fails when its host does, and lets nobody in twice', async () => {
    const { job } = live({
      enter: async () => {
        throw new Error('no door');
      },
    });
    expect((await failure(job.done)).message).toBe('no door');
    expect(job.status.state).toBe('failed');
  });

  it('ends FENCED at once when the host says that it has lost the job, also while it starts', async () => {
    for (const early of [true, false]) {
      const host = new TestHost();
      const { job } = live(host);
      const hosted = await host.entered;
      host.admit();
      if (!early) await started(job);
      hosted.lose();
      expect(await failure(job.done)).toMatchObject({ code: 'FENCED', message: expect.stringContaining('another run has taken it over') });
      expect(host.left).toBe(1);
      hosted.hurry();
      hosted.lose();
    }
  });

  it('makes a checkpoint when the host asks it to hurry', async () => {
    const host = new TestHost();
    const { job, events } = live(host);
    host.admit();
    await started(job);
    const made = new Promise(resolve => job.events.subscribe(event => event.type === 'checkpoint' && resolve(event)));
    (await host.entered).hurry();
    await made;
    await job.stop();
    expect(events.filter(({ type }) => type === 'checkpoint')).toHaveLength(1);
  });

  it('says what a storage has lost that the host remembers', async () => {
    const storage = memoryStorage();
    const begin = async (checkpoint: number | undefined) => {
      const host = new TestHost();
      const { job, events } = live(host, storage);
      host.admit({ checkpoint });
      await job.checkpoint();
      await job.stop();
      return events.filter(({ type }) => type === 'stateLost' || type === 'started');
    };
    expect(await begin(7)).toEqual([
      { type: 'stateLost', checkpoint: 7, restored: undefined },
      { type: 'started', restored: undefined },
    ]);
    expect(await begin(2)).toEqual([{ type: 'started', restored: 2 }]);
    expect(await begin(undefined)).toEqual([{ type: 'started', restored: 5 }]);
    expect(await begin(9)).toEqual([
      { type: 'stateLost', checkpoint: 9, restored: 8 },
      { type: 'started', restored: 8 },
    ]);
  });

  it('refuses what is no host', () => {
    expect(() => live({} as JobHost)).toThrow('run: host.enter must be a function');
  });
});
