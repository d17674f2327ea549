import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/checkpoint/readCheckpoint.js';
import { rebase } from '../../src/checkpoint/rebase.js';
import { loadExport, writeExport } from '../../src/cli/exportFile.js';
import { findCheckpoint, readSlots } from '../../src/cli/jobLog.js';
import { world } from '../../src/job/world.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { barrierOf, savedInMemory } from './savedJob.js';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'a.tide');
let bytes: Buffer;

beforeAll(async () => {
  const from = await savedInMemory([barrierOf({ a: 1 }), barrierOf({ a: 2, b: 3 })]);
  const candidate = findCheckpoint('demo', await readSlots(from, 'demo'));
  const memory = memoryStorage();
  await memory.open();
  const slot = await rebase(await readCheckpoint(from, 'demo', candidate, world), candidate.slot, { storage: memory, job: 'demo' }, world);
  expect(await writeExport(file, memory, slot)).toBe(readFileSync(file).length);
  bytes = readFileSync(file);
  // Nothing is overwritten, nothing is left behind.
  await expect(writeExport(file, memory, slot)).rejects.toThrow(
    'a.tide is there already, and nothing is overwritten: choose another name.',
  );
  await expect(writeExport(join(folder, 'no', 'x'), memory, slot)).rejects.toThrow('x cannot be written: ENOENT.');
  memory.getChunk = () => Promise.reject(new Error('gone'));
  await expect(writeExport(join(folder, 'b.tide'), memory, slot)).rejects.toThrow('gone');
  expect(readdirSync(folder)).toEqual(['a.tide']);
});

const loaded = (content: Uint8Array): ReturnType<typeof loadExport> => {
  writeFileSync(join(folder, 'changed'), content);
  return loadExport(join(folder, 'changed'));
};

describe('an export', () => {
  it('is read back as a storage with one checkpoint', async () => {
    const storage = await loadExport(file);
    await storage.open();
    const candidate = findCheckpoint('demo', await readSlots(storage, 'demo'));
    const { job } = await readCheckpoint(storage, 'demo', candidate, world);
    expect([candidate.seq, job.sources.get('readings')]).toEqual([1, 2]);
    expect(job.operators.get('windowBy/sums')?.parts.map(({ data }) => data)).toMatchObject([{ keys: ['a'] }, { keys: ['b'] }]);
  });

  it('that is cut off, longer, or altered is found out: when it is loaded, or when it is read', async () => {
    for (let length = 0; length < bytes.length; length++)
      await expect(loaded(bytes.subarray(0, length))).rejects.toThrow(/cut off|no export|broken/);
    await expect(loaded(Buffer.concat([bytes, bytes]))).rejects.toThrow('longer than what it says to hold');
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] as number) ^ 4;
      const reads = async () => {
        const storage = await loaded(altered);
        await storage.open();
        await readCheckpoint(storage, 'demo', findCheckpoint('demo', await readSlots(storage, 'demo')), world);
      };
      await expect(reads(), `byte ${at}`).rejects.toThrow();
    }
  });

  it('of a newer version, and what is none, is refused', async () => {
    await expect(loaded(Buffer.from(bytes.toString('latin1').replace('export 1', 'export 2'), 'latin1'))).rejects.toThrow(
      'is of version 2, and this tidemark reads 1.',
    );
    await expect(loaded(Buffer.from('{}'))).rejects.toThrow('is no export of a checkpoint.');
    await expect(loadExport(join(folder, 'none'))).rejects.toThrow('none cannot be read: ENOENT.');
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
