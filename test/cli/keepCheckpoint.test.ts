import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fileSystem } from '../../src/storages/fileSystem.js';
import { barrierOf, command, saveJob, transactional } from './savedJob.js';

const scratch = mkdtempSync(join(tmpdir(), 'tidemark-keep-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folder: string;
let where: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(scratch, 'a'));
  where = ['-s', `file:${folder}/state`];
  const storage = fileSystem(join(folder, 'state'));
  await storage.open();
  await saveJob(storage, 'demo', [1, 2, 3].map(a => barrierOf({ a })), { sinks: [transactional()] }); // biome-ignore format: one line
  await storage.putChunk('demo', 'c/0-1/0', new Uint8Array(1_500));
  await storage.close();
});

describe('export and import', () => {
  it('export what is known to be committed, and say what to do about the rest', async () => {
    const file = join(folder, 'x.tide');
    const refused = await command('export', file, ...where);
    expect([refused.code, refused.err]).toEqual([
      1,
      'whether the rows of checkpoint 4 are committed in its sinks is not known from here, and an export leaves them out if they are not. If its job has ended in peace (job.done has resolved) they are: say --anyway. Or take --at 3, the newest that is known to be.',
    ]);
    const done = await command('export', file, '--at', '3', ...where);
    expect([done.code, done.out]).toEqual([0, expect.stringMatching(/^checkpoint 3 of job demo is in .*x\.tide: \d+ B\n$/)]);
    expect((await command('keys', 'sums', '-s', `export:${file}`)).out).toContain('a    0 .. 60,000  2');
    expect((await command('verify', '-s', `export:${file}`)).code).toBe(0);
    expect(await command('pin', '-s', `export:${file}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing in it needs a pin'),
    });
    expect((await command('export', join(folder, 'y.tide'), '--anyway', ...where)).code).toBe(0);
  });

  it('import nothing that is broken, and over nothing that is there', async () => {
    const file = join(folder, 'x.tide');
    await command('export', file, '--at', '3', ...where);
    expect(await command('import', file, ...where)).toMatchObject({ code: 1, err: expect.stringContaining('holds a job demo already') });
    const json = JSON.parse((await command('import', file, '--job', 'copy', '--json', ...where)).out);
    expect(json).toMatchObject({ job: 'copy', checkpoint: 3 });
    expect((await command('get', 'sums', 'a', '--job', 'copy', ...where)).out).toContain('a    0 .. 60,000  2');
    const bytes = readFileSync(file);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] as number) ^ 1;
    writeFileSync(file, bytes);
    expect(await command('import', file, '--job', 'broken', ...where)).toMatchObject({ code: 1, err: expect.stringContaining('altered') });
    expect((await command('list', '--job', 'broken', ...where)).code).toBe(1);
  });
});

describe('pin', () => {
  it('keeps a checkpoint until it is taken away', async () => {
    expect((await command('pin', '2', '--name', 'mine', ...where)).out).toBe(
      'checkpoint 2 of job demo is pinned as mine, until pin 2 --name mine --remove\n',
    );
    expect((await command('gc', '--keep', '1', '--yes', ...where)).out).toBe('job demo: deleted 1 chunk of 1.5 kB\n');
    expect((await command('pin', '3', '--name', 'mine', '--remove', ...where)).err).toBe(
      "job demo has no such pin 'mine': list shows them.",
    );
    expect(JSON.parse((await command('pin', '--name', 'mine', '--remove', '--json', ...where)).out)).toEqual({
      job: 'demo',
      name: 'mine',
      removed: [2],
    });
    expect((await command('gc', '--keep', '1', '--yes', ...where)).out).toMatch(/^job demo: deleted 1 checkpoint \(2\)/);
    expect((await command('pin', '2', ...where)).code).toBe(1);
    expect(JSON.parse((await command('pin', '--json', ...where)).out)).toEqual({ job: 'demo', name: 'pin', checkpoint: 4 });
  });
});

describe('gc', () => {
  it('says what it would delete, and deletes when told to', async () => {
    const said = 'job demo: would delete 1 chunk of 1.5 kB\n--yes deletes it\n';
    for (let time = 0; time < 2; time++) expect(await command('gc', ...where)).toMatchObject({ code: 0, out: said });
    expect(JSON.parse((await command('gc', '--yes', '--json', ...where)).out)).toEqual({ job: 'demo', deleted: true, checkpoints: [], chunks: 1, bytes: 1_500, pins: [] }); // biome-ignore format: one line
    expect((await command('gc', ...where)).out).toBe('job demo: nothing to delete\n');
    expect((await command('verify', ...where)).code).toBe(0);
  });
});
