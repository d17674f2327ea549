import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Barrier } from '../../src/checkpoint/participants.js';
import { fileSystem } from '../../src/storages/fileSystem.js';
import { barrierOf, command, saveJob } from './savedJob.js';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));
const where = ['-s', `file:${folder}`];

beforeAll(async () => {
  const storage = fileSystem(folder);
  await storage.open();
  const twice: Barrier = barrierOf({ a: 1, b: 5, 'two words': 7, '8': 9 });
  const operators = [...twice.operators, { kind: 'dedupe', name: 'sums', rest: { seen: 3n }, parts: [] }];
  await saveJob(storage, 'demo', [barrierOf({ a: 1, b: 2, c: 3 }), { ...twice, operators }]);
  await storage.close();
});

describe('diff', () => {
  it('counts rows, and shows them', async () => {
    const { code, out } = await command('diff', '2', '3', ...where);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "job demo: from checkpoint 2 to 3

      source    before  after
      readings  3       4

      operator                          added  removed  changed  same  beside rows
      windowBy/sums                         2        1        1     1  same
      eventTime/readings                    0        0        0     0  same
      dedupe/sums (only in the second)      0        0        0     0  changed

      windowBy/sums
         key          of           before  after
      +  "8"          0 .. 60,000          9
      ~  b            0 .. 60,000  2       5
      +  "two words"  0 .. 60,000          7
      -  c            0 .. 60,000  3
      "
    `);
    expect((await command('diff', '2', '3', ...where, '--limit', '1')).out).toContain('... and 3 more rows: --limit 0 shows all');
    expect(JSON.parse((await command('diff', '3', '2', ...where, '--json')).out)).toMatchObject({
      a: 3,
      b: 2,
      sources: [{ name: 'readings', before: 4, after: 3, moved: true }],
      operators: [{ id: 'windowBy/sums', added: 1, removed: 2, changed: 1, same: 1 }, { same: 0, rest: 'same' }, { in: 'first' }], // biome-ignore format: one line
    });
  });

  it('needs two checkpoints that are there', async () => {
    expect(await command('diff', '2', 'x', ...where)).toMatchObject({ code: 2, err: expect.stringContaining('B is a whole number') });
    expect(await command('diff', '2', '9', ...where)).toMatchObject({ code: 1, err: expect.stringContaining('slot 9 is not there') });
  });
});

describe('keys', () => {
  it('lists rows, some of them, or those of a window', async () => {
    const { code, out } = await command('keys', 'windowBy/sums', ...where);
    expect([code, out]).toEqual([
      0,
      [
        'windowBy/sums in checkpoint 3: 4 rows',
        'key          of           accumulated  panes',
        '"8"          0 .. 60,000  9',
        'a            0 .. 60,000  1',
        'b            0 .. 60,000  5',
        '"two words"  0 .. 60,000  7',
        '',
      ].join('\n'),
    ]);
    const rows = async (...args: string[]) => JSON.parse((await command('keys', 'windowBy/sums', ...where, '--json', ...args)).out);
    expect(await rows('--prefix', 'b')).toMatchObject({ count: 1, rows: [{ key: 'b', state: 5 }] });
    expect(await rows('--limit', '1', '--at', '2')).toMatchObject({ checkpoint: 2, count: 3, rows: [{ key: 'a' }] });
    expect((await rows('--window', '59999')).count).toBe(4);
    expect((await rows('--window', '60000')).count).toBe(0);
    expect((await command('keys', 'windowBy/sums', '--window', '60000', ...where)).out).toBe('windowBy/sums in checkpoint 3: 0 rows\n');
  });

  it('lists none of windows that are over', async () => {
    const over = mkdtempSync(join(tmpdir(), 'tidemark-inspect-'));
    const storage = fileSystem(over);
    await storage.open();
    await saveJob(storage, 'over', [barrierOf({})]);
    await storage.close();
    const { code, out } = await command('keys', 'windowBy/sums', '-s', `file:${over}`);
    expect([code, out]).toEqual([0, 'windowBy/sums in checkpoint 2: 0 rows\n']);
  });

  it('takes the name of an operator alone, if it says enough', async () => {
    expect((await command('keys', 'sums', '--at', '2', ...where)).code).toBe(0);
    expect(await command('keys', 'sums', ...where)).toMatchObject({
      code: 2,
      err: expect.stringContaining('windowBy/sums or dedupe/sums'),
    });
    expect(await command('keys', 'sum', ...where)).toMatchObject({ code: 1, err: expect.stringContaining('there is windowBy/sums') });
    expect(await command('keys', 'readings', ...where)).toMatchObject({
      code: 1,
      err: expect.stringContaining('keeps no rows by key: get eventTime/readings'),
    });
  });
});

describe('get', () => {
  it('shows what is held for a key, as JSON or as a text', async () => {
    for (const key of ['8', '"8"']) expect((await command('get', 'windowBy/sums', key, ...where)).out).toContain('"8"  0 .. 60,000  9');
    expect(await command('get', 'windowBy/sums', 'z', ...where)).toMatchObject({
      code: 1,
      out: '',
      err: 'windowBy/sums holds nothing for z. keys lists what there is.\n',
    });
    expect((await command('get', 'windowBy/sums', 'a', '--window', '60000', ...where)).code).toBe(1);
  });

  it('shows what is held beside rows', async () => {
    expect(await command('get', 'dedupe/sums', ...where)).toMatchObject({ code: 0, out: '{\n  "seen": "3n"\n}\n' });
    expect(JSON.parse((await command('get', 'readings', ...where)).out)).toEqual({ watermark: 5 });
    expect(await command('get', 'readings', '--window', '1', ...where)).toMatchObject({ code: 2 });
  });
});
