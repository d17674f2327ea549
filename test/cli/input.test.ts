import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunksOf, sizeOf } from '../../src/cli/input.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-input-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(name: string, text: string | Uint8Array, given?: 'csv' | 'jsonl'): Promise<unknown[]> {
  const file = join(folder, name);
  writeFileSync(file, text);
  const all: unknown[] = [];
  for await (const { format, records } of chunksOf(file, given)) for (const { line, value } of records) all.push([format, line, value]);
  return all;
}

describe('chunksOf', () => {
  it.each([
    ['a.csv', '{}', 'csv'],
    ['a.TSV', '{}', 'csv'],
    ['a.jsonl', 'x', 'jsonl'],
    ['a.ndjson', 'x', 'jsonl'],
    ['a.json', 'x', 'jsonl'],
    ['a.txt', ' \n{"a":1}', 'jsonl'],
    ['a', '[1]', 'jsonl'],
    ['a.log', 'time,x', 'csv'],
  ])('takes %s that begins with %j for %s', async (name, text, format) => {
    expect((await read(name, text)).map(record => (record as [string])[0])).toContain(format);
  });

  it('does as it is told', async () => {
    expect(await read('a.csv', '{}', 'jsonl')).toEqual([['jsonl', 1, '{}']]);
  });

  it('reads UTF-8 across chunks, without its mark', async () => {
    const long = 'é'.repeat(200_000);
    expect(await read('a.jsonl', `\ufeffx\n${long}\n`)).toEqual([['jsonl', 1, 'x'], ['jsonl', 2, long]]); // biome-ignore format: one line
  });

  it('reads nothing from an empty file', async () => {
    expect([await read('a.txt', ''), await read('a.csv', ''), await read('b.txt', ' \n')]).toEqual([[], [], []]);
  });

  it('says why a file cannot be read', () => {
    expect(() => sizeOf(join(folder, 'none'))).toThrow(/none: there is no such file\.$/);
    expect(() => sizeOf(folder)).toThrow(/is a directory\.$/);
    expect(sizeOf('-')).toBe(undefined);
  });
});
