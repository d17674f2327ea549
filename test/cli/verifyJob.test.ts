import { describe, expect, it } from 'vitest';
import { sealSlot } from '../../src/checkpoint/slot.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { checkpointsOf, readSlots } from '../../src/cli/jobLog.js';
import { addPin } from '../../src/cli/pins.js';
import { checkpointFaults, newestOwner, verifyJob } from '../../src/cli/verifyJob.js';
import { world } from '../../src/job/world.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { barrierOf, savedInMemory, saveJob } from './savedJob.js';

const barriers = [barrierOf({ a: 1, b: 2 }), barrierOf({ a: 1, b: 3 })];
const verified = async (storage: CheckpointStorage, seq?: number) =>
  verifyJob(storage, 'demo', await readSlots(storage, 'demo'), world, seq);

/** A copy of a storage, byte by byte; `change` says what becomes of each chunk and slot: undefined, it is not there. */
async function spoilt(
  storage: CheckpointStorage,
  change: (id: string, bytes: Uint8Array) => Uint8Array | undefined,
): Promise<CheckpointStorage> {
  const copy = memoryStorage();
  await copy.open();
  for await (const { id } of storage.listChunks('demo', '')) {
    const bytes = change(id, (await storage.getChunk('demo', id)) as Uint8Array);
    if (bytes) await copy.putChunk('demo', id, bytes);
  }
  for (const seq of await storage.listSlots('demo')) {
    const bytes = change(`slot ${seq}`, (await storage.readSlot('demo', seq)) as Uint8Array);
    if (bytes) await copy.appendSlot('demo', seq, bytes);
  }
  return copy;
}

describe('verifyJob', () => {
  it('finds nothing in what is whole: restarted, trimmed, copied', async () => {
    const storage = await savedInMemory(barriers);
    await saveJob(storage, 'demo', barriers, { retain: 2 });
    expect(await storage.listSlots('demo')).toEqual([5, 6]);
    expect(await verified(storage)).toMatchObject({ whole: [5, 6], wrong: [] });
    expect((await verified(storage, 6)).whole).toEqual([6]);
  });

  it('finds each byte that is altered, and each piece that is missing or cut off', async () => {
    const storage = await savedInMemory(barriers);
    const pieces: string[] = [];
    const lengths = new Map<string, number>();
    await spoilt(storage, (id, bytes) => {
      pieces.push(id);
      lengths.set(id, bytes.length);
      return bytes;
    });
    expect(pieces.sort()).toEqual(['c/1-1/0', 'c/1-2/0', 'slot 1', 'slot 2', 'slot 3']);
    for (const piece of pieces) {
      const changes: ((bytes: Uint8Array) => Uint8Array | undefined)[] = [
        // The oldest slot may have been trimmed.
        ...(piece === 'slot 1' || piece === 'slot 3' ? [] : [() => undefined]),
        bytes => bytes.subarray(0, -1),
        ...Array.from({ length: lengths.get(piece) as number }, (_, at) => (bytes: Uint8Array) => {
          const altered = bytes.slice();
          altered[at] = (altered[at] as number) ^ 4;
          return altered;
        }),
      ];
      for (const [at, change] of changes.entries()) {
        const broken = await spoilt(storage, (id, bytes) => (id === piece ? change(bytes) : bytes));
        expect((await verified(broken)).wrong.length, `${piece}, change ${at}`).toBeGreaterThan(0);
      }
    }
  });

  it('says what is wrong', async () => {
    const storage = await savedInMemory(barriers);
    const without = await spoilt(storage, (id, bytes) => (id === 'c/1-1/0' ? undefined : bytes));
    expect(await verified(without)).toMatchObject({
      whole: [],
      wrong: [
        'checkpoint 2: job demo, checkpoint 2: chunk c/1-1/0 is missing.',
        'checkpoint 3: job demo, checkpoint 3: chunk c/1-1/0 is missing.',
      ],
    });
    const gap = await spoilt(storage, (id, bytes) => (id === 'slot 2' ? undefined : bytes));
    expect((await verified(gap)).wrong).toEqual(['slots 2 to 2 are missing, and those below are there.']);
    const [, second] = checkpointsOf(await readSlots(storage, 'demo'));
    const slot = second?.slot as NonNullable<typeof second>['slot'];
    const lying = { seq: 3, slot: { ...slot, operators: ['windowBy/other'], sources: ['readings', 'more'] } };
    expect(await checkpointFaults(storage, 'demo', lying, world)).toEqual([
      'checkpoint 3: its slot names the operator windowBy/other, of which it holds nothing.',
      'checkpoint 3 holds the operator windowBy/sums, which its slot does not name.',
      'checkpoint 3 holds the operator eventTime/readings, which its slot does not name.',
      'checkpoint 3: its slot names the source more, of which it holds nothing.',
    ]);
    await storage.appendSlot('demo', 4, sealSlot({ ...slot, kind: 'claim', job: 'other', epoch: 7 } as never));
    await storage.appendSlot('demo', 5, sealSlot({ ...slot, epoch: 4 }));
    await storage.appendSlot('demo', 6, sealSlot({ ...slot, epoch: 1 }));
    expect((await verified(storage, 3)).wrong).toEqual([
      'slot 4 is of the job other.',
      'slot 4 claims the job as number 7.',
      'slot 6 is of owner 1, whom slot 4 had relieved before.',
    ]);
  });

  it('notes what nothing refers to', async () => {
    const storage = await savedInMemory(barriers);
    await storage.putChunk('demo', 'c/1-9/0', new Uint8Array(10));
    await storage.appendSlot('demo', 4, sealSlot({ v: 1, requires: [], job: 'demo', kind: 'claim', epoch: 4, nonce: 'n', createdAt: 0 }));
    await storage.putChunk('demo', 'c/4-1/0', new Uint8Array(20));
    await addPin(storage, 'demo', 77, 'old');
    const slots = await readSlots(storage, 'demo');
    expect(newestOwner(slots)).toBe(4);
    expect(await verified(storage)).toEqual({
      whole: [2, 3],
      wrong: [],
      notes: [
        '1 chunk (10 B) of no checkpoint, of dead or old owners: the job deletes them, or gc.',
        '1 chunk (20 B) of no checkpoint, of the newest owner: it is making or has given up one, or it died.',
        'pin old is of slot 77, which is not there.',
      ],
    });
  });
});
