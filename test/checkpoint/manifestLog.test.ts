import { describe, expect, it } from 'vitest';
import { Attempt } from '../../src/checkpoint/attempt.js';
import { InDoubt, isFenced, ManifestLog } from '../../src/checkpoint/manifestLog.js';
import { openSlot } from '../../src/checkpoint/slot.js';
import { TidemarkError } from '../../src/errors.js';
import { failure } from './failure.js';
import { settle, TestStorage, TestWorld } from './memory.js';

const body = { number: 1, chain: [], sinks: {}, operators: [], sources: [], watermark: 0, committed: 0, program: {} };
const forEver = (world: TestWorld) => new Attempt(world, 'test', Infinity);

/** Fails what has this label so often; `after`: behind the effect. */
function failing(world: TestWorld, label: string, times: number, after: boolean): void {
  let left = times;
  world.around = async (what, effect) => {
    const result = what !== label || left === 0 || after ? await effect() : undefined;
    if (what !== label || left-- <= 0) return result as never;
    throw new Error('the disk says no');
  };
}

async function whileTimePasses<T>(world: TestWorld, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  for (let at = 0; at < 10; at++) await world.advance(1000);
  return promise;
}

describe('ManifestLog', () => {
  it('fences an owner by taking the slot that he would write next', async () => {
    const storage = new TestStorage();
    const world = new TestWorld();
    const first = await ManifestLog.claim(storage, 'job', world);
    expect(await first.append(body, forEver(world), Infinity)).toBe(2);
    const second = await ManifestLog.claim(storage, 'job', world);
    expect([first.epoch, second.epoch]).toEqual([1, 3]);
    expect(await failure(first.append({ ...body, number: 2 }, forEver(world), Infinity))).toMatch('FENCED: job job: slot 3 is taken');
    expect((await second.read()).map(({ seq, slot }) => `${seq} ${slot.kind}`)).toEqual(['1 claim', '2 checkpoint']);
  });

  it('reads nothing for an owner who was overtaken: what is newer than his claim is not his', async () => {
    const storage = new TestStorage();
    const world = new TestWorld();
    const first = await ManifestLog.claim(storage, 'job', world);
    expect(await first.read()).toEqual([]);
    await ManifestLog.claim(storage, 'job', world);
    expect(await failure(first.read())).toMatch('FENCED: job job: slot 2 is taken');
  });

  it('knows its own claim and its own slot when the word of them was lost', async () => {
    const storage = new TestStorage();
    const world = new TestWorld();
    failing(world, 'claim', 1, true);
    const log = await whileTimePasses(world, ManifestLog.claim(storage, 'job', world));
    expect(log.epoch).toBe(1);
    failing(world, 'append slot', 1, true);
    expect(await log.append(body, forEver(world), Infinity)).toBe(2);
    expect(await log.append({ ...body, number: 2 }, forEver(world), Infinity)).toBe(3);
  });

  it('puts a claim of which the word was lost again: it may be there, and not be durable yet', async () => {
    const storage = new TestStorage();
    const world = new TestWorld();
    failing(world, 'claim', 1, true);
    const words: unknown[] = [];
    const append = storage.appendSlot.bind(storage);
    storage.appendSlot = async (job, seq, data) => {
      const word = await append(job, seq, data);
      words.push([seq, word]);
      return word;
    };
    await whileTimePasses(world, ManifestLog.claim(storage, 'job', world));
    expect(words).toEqual([
      [1, 'ok'],
      [1, 'taken'],
    ]);
  });

  it('goes on with the same slot when there was no room for it, and finds out what came to be there all the same', async () => {
    const storage = new TestStorage();
    const world = new TestWorld();
    const log = await ManifestLog.claim(storage, 'job', world);
    const full = (label: string, after: boolean): void => {
      world.around = async (what, effect) => {
        if (what === label && after) await effect();
        if (what === label || (what === 'void slot' && !after)) throw new TidemarkError('STORAGE_FULL', 'there is no room left');
        return effect();
      };
    };
    full('append slot', false);
    expect(await failure(log.append(body, forEver(world), Infinity))).toBe('STORAGE_FULL: there is no room left');
    expect([log.last, storage.slots.has(2)]).toEqual([1, false]);
    world.around = (_what, effect) => effect();
    expect(await log.append({ ...body, number: 2 }, forEver(world), Infinity)).toBe(2);
    full('append slot', true);
    expect(await log.append({ ...body, number: 3 }, forEver(world), Infinity)).toBe(3);
    // Somebody else was there in the meantime.
    full('append slot', false);
    await failure(log.append({ ...body, number: 4 }, forEver(world), Infinity));
    world.around = (_what, effect) => effect();
    await ManifestLog.claim(storage, 'job', world);
    expect(await failure(log.append({ ...body, number: 5 }, forEver(world), Infinity))).toMatch('FENCED');
  });

  it('makes a slot void that it could not write, so that nothing can come to be in it later', async () => {
    const storage = new TestStorage();
    const world = new TestWorld();
    const log = await ManifestLog.claim(storage, 'job', world);
    failing(world, 'append slot', 1, false);
    await expect(log.append(body, forEver(world), Infinity)).rejects.toThrow('the disk says no');
    expect(openSlot(storage.slots.get(2) as Uint8Array).kind).toBe('void');
    expect(await log.append({ ...body, number: 2 }, forEver(world), Infinity)).toBe(3);
  });

  it('says that it does not know when it cannot find out', async () => {
    const world = new TestWorld();
    const log = await ManifestLog.claim(new TestStorage(), 'job', world);
    world.around = async () => {
      throw new Error('the disk says no');
    };
    await expect(whileTimePasses(world, log.append(body, forEver(world), Infinity))).rejects.toBeInstanceOf(InDoubt);
    await expect(whileTimePasses(world, ManifestLog.claim(new TestStorage(), 'job', world))).rejects.toThrow('the disk says no');
  });

  it('does not look for a slot in a log that is gone', async () => {
    const storage = new TestStorage();
    const world = new TestWorld();
    const log = await ManifestLog.claim(storage, 'job', world);
    const asked: string[] = [];
    world.around = async what => {
      asked.push(what);
      throw new TidemarkError('STORAGE_LOST', 'gone');
    };
    expect(await failure(log.append(body, forEver(world), Infinity))).toBe('STORAGE_LOST: gone');
    expect(asked).toEqual(['append slot']);
  });

  it('is fenced when its slot was taken and has been trimmed since', async () => {
    const storage = new TestStorage();
    const world = new TestWorld();
    const log = await ManifestLog.claim(storage, 'job', world);
    storage.appendSlot = async () => 'taken';
    expect(await failure(log.append(body, forEver(world), Infinity))).toMatch('FENCED');
    await settle();
    expect(isFenced(new TidemarkError('BAD_KEY', ''))).toBe(false);
  });
});
