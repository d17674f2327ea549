import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../src/job/journal.js';
import { JournalFeed } from '../../src/job/journalFeed.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { slowWorld } from './support.js';

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

async function feed(options: { every?: number; room?: number } = {}) {
  const storage = memoryStorage();
  await storage.open();
  const timers: (() => void)[] = [];
  const env = {
    ...slowWorld(0),
    after: (_: number, task: () => void) => {
      timers.push(task);
      return () => undefined;
    },
  };
  const clock = manualClock(5);
  const place = { job: 'j', name: 's', epoch: 1, storage, env };
  const source = new Subject<unknown>();
  const feed = new JournalFeed<unknown>(await Journal.open(place), place, clock, { every: 0, room: 100, ...options });
  feed.start(source, -Infinity);
  return { feed, source, clock, timers, storage };
}

describe('the feed of a journal', () => {
  it('says up to when all that came has been taken', async () => {
    const { feed: it, source, clock } = await feed();
    expect(it.front).toBe(5);
    clock.advanceTo(8);
    source.next('a');
    clock.advanceTo(9);
    source.next('b');
    // Gathering, being written, and durable.
    for (let i = 0; i < 3; i++) {
      expect(it.front).toBe(8);
      await turn();
    }
    expect((await it.take())?.entries).toEqual({ values: ['a', 'b'], arrivals: [8, 9] });
    expect(it.front).toBe(9);
    clock.advanceTo(20);
    expect(it.front).toBe(20);
  });

  it('writes at once after a rest, then rests, and writes what has gathered in between together', async () => {
    const { feed: it, source, timers } = await feed({ every: 50 });
    source.next(1);
    expect((await it.take())?.entries?.values).toEqual([1]);
    source.next(2);
    source.next(3);
    for (let i = 0; i < 5; i++) await turn();
    const next = it.take();
    timers.shift()?.();
    expect((await next)?.entries?.values).toEqual([2, 3]);
  });

  it('cuts what is too large for a chunk', async () => {
    const { feed: it, source } = await feed();
    for (let i = 0; i < 6; i++) source.next('x'.repeat(300_000));
    const sizes: unknown[] = [];
    for (let left = 6; left > 0; ) {
      const count = (await it.take())?.entries?.values.length ?? 0;
      sizes.push(count);
      left -= count;
    }
    expect(sizes).toEqual([2, 2, 2]);
  });

  it('keeps in memory what there is room for, and says of the rest where it is', async () => {
    const { feed: it, source } = await feed({ room: 3 });
    for (let i = 0; i < 6; i += 2) {
      source.next(i);
      source.next(i + 1);
      await turn();
    }
    const taken = [await it.take(), await it.take(), await it.take()];
    expect(taken.map(next => [next?.index, next?.entries?.values])).toEqual([
      [1, [0, 1]],
      [2, undefined],
      [3, undefined],
    ]);
  });

  it('writes what has come when it is closed, and takes nothing more', async () => {
    const { feed: it, source, storage } = await feed({ every: 1000 });
    source.next('a');
    await turn();
    source.next('b');
    await it.close();
    source.next('c');
    expect([source.observed, await storage.getChunk('j', 'j/s/1/2'), await storage.getChunk('j', 'j/s/1/3')]).toEqual([
      false,
      expect.anything(),
      undefined,
    ]);
    await it.take();
    await it.take();
    expect(await it.take()).toBe(undefined);
  });
});
