import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TakeSavepoint } from '../../src/checkpoint/takeSavepoint.js';
import { count, eventTime, run, tumbling, windowBy } from '../../src/index.js';
import { world } from '../../src/job/world.js';
import { fileSystem, readSavepoint, toFile, writeSavepoint } from '../../src/node.js';
import { told } from '../support.js';
import { slowly } from './support.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'savepoints-'));
});
afterAll(() => rm(folder, { recursive: true }));

const refused = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'it resolved', told);

async function made() {
  const taking = new TakeSavepoint('x', 'job', [], world);
  taking.take({ sources: [{ name: 's', position: 1 }], operators: [], watermark: 4 });
  taking.complete(2);
  return taking.savepoint;
}

it('is written as a whole, never over another, and read back', async () => {
  const file = join(folder, 'a.tide');
  const savepoint = await made();
  await writeSavepoint(savepoint, file);
  expect(new Uint8Array(await readFile(file))).toEqual(savepoint.bytes);
  const again = await readSavepoint(file);
  expect([again.label, again.sources]).toEqual(['x', savepoint.sources]);
  expect(await refused(writeSavepoint(savepoint, file))).toBe(
    `BAD_OPTION: writeSavepoint: ${file} is there already, and nothing is overwritten: choose another name.`,
  );
  expect(await readdir(folder)).toEqual(['a.tide']);
});

it('says what cannot be read or written', async () => {
  const savepoint = await made();
  const none = join(folder, 'none', 'a.tide');
  expect(await refused(writeSavepoint(savepoint, none))).toBe(`STORAGE_FAILED: writeSavepoint: ${none} cannot be written: ENOENT.`);
  expect(await refused(readSavepoint(none))).toBe(`STORAGE_FAILED: readSavepoint: ${none} cannot be read: ENOENT.`);
  const other = join(folder, 'other.txt');
  await writeFile(other, 'hello');
  expect(await refused(readSavepoint(other))).toBe(`BAD_CHECKPOINT: ${other} is no export of a checkpoint.`);
  expect(await refused(readSavepoint(''))).toContain('BAD_OPTION: readSavepoint: its argument must be the path of a file');
  expect(await refused(writeSavepoint({} as never, none))).toContain('BAD_OPTION: writeSavepoint: its first argument must be a savepoint');
});

it('goes on in files with the same sink, exactly once', async () => {
  const values = Array.from({ length: 40 }, (_, i) => ({ at: i * 3 }));
  const counts = (out: string) =>
    eventTime(slowly(values), { name: 's', timestamp: e => e.at }).pipe(
      windowBy(tumbling(10), { name: 'w', aggregate: count() }),
      toFile(join(folder, out), { name: 'out', row: pane => [pane.window.start, pane.value] }),
    );
  const rows = async (out: string): Promise<string[]> => {
    const files = (await readdir(join(folder, out))).filter(name => name.endsWith('.jsonl')).sort();
    const texts = await Promise.all(files.map(name => readFile(join(folder, out, name), 'utf8')));
    return texts.join('').trim().split('\n');
  };
  const file = join(folder, 'moved.tide');
  const first = run(counts('rows'), { name: 'job' });
  for (let turn = 0; turn < 8; turn++) await new Promise(resolve => setImmediate(resolve));
  await writeSavepoint(await first.stop({ savepoint: 'moved' }), file);
  const some = (await rows('rows')).length;
  await run(counts('rows'), { name: 'job', storage: fileSystem(join(folder, 'state')), from: await readSavepoint(file) }).done;
  await run(counts('all'), { name: 'job' }).done;
  expect(await rows('rows')).toEqual(await rows('all'));
  expect([some > 0, some < (await rows('all')).length]).toEqual([true, true]);
  // The older savepoint is behind the rows now.
  const again = run(counts('rows'), { name: 'job', storage: fileSystem(join(folder, 'other')), from: await readSavepoint(file) });
  expect(await refused(again.done)).toMatch(/^NEEDS_OPERATOR: job job: the savepoint is of checkpoint \d+ of job job, and sink out holds/);
});
