import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { tap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventTime, memoryStorage, run } from '../../src/index.js';
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

/** Lines and their offsets; by how many bytes a position is known depends on what was read at once. */
const places = (read: readonly (readonly [unknown, unknown])[]) =>
  read.map(([value, position]) => [value, (position as { at: number }).at]);

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
          for (const [i, [, position]] of whole.entries()) {
            expect(await source.source$.retains?.(position)).toBe(true);
            expect(places(await readFrom(source, position))).toEqual(places(whole.slice(i + 1)));
          }
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

  it.each([
    ['shorter', '{"n":1}\n'],
    ['another one', '{"n":1}\n{"n":3}\n{"n":4}\n'],
    ['empty', ''],
  ])('finds out that the file is %s, and reads it from the beginning if it is told to', async (_what, text) => {
    await writeFile(file, '{"n":1}\n{"n":2}\n');
    const storage = memoryStorage();
    const start = (options = {}) => {
      const seen: number[] = [];
      const numbers = eventTime(jsonLines<{ n: number }>(file, options), { name: 'n', timestamp: ({ n }) => n });
      const job = run(numbers.pipe(tap(({ n }) => void seen.push(n))), { name: 'job', storage });
      return { seen, job };
    };
    await start().job.done;
    await start().job.done;
    await writeFile(file, text);
    const refused = await failure(start().job.done);
    expect(refused).toMatchObject({ code: 'NEEDS_OPERATOR' });
    expect(refused.message).toMatch(
      /^source "n" no longer keeps what comes behind \{"at":16,"tail":\[16,\d+\]\}, where the checkpoint stands/,
    );
    const anew = start({ reset: 'earliest' });
    await anew.job.done;
    expect(anew.seen).toEqual(text.match(/\d/g)?.map(Number) ?? []);
  });

  it('says where a line is no JSON, and what it cannot read', async () => {
    await writeFile(file, '{"a":1}\n{"a":\n');
    const broken = await failure(readFrom(jsonLines(file)));
    expect(broken).toMatchObject({
      code: 'BAD_VALUE',
      message: `jsonLines: ${file}, byte 8: the line is no JSON: {"a":. Mend or remove it.`,
    });
    const none = join(folder, 'none');
    expect(await failure(readFrom(jsonLines(none)))).toMatchObject({
      code: 'BAD_OPTION',
      message: `jsonLines: its first argument must be the path of a file, but came as "${none}". There is no ${none}.`,
    });
    const of = await failure(readFrom(jsonLines(folder)));
    expect([of.code, of.message.endsWith(`${folder} is a folder.`)]).toEqual(['BAD_OPTION', true]);
    // What else there is stays as it is.
    expect((await failure(readFrom(jsonLines(join(file, 'below'))))).code).toBe('ENOTDIR');
    expect(refusal(() => jsonLines('a.gz'))).toContain('a file that is not compressed');
    expect(refusal(() => jsonLines('a', { chunkBytes: 0 }))).toContain('jsonLines: chunkBytes must be a whole number above 0');
  });
});
