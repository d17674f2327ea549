import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { tap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventTime, memoryStorage, run } from '../../src/index.js';
import { type BadLine, jsonLines } from '../../src/job/jsonLines.js';
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

  it('leaves a last line that has no line break to the next run, where the job pauses', async () => {
    const storage = memoryStorage();
    const all: unknown[] = [];
    const life = async (text: string) => {
      await appendFile(file, text);
      const numbers = eventTime(jsonLines<number>(file, { chunkBytes: 3 }), { name: 'n', timestamp: n => n });
      await run(numbers.pipe(tap(n => void all.push(n))), { name: 'job', storage, atEnd: 'pause' }).done;
    };
    await life('10\n20');
    expect(all).toEqual([10]);
    await life('7\n');
    expect(all).toEqual([10, 207]);
    await life('');
    await life('208');
    await life('9\n3');
    expect(all).toEqual([10, 207, 2089]);
  });

  it('says that a last line without a line break may be half of one, and finds out if it was', async () => {
    await writeFile(file, '1\n{"a":');
    expect((await failure(readFrom(jsonLines(file)))).message).toBe(
      `jsonLines: ${file}, byte 2: the line is no JSON: {"a":. It is the last one and has no line break: is it still being written? With atEnd: 'pause' it would be left to the next run.`,
    );
    await writeFile(file, '1\n20');
    const [, [, position] = []] = await readFrom(jsonLines(file));
    for (const end of ['\n3\n', '\r\n3\n', ' \n3\n', '']) {
      await writeFile(file, `1\n20${end}`);
      expect((await readFrom(jsonLines(file), position)).map(([value]) => value)).toEqual(end === '' ? [] : [3]);
    }
    await writeFile(file, '1\n207\n');
    const refused = await failure(readFrom(jsonLines(file), position));
    expect(refused).toMatchObject({ code: 'NEEDS_OPERATOR' });
    expect(refused.message).toContain('byte 4: the line before it was read when it was the last one and had no line break, and has been');
  });

  it.each(['skip', 'observer'])('passes over lines that are no JSON, and counts each once over any restart (%s)', async kind => {
    const lines = fc.array(fc.oneof(fc.integer({ min: 0, max: 999 }), fc.constantFrom('no', '{', '')), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 9 }), async (drawn, chunkBytes) => {
        await writeFile(file, drawn.map(line => `${line}\n`).join(''));
        const heard: string[] = [];
        const open = () => jsonLines<number>(file, { chunkBytes, bad: kind === 'skip' ? 'skip' : ({ text }) => void heard.push(text) });
        const source = open();
        const whole = await readFrom(source);
        const bad = drawn.filter(line => typeof line === 'string' && line !== '');
        expect(whole.map(([value]) => value)).toEqual(drawn.filter(line => typeof line === 'number'));
        expect(source.skipped).toBe(bad.length);
        expect(heard).toEqual(kind === 'skip' ? [] : bad);
        for (const [i, [, position]] of whole.entries()) {
          const again = open();
          expect(places(await readFrom(again, position))).toEqual(places(whole.slice(i + 1)));
          expect(again.skipped).toBe(bad.length);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('hands a bad line to its observer, whose error fails the stream', async () => {
    await writeFile(file, '1\n {"a": \n2\n');
    const heard: BadLine[] = [];
    await readFrom(jsonLines(file, { bad: line => void heard.push(line) }));
    expect(heard).toEqual([{ text: '{"a":', at: 2, error: expect.any(SyntaxError) }]);
    const throwing = jsonLines(file, {
      bad() {
        throw new Error('no');
      },
    });
    expect((await failure(readFrom(throwing))).message).toBe('no');
  });

  it('says where a line is no JSON, and what it cannot read', async () => {
    await writeFile(file, '{"a":1}\n{"a":\n');
    const broken = await failure(readFrom(jsonLines(file)));
    expect(broken).toMatchObject({
      code: 'BAD_VALUE',
      message: `jsonLines: ${file}, byte 8: the line is no JSON: {"a":. Mend or remove it, or say bad: 'skip'.`,
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
    expect(refusal(() => jsonLines('a', { bad: 'ignore' as never }))).toContain("jsonLines: bad must be 'fail', 'skip' or a function");
    expect(refusal(() => jsonLines('a', { chunkBytes: 0 }))).toContain('jsonLines: chunkBytes must be a whole number above 0');
  });
});
