/** A page as the host of jobs, on stand-ins for the browser; in a real one: browser/job.test.ts. */
import 'fake-indexeddb/auto';
import { promisifyRequest } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { count, eventTime, type Job, type JobEvent, type Pane, replayable, run, toMap, tumbling, windowBy } from '../../src/index.js';
import { webPage } from '../../src/job/webPage.js';
import { indexedDb } from '../../src/storages/indexedDb.js';
import { FakeLocks } from './locks.js';
import { failure } from './support.js';

let locks: FakeLocks;
let doc: EventTarget & { visibilityState: string };
let win: EventTarget;
let notes: Map<string, string>;
let databases = 0;

beforeEach(() => {
  locks = new FakeLocks();
  doc = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  win = new EventTarget();
  notes = new Map();
  vi.stubGlobal('navigator', { locks: locks.manager });
  vi.stubGlobal('document', doc);
  vi.stubGlobal('window', win);
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => notes.get(key) ?? null,
    setItem: (key: string, text: string) => notes.set(key, text),
  });
  databases++;
});
afterEach(() => vi.unstubAllGlobals());

interface Tick {
  readonly at: number;
}
type Board = Map<string, Pane<undefined, number>>;

/** Ticks that come when they are let, and an end. */
class Feed {
  #let = 0;
  #more: (() => void)[] = [];
  readonly #all: number;

  constructor(all: number) {
    this.#all = all;
  }

  let(upTo: number): void {
    this.#let = upTo;
    for (const go of this.#more.splice(0)) go();
  }

  source() {
    return replayable<Tick>({
      open: (from: number = 0) => {
        let at = from;
        return {
          read: async () => {
            while (at >= this.#let && at < this.#all) await new Promise<void>(resolve => this.#more.push(resolve));
            const start = at;
            at = Math.max(at, this.#let);
            if (start >= this.#all) return undefined;
            const values = Array.from({ length: at - start }, (_, i) => ({ at: start + i }));
            return { values, positionAfter: (taken: number) => start + taken };
          },
        };
      },
    });
  }
}

/** What a tab does: it counts ticks of a feed by tens into a board. */
function tab(page: string, feed: Feed, board: Board, whenOthersRun: 'wait' | 'takeOver' = 'wait', every: number | '1h' = '1h') {
  locks.page = page;
  const counts = eventTime(feed.source(), { name: 'ticks', timestamp: tick => tick.at, maxFuture: false }).pipe(
    windowBy(tumbling(10), { name: 'w', aggregate: count() }),
    toMap(board, { name: 'board' }),
  );
  const job = run(counts, {
    name: 'ticks',
    storage: indexedDb(`pages-${databases}`),
    host: webPage({ whenOthersRun }),
    checkpoints: { every, minPause: 0 },
  });
  const events: JobEvent[] = [];
  job.events.subscribe(event => events.push(event));
  return { job, events };
}

function event(job: Job<unknown>, type: JobEvent['type'], state?: string): Promise<JobEvent> {
  return new Promise(resolve => {
    job.events.subscribe(event => {
      if (event.type === type && (state === undefined || (event.type === 'state' && event.state === state))) resolve(event);
    });
  });
}

const sums = (board: Board): number[] => [...board.values()].sort((a, b) => a.window.start - b.window.start).map(({ value }) => value);

describe('webPage', () => {
  it('lets one tab in; the next stands by, and goes on where that one ended, however it ended', async () => {
    const board: Board = new Map();
    const feed = new Feed(35);
    const first = tab('first', feed, board);
    await event(first.job, 'started');
    feed.let(25);
    const { seq } = await first.job.checkpoint();
    const second = tab('second', feed, board);
    await event(second.job, 'state', 'standby');
    const third = tab('third', feed, board);
    await event(third.job, 'state', 'standby');
    // The browser kills the first tab: its promises never come to anything.
    const begun = event(second.job, 'started');
    locks.kill('first');
    // It is not dead in this test, and so the log has to stop it.
    const fenced = failure(first.job.done);
    expect(await begun).toEqual({ type: 'started', restored: seq });
    feed.let(35);
    await second.job.done;
    // What is complete is so for the next one too.
    await third.job.done;
    expect(third.events.find(({ type }) => type === 'started')).toMatchObject({ restored: expect.any(Number) });
    expect(sums(board)).toEqual([10, 10, 10, 5]);
    expect(await fenced).toMatchObject({ code: 'FENCED' });
  });

  it('takes the job over at once where that is asked for, and the other ends FENCED', async () => {
    const board: Board = new Map();
    const feed = new Feed(20);
    const first = tab('first', feed, board);
    await event(first.job, 'started');
    feed.let(5);
    const second = tab('second', feed, board, 'takeOver');
    expect(await failure(first.job.done)).toMatchObject({ code: 'FENCED' });
    feed.let(20);
    await second.job.done;
    expect(sums(board)).toEqual([10, 10]);
  });

  it('no longer stands by when it is stopped', async () => {
    const feed = new Feed(1);
    const first = tab('first', feed, new Map());
    await event(first.job, 'started');
    const second = tab('second', feed, new Map());
    await event(second.job, 'state', 'standby');
    await second.job.stop();
    expect(second.job.status.state).toBe('stopped');
    feed.let(1);
    await first.job.done;
  });

  it.each([
    [
      'it is hidden',
      () => {
        doc.visibilityState = 'hidden';
        doc.dispatchEvent(new Event('visibilitychange'));
      },
      true,
    ],
    ['it is shown', () => doc.dispatchEvent(new Event('visibilitychange')), false],
    ['it is left', () => win.dispatchEvent(new Event('pagehide')), true],
    ['it thaws', () => doc.dispatchEvent(new Event('resume')), true],
    ['it comes back', () => win.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })), true],
    ['it is loaded', () => win.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false })), false],
  ] as const)('makes a checkpoint when %s, or does not', async (_when, happens, makes) => {
    const feed = new Feed(1);
    const { job } = tab('page', feed, new Map());
    await event(job, 'started');
    happens();
    const { number } = await job.checkpoint();
    expect(number).toBe(makes ? 2 : 1);
    await job.stop();
    const asked = vi.spyOn(job, 'checkpoint');
    happens();
    expect(asked).not.toHaveBeenCalled();
  });

  it('makes its checkpoints while the timers of a hidden page rest, as long as elements come', async () => {
    const rest = vi.spyOn(globalThis, 'setTimeout').mockImplementation(() => 0 as never);
    const feed = new Feed(10_000);
    const { job } = tab('page', feed, new Map(), 'wait', 5);
    const made = event(job, 'checkpoint');
    let upTo = 0;
    const feeding = setInterval(() => feed.let(++upTo), 1);
    await made;
    clearInterval(feeding);
    await job.stop();
    expect(rest).toHaveBeenCalled();
    rest.mockRestore();
  });

  it('tells an evicted storage from a job that has never run, and begins anew', async () => {
    const board: Board = new Map();
    const feed = new Feed(30);
    const first = tab('first', feed, board);
    await event(first.job, 'started');
    feed.let(15);
    const { seq } = await first.job.checkpoint();
    expect(notes.get(`tidemark/indexedDb(pages-${databases})/ticks`)).toBe(String(seq));
    await promisifyRequest(indexedDB.deleteDatabase(`pages-${databases}`));
    const asked = failure(first.job.checkpoint());
    expect(await failure(first.job.done)).toMatchObject({ code: 'STORAGE_LOST' });
    await asked;
    const second = tab('second', feed, board);
    feed.let(30);
    await second.job.done;
    expect(second.events.filter(({ type }) => type === 'stateLost' || type === 'started')).toEqual([
      { type: 'stateLost', checkpoint: seq, restored: undefined },
      { type: 'started', restored: undefined },
    ]);
    expect(sums(board)).toEqual([10, 10, 10]);
  });

  it('goes on while the storage is full, and ends when that lasts', async () => {
    const full = vi.spyOn(IDBObjectStore.prototype, 'add');
    const quota = (): void =>
      void full.mockImplementation(() => {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      });
    const board: Board = new Map();
    const feed = new Feed(40);
    const { job, events } = tab('page', feed, board);
    await event(job, 'started');
    quota();
    feed.let(15);
    expect(await failure(job.checkpoint())).toMatchObject({ code: 'STORAGE_FULL' });
    expect(await failure(job.checkpoint())).toMatchObject({ code: 'STORAGE_FULL' });
    full.mockRestore();
    feed.let(25);
    await job.checkpoint();
    expect([job.status.state, events.filter(({ type }) => type === 'checkpointFailed').length]).toEqual(['running', 2]);
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    });
    for (let i = 0; i < 2; i++) await failure(job.checkpoint());
    expect(job.status.state).toBe('running');
    const [last] = await Promise.all([failure(job.done), failure(job.checkpoint())]);
    expect(last).toMatchObject({ code: 'CHECKPOINT_FAILED', message: expect.stringContaining('3 checkpoints in a row have failed') });
    vi.restoreAllMocks();
    // Room has been made: nothing is lost, nothing counts twice.
    const next = tab('next', feed, board);
    feed.let(40);
    await next.job.done;
    expect(sums(board)).toEqual([10, 10, 10, 10]);
  });

  it('works in a worker, and where nothing may be noted', async () => {
    vi.stubGlobal('document', undefined);
    vi.stubGlobal('window', undefined);
    vi.stubGlobal('localStorage', {
      getItem() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    const board: Board = new Map();
    const feed = new Feed(3);
    feed.let(3);
    await tab('worker', feed, board).job.done;
    expect(sums(board)).toEqual([3]);
  });

  it('refuses what it does not know, and a page without locks', () => {
    expect(() => webPage({ whenOthersRun: 'share' as 'wait' })).toThrow('webPage: whenOthersRun must be one of wait, takeOver');
    expect(() => webPage({ other: 1 } as object)).toThrow('webPage');
    vi.stubGlobal('navigator', {});
    expect(() => webPage()).toThrow('webPage: there are no Web Locks here. Serve the page by https, or from localhost.');
  });
});
