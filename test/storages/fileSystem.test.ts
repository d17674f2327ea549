/** The storage of files on the disk of this machine. What happens when a disk fails: fileStorage.test.ts. */
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { fileSystem } from '../../src/storages/fileSystem.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { holdToModel } from './commands.js';
import { slotsAfterKill, slotsWon } from './programs.js';

const scratch = mkdtempSync(join(tmpdir(), 'tidemark-files-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const OPENING = "import { fileSystem } from 'tidemark/node'; const storage = fileSystem(process.argv[2]);";

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
    expect(await slotsWon(OPENING, join(scratch, 'race'), 4, 50)).toBe(50);
  }, 60_000);

  it('loses nothing that was acknowledged when a process is killed, and goes on behind it', async () => {
    const dir = join(scratch, 'killed');
    const storage = fileSystem(dir);
    const slots = await slotsAfterKill(OPENING, dir, storage);
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

  it('says that what it stored is lost, when its folder is taken away; and goes on when it is back', async () => {
    const dir = join(scratch, 'moved');
    const storage = fileSystem(dir);
    await storage.open();
    await storage.putChunk('job', 'a', new Uint8Array(1));
    await storage.appendSlot('job', 1, new Uint8Array(1));
    renameSync(dir, `${dir}.away`);
    const lost = { code: 'STORAGE_LOST', message: expect.stringMatching(/^fileSystem\(.*\): the folder .*\/moved\/job\/\w+ is gone/) };
    await expect(storage.putChunk('job', 'b', new Uint8Array(1))).rejects.toMatchObject(lost);
    await expect(storage.appendSlot('job', 2, new Uint8Array(1))).rejects.toMatchObject(lost);
    renameSync(`${dir}.away`, dir);
    expect(await storage.appendSlot('job', 2, new Uint8Array(1))).toBe('ok');
    await storage.close();
  });

  it('refuses what is no folder, and options that do not exist', () => {
    expect(() => fileSystem('')).toThrow('fileSystem: dir must be a folder, such as \'./state\', but came as "".');
    expect(() => fileSystem('a', { link: false } as never)).toThrow('there is no option "link"');
    expect(() => fileSystem('a', { links: 1 as never })).toThrow('fileSystem: links must be true or false, but came as 1.');
  });
});
