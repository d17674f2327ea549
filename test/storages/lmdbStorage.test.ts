import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { lmdbStorage } from '../../src/storages/lmdbStorage.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { holdToModel } from './commands.js';
import { slotsAfterKill, slotsWon } from './programs.js';

/** How much room the disk says it has. */
const disk = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY }));
vi.mock('node:fs/promises', async original => ({ ...(await original<object>()), statfs: async () => ({ bavail: disk.left, bsize: 1 }) }));

const scratch = mkdtempSync(join(tmpdir(), 'tidemark-lmdb-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('lmdbStorage', () => {
  it.each(storageContract(() => lmdbStorage(join(scratch, 'contract'))))('keeps the law: $name', law => law.run());

  it('agrees with a plain model, whatever is done to it', () => holdToModel(() => lmdbStorage(join(scratch, 'model.mdb')), 30), 60_000);

  it('is a file where the name has an extension, a folder otherwise', async () => {
    for (const [path, file] of [
      ['a/state.mdb', 'a/state.mdb'],
      ['b/state', 'b/state/data.mdb'],
    ] as const) {
      const storage = lmdbStorage(join(scratch, path));
      await storage.open();
      await storage.close();
      expect(existsSync(join(scratch, file))).toBe(true);
    }
  });

  /** A storage whose transactions fail, or are looked at. */
  async function spied(
    path: string,
    transaction: (run: () => unknown) => unknown,
  ): Promise<{ storage: CheckpointStorage; options: unknown[] }> {
    const lmdb = await import('lmdb');
    const options: unknown[] = [];
    vi.doMock('lmdb', () => ({
      open: (given: Parameters<typeof lmdb.open>[0]) => {
        options.push(given);
        const root = lmdb.open(given as never);
        const transactionSync = (work: () => unknown, ...flags: unknown[]) =>
          transaction(() => root.transactionSync(work, ...(flags as [])));
        return new Proxy(root, {
          get(target, name) {
            const value = name === 'transactionSync' ? transactionSync : Reflect.get(target, name);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
      },
    }));
    const storage = lmdbStorage(join(scratch, path));
    await storage.open();
    vi.doUnmock('lmdb');
    return { storage, options };
  }

  it('writes in synchronous transactions, which are on the disk when they return, each in a turn of its own', async () => {
    let turn = 0;
    const turns: number[] = [];
    const { storage, options } = await spied('flush.mdb', run => {
      turns.push(turn);
      return run();
    });
    const tick = (): void => {
      turn++;
      next = setImmediate(tick);
    };
    let next = setImmediate(tick);
    await Promise.all([0, 1, 2].map(i => storage.putChunk('j', `${i}`, new Uint8Array(1))));
    await storage.appendSlot('j', 1, new Uint8Array(1));
    await storage.deleteChunks('j', ['0', '1']);
    clearImmediate(next);
    expect(new Set(turns).size).toBe(5);
    expect(options).toEqual([expect.objectContaining({ overlappingSync: false })]);
    await storage.close();
  });

  it.each([
    [28, Number.POSITIVE_INFINITY, 'STORAGE_FULL'],
    [5, 0, 'STORAGE_FULL'],
    [5, 1 << 30, 'STORAGE_FAILED'],
    [22, 0, 'STORAGE_FAILED'],
  ])('says what error %i is where %d bytes are left: %s; and goes on after', async (code, left, expected) => {
    let failing = true;
    const { storage } = await spied(`error-${code}-${expected}.mdb`, run => {
      if (failing) throw Object.assign(new Error('as the system says'), { code });
      return run();
    });
    disk.left = left;
    await expect(storage.putChunk('j', 'a', new Uint8Array(1))).rejects.toMatchObject({ code: expected });
    failing = false;
    await storage.putChunk('j', 'a', new Uint8Array(1));
    await storage.close();
  });

  it('says what to do where the package is missing', async () => {
    vi.doMock('lmdb', () => {
      throw new Error("Cannot find package 'lmdb'");
    });
    await expect(lmdbStorage('./state').open()).rejects.toMatchObject({
      code: 'STORAGE_UNFIT',
      message: expect.stringMatching(/npm install lmdb/),
    });
    vi.doUnmock('lmdb');
  });

  it('refuses what is no path', () => {
    expect(() => lmdbStorage('')).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });
});

describe('lmdbStorage in several processes', () => {
  const opening = "import { lmdbStorage } from 'tidemark/lmdb'; const storage = lmdbStorage(process.argv[2]);";

  it('gives each slot one winner', async () => {
    expect(await slotsWon(opening, join(scratch, 'race.mdb'), 3, 100)).toBe(100);
  }, 60_000);

  it('loses nothing that was acknowledged when a process is killed', async () => {
    const path = join(scratch, 'killed.mdb');
    const storage = lmdbStorage(path);
    await slotsAfterKill(opening, path, storage);
    await storage.close();
  }, 60_000);
});
