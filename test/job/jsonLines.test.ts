import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonLines } from '../../src/job/jsonLines.js';
import { refusal } from '../support.js';
import { failure, readFrom } from './support.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-'));
  file = join(folder, 'lines.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

describe('jsonLines', () => {
  it('goes on behind any line, whatever is read at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant({ a: [1, 'ä€😀'] }), fc.integer()), { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        async (values, end, ends, chunkBytes) => {
          await writeFile(file, values.map(value => JSON.stringify(value)).join(end) + (ends ? end : ''));
          const source = jsonLines<unknown>(file, { chunkBytes });
          const whole = await readFrom(source);
          expect(whole.map(([value]) => value)).toEqual(values);
          for (const [i, [, position]] of whole.entries()) expect(await readFrom(source, position)).toEqual(whole.slice(i + 1));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('finds what was added since', async () => {
    await writeFile(file, '1\n2\n');
    const [, [, position] = []] = await readFrom(jsonLines(file));
    await appendFile(file, '3\n');
    expect((await readFrom(jsonLines(file), position)).map(([value]) => value)).toEqual([3]);
    // The last line had no line break yet.
    await writeFile(file, '1\n2');
    const [, [, unbroken] = []] = await readFrom(jsonLines(file));
    await appendFile(file, '\n3\n');
    expect((await readFrom(jsonLines(file), unbroken)).map(([value]) => value)).toEqual([3]);
    await writeFile(file, '');
    expect(await readFrom(jsonLines(file))).toEqual([]);
  });

  it('says where a line is no JSON, when a file has become shorter, and what it cannot read', async () => {
    await writeFile(file, '{"a":1}\n{"a":\n');
    const broken = await failure(readFrom(jsonLines(file)));
    expect(broken).toMatchObject({
      code: 'BAD_VALUE',
      message: `jsonLines: ${file}, byte 8: the line is no JSON: {"a":. Mend or remove it.`,
    });
    expect((await failure(readFrom(jsonLines(file), 100))).message).toContain('has 14 bytes, and the job stands behind 100');
    expect((await failure(readFrom(jsonLines(join(folder, 'none'))))).code).toBe('ENOENT');
    expect(refusal(() => jsonLines('a.gz'))).toContain('a file that is not compressed');
    expect(refusal(() => jsonLines('a', { chunkBytes: 0 }))).toContain('jsonLines: chunkBytes must be a whole number above 0');
  });
});
