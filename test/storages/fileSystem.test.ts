/** The storage of files on the disk of this machine. What happens when a disk fails: fileStorage.test.ts. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { fileSystem } from '../../src/storages/fileSystem.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { checkBuilt, ROOT } from '../built.js';
import { holdToModel } from './commands.js';

const scratch = mkdtempSync(join(tmpdir(), 'tidemark-files-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A program that opens the storage which its argument names, and does something with it. */
function program(body: string): string {
  checkBuilt();
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const file = join(ROOT, 'build', `files-${process.pid}-${Math.random().toString(36).slice(2)}.mjs`);
  const open = "import { fileSystem } from 'tidemark/node'; const storage = fileSystem(process.argv[2]); await storage.open();";
  writeFileSync(file, `${open}\n${body}`);
  return file;
}

describe('fileSystem', () => {
  const dir = join(scratch, 'a', 'b');

  it.each(storageContract(() => fileSystem(dir)))('keeps the law: $name', law => law.run());

  it('agrees with a plain model, whatever is done to it', () => holdToModel(() => fileSystem(join(scratch, 'model')), 40), 60_000);

  it.each(storageContract(() => fileSystem(join(scratch, 'no-links'), { links: false })))('without links it keeps the law: $name', law =>
    law.run(),
  );

  it('resolves its folder when it is made: a program may go elsewhere later', async () => {
    const before = process.cwd();
    const storage = fileSystem(relative(before, join(scratch, 'here')));
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(tmpdir());
    await storage.open();
    await storage.appendSlot('job', 1, new Uint8Array(1));
    cwd.mockRestore();
    expect(existsSync(join(scratch, 'here', 'job', 'slots', '0000000000000001'))).toBe(true);
    await storage.close();
  });

  it('serves several jobs of one process, and is closed with the last', async () => {
    const storage = fileSystem(join(scratch, 'shared'));
    await Promise.all([storage.open(), storage.open()]);
    await storage.close();
    expect(await storage.appendSlot('job', 1, new Uint8Array(1))).toBe('ok');
    await storage.close();
    await expect(storage.listJobs()).rejects.toMatchObject({ code: 'STORAGE_CLOSED' });
  });

  it('keeps 4 processes apart: each slot has one winner', async () => {
    const dir = join(scratch, 'race');
    const file = program(`
      let won = 0;
      for (let seq = 1; seq <= 50; seq++) if ((await storage.appendSlot('job', seq, new Uint8Array([process.pid]))) === 'ok') won++;
      console.log(won);
    `);
    const run = promisify(execFile);
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, [file, dir])));
    rmSync(file);
    expect(outcomes.reduce((sum, { stdout }) => sum + Number(stdout), 0)).toBe(50);
  }, 60_000);

  it('loses nothing that was acknowledged when a process is killed, and goes on behind it', async () => {
    const dir = join(scratch, 'killed');
    const file = program(`
      for (let seq = 1; ; seq++) {
        await storage.putChunk('job', String(seq), new Uint8Array(5000).fill(seq));
        await storage.appendSlot('job', seq, new Uint8Array(50).fill(seq));
        console.log(seq);
      }
    `);
    const child = spawn(process.execPath, [file, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    await new Promise<void>(resolve => {
      child.stdout.on('data', data => {
        said += data;
        if (said.split('\n').length > 20) resolve();
      });
    });
    child.kill('SIGKILL');
    await once(child, 'close');
    rmSync(file);
    const storage = fileSystem(dir);
    await storage.open();
    const slots = await storage.listSlots('job');
    expect(slots.length).toBeGreaterThanOrEqual(said.split('\n').length - 1);
    for (const seq of slots) {
      expect(await storage.readSlot('job', seq)).toEqual(new Uint8Array(50).fill(seq));
      expect(await storage.getChunk('job', String(seq))).toEqual(new Uint8Array(5000).fill(seq));
    }
    expect(await storage.appendSlot('job', slots.length + 1, new Uint8Array(1))).toBe('ok');
    await storage.close();
  }, 60_000);

  it.each([
    ['a file in its way', 'file/state'],
    ['a folder below a file', 'file'],
  ])('says what the system says: %s', async (_what, path) => {
    writeFileSync(join(scratch, 'file'), '');
    const storage = fileSystem(join(scratch, path));
    await expect(storage.open()).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringMatching(/^fileSystem\(.*\): open: E/),
    });
  });

  it('refuses what is no folder, and options that do not exist', () => {
    expect(() => fileSystem('')).toThrow('fileSystem: dir must be a folder, such as \'./state\', but came as "".');
    expect(() => fileSystem('a', { link: false } as never)).toThrow('there is no option "link"');
    expect(() => fileSystem('a', { links: 1 as never })).toThrow('fileSystem: links must be true or false, but came as 1.');
  });
});
