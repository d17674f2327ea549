/** A source that cannot be read again, in jobs that crash: what was written down counts once, at the time at which it came. */
import fc from 'fast-check';
import { defer, lastValueFrom, merge, type Observable, Subject, tap, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { TidemarkError } from '../../src/errors.js';
import {
  arrivalTime,
  collect,
  count,
  dropCounts,
  eventTime,
  type Job,
  journaled,
  memoryStorage,
  type Pane,
  run,
  toCallback,
  tumbling,
  windowBy,
} from '../../src/index.js';
import { type ManualClock, manualClock } from '../../src/testing/manualClock.js';
import { refusal } from '../support.js';
import { failure } from './support.js';

interface Event {
  readonly id: number;
  /** By the clock, when it was sent. */
  readonly at: number;
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** What the world outside and all lives of a job share. */
class World {
  readonly storage = memoryStorage();
  readonly clock: ManualClock = manualClock(0);
  readonly out = new Map<string, Pane<unknown, Event[]>>();
  readonly drops = dropCounts();
  sent = 0;

  start(source: Observable<Event>, seen: (event: Event) => void, storage: CheckpointStorage = this.storage): Job<unknown> {
    // It says something as soon as it is listened to.
    const greeting = defer(() => [this.event()]);
    const events = eventTime(journaled(merge(greeting, source), { every: 0 }), {
      name: 'events',
      watermark: arrivalTime({ every: 7 }),
      clock: this.clock,
    });
    return run(
      events.pipe(
        tap(seen),
        windowBy(tumbling(10), { name: 'w', aggregate: collect<Event>(), drops: this.drops }),
        toCallback((pane, { id }) => void this.out.set(id, pane), { name: 'out' }),
      ),
      { name: 'job', storage, checkpoints: { every: 1, minPause: 0, tolerableFailures: 1000, retain: 2 } },
    );
  }

  event(): Event {
    return { id: this.sent++, at: this.clock.now() };
  }

  get counted(): Event[] {
    return [...this.out.values()].flatMap(({ value }) => value);
  }
}

/** A storage whose writes fail, or are carried out and not acknowledged. */
function shaky(storage: CheckpointStorage, every: number): CheckpointStorage {
  let calls = 0;
  return new Proxy(storage, {
    get(target, property) {
      const member = Reflect.get(target, property) as unknown;
      if (typeof member !== 'function') return member;
      if (property !== 'putChunk' || every === 0) return member.bind(target);
      return async (...args: unknown[]) => {
        const fails = ++calls % every === 0;
        if (fails && calls % 2) throw new TidemarkError('STORAGE_FAILED', 'not written');
        const done = await member.apply(target, args);
        if (fails) throw new TidemarkError('STORAGE_FAILED', 'written, and not said');
        return done;
      };
    },
  });
}

const steps = fc.array(
  fc.oneof(
    fc.record({ send: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ wait: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ turns: fc.integer({ min: 1, max: 12 }) }),
  ),
  { maxLength: 25 },
);
const lives = fc.array(fc.record({ steps, how: fc.constantFrom('kill', 'drain', 'zombie'), fails: fc.constantFrom(0, 0, 0, 5) }), {
  minLength: 1,
  maxLength: 4,
});

describe('a journaled source', () => {
  it('counts what it has written once, in the window in which it came, whatever happens', { timeout: 60_000 }, async () => {
    let replays = 0;
    await fc.assert(
      fc.asyncProperty(lives, steps, async (lives, last) => {
        const world = new World();
        const due = new Set<number>();
        const zombies: Subject<Event>[] = [];
        const play = async (source: Subject<Event>, steps: readonly { send?: number; wait?: number; turns?: number }[]): Promise<void> => {
          for (const { send = 0, wait = 0, turns: passed = 0 } of steps) {
            for (let i = 0; i < send; i++) source.next(world.event());
            // What a zombie hears is its own.
            if (send > 0) for (const zombie of zombies) zombie.next(world.event());
            if (wait > 0) world.clock.advanceTo(world.clock.now() + wait);
            await turns(passed);
          }
        };
        const live = (fails: number) => {
          const source = new Subject<Event>();
          const seen: number[] = [];
          const job = world.start(source, ({ id }) => void seen.push(id), shaky(world.storage, fails));
          job.done.catch(() => undefined);
          return { source, seen, job };
        };
        for (const { steps, how, fails } of lives) {
          const { source, seen, job } = live(fails);
          await play(source, steps);
          replays += seen.some(id => due.has(id)) ? 1 : 0;
          if (how === 'zombie') zombies.push(source);
          else await job.stop({ drain: how === 'drain' }).catch(() => undefined);
          // What has entered the pipeline was written down before.
          for (const id of seen) due.add(id);
        }
        const { source, seen, job } = live(0);
        await play(source, last);
        source.complete();
        await job.done;
        for (const id of seen) due.add(id);
        const counted = world.counted.map(({ id }) => id);
        expect(counted.length).toBe(new Set(counted).size);
        for (const id of due) expect(counted).toContain(id);
        for (const { window, value } of world.out.values())
          for (const { at } of value) expect(at >= window.start && at < window.end).toBe(true);
        expect(world.drops).toEqual(dropCounts());
      }),
      { numRuns: Number(process.env.TIDEMARK_RUNS ?? 60) },
    );
    expect(replays).toBeGreaterThan(0);
  });
});

/** Counts of a journaled source, and what becomes of the job. */
function counting(source: Parameters<typeof journaled<number>>[0], storage = memoryStorage(), options = {}) {
  const seen: number[] = [];
  const numbers = eventTime(journaled(source, { every: 0, ...options }), { name: 'n', timestamp: n => n });
  const counts = numbers.pipe(
    tap(n => void seen.push(n)),
    windowBy(tumbling(10), { name: 'w', aggregate: count() }),
  );
  const rows: number[] = [];
  const job = run(counts.pipe(toCallback(pane => void rows.push(pane.value), { name: 'out' })), { name: 'job', storage });
  job.done.catch(() => undefined);
  return { job, seen, rows, storage };
}

async function chunks(storage: CheckpointStorage): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of storage.listChunks('job', 'j/')) ids.push(id);
  return ids.sort();
}

describe('journaled', () => {
  it('is the source itself without a job', async () => {
    expect(await lastValueFrom(journaled([1, 2]).pipe(toArray()))).toEqual([1, 2]);
    expect((await failure(lastValueFrom(journaled(throwError(() => new Error('cut off')))))).message).toBe('cut off');
    let listening = 0;
    const source = new Subject<number>();
    const subscription = journaled(source).subscribe(() => listening++);
    source.next(1);
    subscription.unsubscribe();
    source.next(2);
    expect([listening, source.observed]).toEqual([1, false]);
  });

  it.each([
    ['empty', [], []],
    ['an array', [1, 2, 15], [2, 1]],
  ])('ends as its source does, and is over at once when it is run again: %s', async (_what, values, rows) => {
    const first = counting(values);
    await first.job.done;
    expect(first.rows).toEqual(rows);
    const again = counting(new Subject<number>(), first.storage);
    await again.job.done;
    expect(again.seen).toEqual([]);
    await counting(new Subject<number>(), first.storage).job.done;
  });

  it('lets in what came before an error, fails, and listens anew in the next run', async () => {
    const source = new Subject<number>();
    const { job, seen, storage } = counting(source);
    await turns(20);
    source.next(1);
    source.next(2);
    source.error(new Error('cut off'));
    expect((await failure(job.done)).message).toBe('cut off');
    expect(seen).toEqual([1, 2]);
    const again = counting([3], storage);
    await again.job.done;
    expect([again.seen, again.rows]).toEqual([[1, 2, 3], [3]]);
  });

  it('asks for no more than there is room for, where it can ask', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<number> {
      for (;;) yield asked++;
    }
    const storage = memoryStorage();
    let held = true;
    const slow = new Proxy(storage, {
      get(target, property) {
        const member = Reflect.get(target, property) as (...args: unknown[]) => unknown;
        if (property !== 'putChunk') return typeof member === 'function' ? member.bind(target) : member;
        return async (job: string, id: string, data: Uint8Array) => {
          while (held && id.endsWith('/1')) await turn();
          return member.call(target, job, id, data);
        };
      },
    });
    const { job, seen } = counting(endless(), slow, { room: 5 });
    await turns(50);
    expect([asked <= 6, seen]).toEqual([true, []]);
    held = false;
    while (seen.length < 50) await turn();
    await job.stop({ drain: true });
    expect(seen).toEqual(seen.map((_, i) => i));
  });

  it('fails where more comes than can be written, and keeps what has come', async () => {
    const source = new Subject<number>();
    const { job, storage } = counting(source, memoryStorage(), { room: 3 });
    await turns(20);
    for (let i = 0; i < 5; i++) source.next(i);
    const error = await failure(job.done);
    expect([error.code, error.message]).toEqual([
      'OVERFLOW',
      'journaled "n": 3 elements wait to be written into memoryStorage(), and there is no room for more. A faster storage, a larger room or fewer elements help.',
    ]);
    const again = counting([], storage);
    await again.job.done;
    expect(again.seen).toEqual([0, 1, 2]);
  });

  it('refuses elements that are no plain data', async () => {
    const { job, storage } = counting([1, (() => 2) as never, 3]);
    const error = await failure(job.done);
    expect([error.code, error.message]).toEqual([
      'UNSTORABLE',
      'journaled "n": an element must be plain data, but came as a function. Map it first: journaled(source.pipe(map(event => ({ x: event.x })))).',
    ]);
    const again = counting([], storage);
    await again.job.done;
    expect(again.seen).toEqual([1]);
  });

  it('reads from the journal what it could not hold', async () => {
    const source = new Subject<number>();
    const { job, seen } = counting(source, memoryStorage(), { room: 10 });
    await turns(20);
    for (let n = 0; n < 40; n += 8) {
      for (let i = 0; i < 8; i++) source.next(n + i);
      await Promise.resolve();
      await turns(2);
    }
    while (seen.length < 40) await turn();
    source.complete();
    await job.done;
    expect(seen).toEqual(seen.map((_, i) => i));
  });

  it('keeps no more than the checkpoints need', async () => {
    const source = new Subject<number>();
    const { job, storage, seen } = counting(source);
    await turns(20);
    for (let i = 0; i < 6; i++) {
      source.next(i);
      while (seen.length <= i) await turn();
      await job.checkpoint();
    }
    // Three are kept; the oldest of them stands behind the fourth element.
    await turns(5);
    expect(await chunks(storage)).toEqual(['j/n/1/0', 'j/n/1/5', 'j/n/1/6']);
    await job.stop();
  });

  it('refuses a journal that has gone, unless it may go on all the same', async () => {
    const source = new Subject<number>();
    const { job, storage, seen } = counting(source);
    await turns(20);
    source.next(1);
    while (seen.length < 1) await turn();
    await job.stop({ drain: true });
    await storage.open();
    await storage.deleteChunks('job', await chunks(storage));
    const refused = await failure(counting([2], storage).job.done);
    expect([refused.code, refused.message]).toEqual([
      'NEEDS_OPERATOR',
      expect.stringContaining('source "n" no longer keeps what comes behind [1,2,0], where the checkpoint stands.'),
    ]);
    const told: unknown[] = [];
    const goesOn = counting([2], storage, { reset: 'earliest' });
    goesOn.job.events.subscribe(event => event.type === 'sourceReset' && told.push([event.source, event.position]));
    await goesOn.job.done;
    expect([goesOn.rows, told]).toEqual([[2], [['n', [1, 2, 0]]]]);
  });

  it('stamps the elements of a batch with the time of the batch', async () => {
    const clock = manualClock(5);
    const source = new Subject<readonly string[]>();
    const windows: unknown[] = [];
    const stream = eventTime(journaled(source, { every: 0 }), { name: 's', watermark: arrivalTime(), clock, batches: true });
    const job = run(
      stream.pipe(
        windowBy(tumbling(10), { name: 'w', aggregate: count() }),
        toCallback(pane => void windows.push([pane.window.start, pane.value]), { name: 'out' }),
      ),
      { name: 'job' },
    );
    await turns(20);
    source.next(['a', 'b']);
    clock.advanceTo(15);
    source.next(['c']);
    source.complete();
    await job.done;
    expect(windows).toEqual([
      [0, 2],
      [10, 1],
    ]);
  });

  it('refuses options that are none, and is named as a cure', async () => {
    expect(refusal(() => journaled([1], { room: 0 }))).toBe('BAD_OPTION: journaled: room must be a whole number above 0, but came as 0.');
    expect(refusal(() => journaled([1], { every: -1 }))).toContain('journaled: every must be zero or longer');
    expect(refusal(() => journaled([1], { size: 1 } as never))).toContain('journaled: there is no option "size".');
    expect((await failure(run(eventTime([1], { name: 's', timestamp: n => n }), { name: 'job' }).done)).message).toContain(
      'Write journaled(source), and elements are kept in the storage before they count; or atMostOnce(source), if losing what came',
    );
  });
});
