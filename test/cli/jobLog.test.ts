import { describe, expect, it } from 'vitest';
import { checkpointsOf, findCheckpoint, isCommitted, jobOf, readSlots, sizesOf } from '../../src/cli/jobLog.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { barrierOf, savedInMemory, saveJob, transactional } from './savedJob.js';

const [one, two] = [barrierOf({ a: 1 }), barrierOf({ a: 1, b: 2 })];

describe('jobOf', () => {
  it('is the only job, or the one that is named', async () => {
    const storage = await savedInMemory([one]);
    expect([await jobOf(storage, undefined), await jobOf(storage, 'demo')]).toEqual(['demo', 'demo']);
    await expect(jobOf(storage, 'dmo')).rejects.toThrow("memoryStorage() holds no job 'dmo'; there is demo.");
    await saveJob(storage, 'another', [one]);
    await expect(jobOf(storage, undefined)).rejects.toThrow('memoryStorage() holds several jobs: say --job, one of another, demo.');
    const empty = memoryStorage();
    await empty.open();
    await expect(jobOf(empty, undefined)).rejects.toThrow('memoryStorage() holds no job.');
  });
});

describe('the log', () => {
  it('is read without a claim, and finds the newest checkpoint or the one that is asked for', async () => {
    const storage = await savedInMemory([one, two]);
    await storage.appendSlot('demo', 4, new TextEncoder().encode('rubbish'));
    const slots = await readSlots(storage, 'demo');
    expect(slots.map(({ seq, slot }) => [seq, slot.kind])).toEqual([[1, 'claim'], [2, 'checkpoint'], [3, 'checkpoint'], [4, 'unreadable']]); // biome-ignore format: one line
    expect(await storage.listSlots('demo')).toEqual([1, 2, 3, 4]);
    expect([findCheckpoint('demo', slots).seq, findCheckpoint('demo', slots, 2).seq]).toEqual([3, 2]);
    const find = (seq: number) => () => findCheckpoint('demo', slots, seq);
    expect(find(9)).toThrow('job demo: slot 9 is not there. Checkpoints are 2, 3.');
    expect(find(1)).toThrow('job demo: slot 1 is a claim, and no checkpoint.');
    expect(find(4)).toThrow('job demo: slot 4 cannot be read: it does not begin as a slot does.');
    expect(() => findCheckpoint('demo', [])).toThrow('job demo has no checkpoint that can be read.');
  });

  it('leaves out what goes while it is read, and tells of what cannot be found', async () => {
    const storage = await savedInMemory([one, two]);
    const read = storage.readSlot.bind(storage);
    storage.readSlot = async (job, seq) => {
      if (seq === 1) await storage.trimSlots(job, 2);
      return seq === 1 || seq === 3 ? undefined : read(job, seq);
    };
    const slots = await readSlots(storage, 'demo');
    expect(slots.map(({ seq, slot }) => [seq, slot.kind])).toEqual([[2, 'checkpoint'], [3, 'unreadable']]); // biome-ignore format: one line
  });

  it('knows rows to be committed by what later checkpoints say', async () => {
    const slots = await readSlots(await savedInMemory([one, two], [transactional()]), 'demo');
    expect(checkpointsOf(slots).map(candidate => isCommitted(candidate, slots))).toEqual([true, false]);
    const none = await readSlots(await savedInMemory([one]), 'demo');
    expect(checkpointsOf(none).map(candidate => isCommitted(candidate, none))).toEqual([true]);
  });

  it('adds up what a checkpoint stands on', async () => {
    const slots = await readSlots(await savedInMemory([one, two]), 'demo');
    const [full, changes] = checkpointsOf(slots).map(({ slot }) => sizesOf(slot));
    expect(full).toEqual({ own: full?.all, all: full?.own, chunks: 1 });
    expect(changes).toEqual({ own: (changes?.all as number) - (full?.all as number), all: expect.any(Number), chunks: 2 });
  });
});
