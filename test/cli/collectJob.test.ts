import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coordinator } from '../../src/checkpoint/coordinator.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { type CollectOptions, collectJob } from '../../src/cli/collectJob.js';
import { checkpointsOf, isCommitted, readSlots } from '../../src/cli/jobLog.js';
import { addPin, listPins } from '../../src/cli/pins.js';
import { verifyJob } from '../../src/cli/verifyJob.js';
import { world } from '../../src/job/world.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { barrierOf, savedInMemory, saveJob, transactional } from './savedJob.js';

const collected = async (storage: CheckpointStorage, options: Partial<CollectOptions>) =>
  collectJob(storage, 'demo', await readSlots(storage, 'demo'), { keep: undefined, dry: false, env: world, ...options });

async function everything(storage: CheckpointStorage): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of storage.listChunks('demo', '')) ids.push(id);
  return [...ids.sort(), ...(await storage.listSlots('demo')).map(String)];
}

const barriers = [1, 2, 3, 4].map(a => barrierOf({ a, b: 7 }));

describe('collectJob', () => {
  it('deletes what it said it would, and leaves a job that can be gone on with, whatever its life was', async () => {
    const step = fc.constantFrom('owner', 'checkpoint', 'checkpoint', 'dies before its slot', 'pin', 'spoil');
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 14 }),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        async (steps, keep) => {
          const storage = memoryStorage();
          await storage.open();
          let coordinator = await Coordinator.open({ job: 'demo', storage, sinks: [], env: world, retain: 100 });
          let sum = 0;
          for (const step of steps) {
            if (step === 'owner') {
              await coordinator.close();
              coordinator = await Coordinator.open({ job: 'demo', storage, sinks: [], env: world, retain: 100 });
            }
            if (step === 'checkpoint') await coordinator.checkpoint(() => barrierOf({ a: ++sum }));
            if (step === 'dies before its slot') await storage.putChunk('demo', `c/${coordinator.epoch}-dead/${++sum}`, new Uint8Array(5));
            const newest = checkpointsOf(await readSlots(storage, 'demo')).at(-1);
            if (step === 'pin' && newest) await addPin(storage, 'demo', newest.seq, 'p');
            // A chunk of a checkpoint is lost, and with it those that stand on it.
            if (step === 'spoil' && newest && sum > 1 && checkpointsOf(await readSlots(storage, 'demo')).length > 1) {
              const cut = newest.slot.chain.at(-1)?.cut as string;
              await storage.deleteChunks('demo', [`c/${cut}/0`]);
            }
          }
          await coordinator.close();
          const before = await everything(storage);
          const slots = await readSlots(storage, 'demo');
          const good = (await verifyJob(storage, 'demo', slots, world)).whole;
          const said = await collected(storage, { keep, dry: true });
          expect(await everything(storage)).toEqual(before);
          const done = await collected(storage, { keep });
          expect(done).toEqual(said);
          const left = await readSlots(storage, 'demo');
          const whole = (await verifyJob(storage, 'demo', left, world)).whole;
          // What was whole and is still in the log is still whole.
          const seqs = new Set(left.map(({ seq }) => seq));
          expect(whole).toEqual(good.filter(seq => seqs.has(seq)));
          expect(whole.slice(-(keep ?? 100))).toEqual(good.slice(-(keep ?? 100)));
          expect(left.at(-1)).toEqual(slots.at(-1));
          for (const { seq } of await listPins(storage, 'demo')) expect(seqs.has(seq)).toBe(true);
          expect((await collected(storage, { keep })).checkpoints).toEqual([]);
          if (good.length > 0) {
            const next = await Coordinator.open({ job: 'demo', storage, sinks: [], env: world });
            expect(next.restored?.seq).toBe(good.at(-1));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps the newest that are known to be committed, and all behind them', async () => {
    const storage = await savedInMemory(barriers, [transactional()]);
    const slots = await readSlots(storage, 'demo');
    expect(checkpointsOf(slots).map(candidate => [candidate.seq, isCommitted(candidate, slots)])).toEqual([[2, true], [3, true], [4, true], [5, false]]); // biome-ignore format: one line
    expect((await collected(storage, { keep: 1 })).checkpoints).toEqual([2, 3]);
    expect(await storage.listSlots('demo')).toEqual([4, 5]);
  });

  it('leaves alone what the newest owner is writing', async () => {
    const storage = await savedInMemory(barriers);
    const { coordinator } = await saveJob(storage, 'demo', []);
    await storage.putChunk('demo', 'c/1-7/0', new Uint8Array(3));
    await storage.putChunk('demo', `c/${coordinator.epoch}-1/0`, new Uint8Array(4));
    expect(await collected(storage, {})).toEqual({ checkpoints: [], chunks: 1, bytes: 3, pins: [] });
    expect(await storage.getChunk('demo', `c/${coordinator.epoch}-1/0`)).toBeDefined();
  });

  it('takes away pins of commands that were killed a day ago, and no others', async () => {
    const storage = await savedInMemory(barriers);
    const pin = (name: string, hours: number) =>
      storage.putChunk('demo', `pins/2/${name}`, new TextEncoder().encode(JSON.stringify({ at: Date.now() - hours * 3_600_000 })));
    await pin('reading/old', 25);
    await pin('reading/young', 23);
    await pin('mine/old', 1_000);
    expect((await collected(storage, { dry: true })).pins.map(({ id }) => id)).toEqual(['pins/2/reading/old']);
    await collected(storage, { keep: 1 });
    expect((await listPins(storage, 'demo')).map(({ id }) => id)).toEqual(['pins/2/mine/old', 'pins/2/reading/young']);
    expect(await storage.listSlots('demo')).toEqual([1, 2, 3, 4, 5]);
  });

  it('deletes nothing while there is a slot that it cannot read', async () => {
    const storage = await savedInMemory(barriers);
    await storage.appendSlot('demo', 6, Uint8Array.of(1));
    await expect(collected(storage, { keep: 1 })).rejects.toThrow('job demo: slot 6 cannot be read, so that nothing is deleted.');
  });
});
