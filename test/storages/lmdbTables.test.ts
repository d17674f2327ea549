import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { numberBytes } from '../../src/state/keyBytes.js';
import { lmdbTables } from '../../src/storages/lmdbTables.js';
import { stateBackendContract } from '../../src/testing/stateBackendContract.js';
import { holdTablesToModel } from './tableCommands.js';

const scratch = mkdtempSync(join(tmpdir(), 'tidemark-tables-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('lmdbTables', () => {
  const make = () => lmdbTables('lmdb(contract)', join(scratch, 'contract'));

  it.each(stateBackendContract(make))('keeps the law: $name', law => law.run());

  it('agrees with a plain model, whatever is done to it', () => holdTablesToModel(make, 20), 60_000);

  it('has a file of its own, which goes with it; those of processes that are no more go when it is opened', async () => {
    const folder = join(scratch, 'files');
    const [one, two] = [lmdbTables('one', folder), lmdbTables('two', folder)];
    await one.open();
    // No process has such a number.
    writeFileSync(join(folder, 'working-4194305-1.mdb'), 'left behind');
    writeFileSync(join(folder, 'working-4194305-1.mdb-lock'), '');
    writeFileSync(join(folder, 'notes.txt'), 'not ours');
    one.table('t').write([['a', 1]]);
    await two.open();
    expect(two.table('t').get('a')).toBeUndefined();
    expect(one.table('t').get('a')).toBe(1);
    expect(readdirSync(folder).filter(file => file.includes('4194305'))).toEqual([]);
    await Promise.all([one.close(), two.close()]);
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  it('has as many tables as are asked for, in more files where one has too many', async () => {
    const folder = join(scratch, 'many');
    const backend = lmdbTables('many', folder);
    await backend.open();
    const count = 1_000;
    for (let i = 0; i < count; i++) backend.table(`t${i}`).write([['a', i]]);
    for (let i = 0; i < count; i++) expect(backend.table(`t${i}`).get('a')).toBe(i);
    expect(readdirSync(folder).filter(file => file.endsWith('.mdb'))).toHaveLength(4);
    await backend.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('orders keys as their bytes', async () => {
    const backend = make();
    await backend.open();
    const numbers = [-Infinity, -1e9, -2, -0.5, 0, 1e-9, 1, 255, 256, 2 ** 40, Infinity];
    backend.table('n').write([...numbers].reverse().map(number => [numberBytes(number), number]));
    expect(
      backend
        .table('n')
        .range('\0', undefined, 99)
        .map(([, number]) => number),
    ).toEqual(numbers);
    await backend.close();
  });

  it('says what LMDB says, and when there is no room', async () => {
    const lmdb = await import('lmdb');
    let broken: Error | undefined;
    vi.doMock('lmdb', () => ({
      open: (given: never) => {
        const root = lmdb.open(given);
        return new Proxy(root, {
          get(target, name) {
            if (name !== 'openDB') {
              const value = Reflect.get(target, name);
              return typeof value === 'function' ? value.bind(target) : value;
            }
            return (options: never) =>
              new Proxy(target.openDB(options), {
                get(db, member) {
                  if (broken && member === 'transactionSync') throw broken;
                  const value = Reflect.get(db, member);
                  return typeof value === 'function' ? value.bind(db) : value;
                },
              });
          },
        });
      },
    }));
    const backend = lmdbTables('lmdb(full)', join(scratch, 'full'));
    await backend.open();
    vi.doUnmock('lmdb');
    const table = backend.table('t');
    broken = new Error('out of luck');
    expect(() => table.write([['a', 1]])).toThrow('lmdb(full): t: write: out of luck');
    broken = Object.assign(new Error('disk'), { code: 'MDB_MAP_FULL' });
    expect(() => table.write([['a', 1]])).toThrow(expect.objectContaining({ code: 'STORAGE_FULL' }));
    await backend.close();
  });

  it('says what to do where the package is missing, and that it is not open', async () => {
    const backend = lmdbTables('lmdb(x)', join(scratch, 'x'));
    expect(() => backend.table('t')).toThrow('lmdb(x): it is not open');
    vi.doMock('lmdb', () => {
      throw new Error('no such package');
    });
    await expect(backend.open()).rejects.toThrow(expect.objectContaining({ code: 'STORAGE_UNFIT' }));
    vi.doUnmock('lmdb');
  });
});
