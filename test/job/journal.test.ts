import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Encoder, encode } from '../../src/checkpoint/encode.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { TidemarkError } from '../../src/errors.js';
import { Journal, type JournalPosition } from '../../src/job/journal.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { failure, slowWorld } from './support.js';

const env = {
  ...slowWorld(1),
  after(_: number, task: () => void) {
    setImmediate(task);
    return () => undefined;
  },
};

async function storageOpened(): Promise<CheckpointStorage> {
  const storage = memoryStorage();
  await storage.open();
  return storage;
}

const openAs = (storage: CheckpointStorage, epoch: number, name = 's') => Journal.open<string>({ job: 'j', name, epoch, storage, env });

function records(...values: string[]): Uint8Array {
  const encoder = new Encoder();
  for (const value of values) {
    encoder.begin('an element', [0, value]);
    while (!encoder.run(100));
  }
  return encoder.take(encoder.length);
}

async function all(journal: Journal<string>, from: JournalPosition = journal.earliest): Promise<string[]> {
  const read: string[] = [];
  for (const [epoch, chunk] of journal.behind(from)) {
    const { values } = await journal.load(epoch, chunk);
    read.push(...(chunk === from[1] && epoch === from[0] ? values.slice(from[2]) : values));
  }
  return read;
}

/** A storage some of whose methods are others. */
function changed(storage: CheckpointStorage, methods: Partial<CheckpointStorage>): CheckpointStorage {
  return new Proxy(storage, {
    get: (target, property) => {
      const member: unknown = Reflect.get(methods, property) ?? Reflect.get(target, property);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

async function ids(storage: CheckpointStorage): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of storage.listChunks('j', '')) found.push(id);
  return found.sort();
}

describe('a journal', () => {
  it('is what its owners have written one after the other, without what old ones wrote behind the next', async () => {
    const storage = await storageOpened();
    const first = await openAs(storage, 1);
    await first.append(records('a', 'b'), false);
    await first.append(records('c'), false);
    const third = await openAs(storage, 3);
    await first.append(records('zombie'), false);
    expect(await all(third)).toEqual(['a', 'b', 'c']);
    await third.append(records('d'), false);
    await first.append(records('zombie'), false);
    const fourth = await openAs(storage, 4);
    expect(await all(fourth)).toEqual(['a', 'b', 'c', 'd']);
    expect(await all(fourth, [1, 1, 1])).toEqual(['b', 'c', 'd']);
    expect(await all(fourth, [1, 3, 0])).toEqual(['d']);
    await new Promise(resolve => setImmediate(resolve));
    // What belongs to no journal is swept.
    expect(await ids(storage)).toEqual(['j/s/1/0', 'j/s/1/1', 'j/s/1/2', 'j/s/3/0', 'j/s/3/1', 'j/s/4/0']);
  });

  it('leaves out an owner that slept until another one had begun', async () => {
    const storage = await storageOpened();
    await (await openAs(storage, 1)).append(records('a'), false);
    await (await openAs(storage, 5)).append(records('b'), false);
    const slept = await openAs(storage, 3);
    await slept.append(records('zombie'), false);
    expect(await all(await openAs(storage, 6))).toEqual(['a', 'b']);
  });

  it('forgets what lies before a position, and says what it still keeps', async () => {
    const storage = await storageOpened();
    const first = await openAs(storage, 1);
    for (const value of 'abc') await first.append(records(value), false);
    const second = await openAs(storage, 2);
    await second.append(records('d'), false);
    await second.trim([1, 3, 0]);
    expect([second.earliest, second.retains([1, 2, 0]), second.retains([1, 3, 0]), second.retains([1, 4, 0])]).toEqual([
      [1, 3, 0],
      false,
      true,
      true,
    ]);
    const third = await openAs(storage, 3);
    expect([third.earliest, await all(third), third.retains([1, 2, 0]), third.retains([9, 1, 0])]).toEqual([
      [1, 3, 0],
      ['c', 'd'],
      false,
      false,
    ]);
    await third.trim([2, 2, 0]);
    expect([third.earliest, third.retains([2, 2, 0]), third.retains([1, 3, 0])]).toEqual([[3, 1, 0], true, false]);
    await third.append(records('e'), false);
    await third.trim([3, 2, 0]);
    // The last one says how far it goes.
    expect(await ids(storage)).toEqual(['j/s/3/0', 'j/s/3/1']);
    expect((await openAs(storage, 4)).retains([3, 2, 0])).toBe(true);
  });

  it('gives each checkpoint what its owner would have read, whoever slept, died and woke up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { minLength: 1, maxLength: 60 }), async script => {
        const storage = await storageOpened();
        const owners: Journal<string>[] = [];
        const read: string[][] = [];
        let wrote = 0;
        for (const step of script) {
          if (step === 0 || owners.length === 0) {
            const journal = await openAs(storage, owners.length + 1);
            const kept = await all(journal);
            // Nothing that an owner read or wrote before it was replaced is lost, moved or joined by more.
            const before = read.at(-1) ?? [];
            expect(kept.slice(0, before.length)).toEqual(before);
            expect(kept).toEqual(before);
            owners.push(journal);
            read.push(kept);
            continue;
          }
          // Mostly the newest; now and then one that does not know that it is over.
          const who = step > 3 ? owners.length - 1 : step % owners.length;
          const value = `${who}:${wrote++}`;
          await owners[who]?.append(records(value), false);
          if (who === owners.length - 1) read[who]?.push(value);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('tries again what could not be written, and knows its own when the answer was lost', async () => {
    const storage = await storageOpened();
    let calls = 0;
    const shaky = changed(storage, {
      async putChunk(job, id, data) {
        if (++calls % 3 === 1) throw new TidemarkError('STORAGE_FULL', 'no room');
        await storage.putChunk(job, id, data);
        if (calls % 3 === 2) throw new Error('lost');
      },
    });
    const journal = await openAs(shaky, 1);
    for (const value of 'abc') await journal.append(records(value), false);
    expect(await all(journal)).toEqual(['a', 'b', 'c']);
    await storage.putChunk('j', 'j/s/1/4', encode('foreign'));
    expect((await failure(journal.append(records('d'), false))).code).toBe('CHUNK_EXISTS');
  });

  it('says which chunk is not there, and refuses a name that no id could hold', async () => {
    const storage = await storageOpened();
    const journal = await openAs(storage, 1);
    await journal.append(records('a'), false);
    await storage.deleteChunks('j', ['j/s/1/1']);
    expect((await failure(all(journal))).message).toBe('journal chunk j/s/1/1: it is not there. Bring it back from a copy of the storage.');
    expect((await failure(openAs(storage, 1, 'Ä'.repeat(60)))).message).toContain('the name of eventTime must be at most 50 characters');
    await (await openAs(storage, 1, 'Über uns/..')).append(records('a'), false);
    expect(await ids(storage)).toContain('j/.dcber.20uns.2f.2e.2e/1/1');
  });
});
