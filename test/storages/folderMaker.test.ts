import { describe, expect, it } from 'vitest';
import { FolderMaker } from '../../src/storages/folderMaker.js';
import { Disk, systemError } from './disk.js';

describe('FolderMaker', () => {
  it('makes a folder once, however many ask for it at once', async () => {
    const disk = new Disk();
    const folders = new FolderMaker(disk.port, '/a');
    await Promise.all([folders.make('/a/b'), folders.make('/a/b'), folders.make('/a/c')]);
    await folders.make('/a/b');
    expect(disk.log.filter(call => call === 'makeFolder /a/b')).toHaveLength(1);
    expect(await disk.port.list('/a')).toEqual(['b', 'c']);
  });

  it('syncs the parent of a folder that another has made, since its maker may have died before', async () => {
    const disk = new Disk();
    await disk.port.makeFolder('/a');
    await disk.port.makeFolder('/a/b');
    disk.log.length = 0;
    const folders = new FolderMaker(disk.port, '/a');
    await folders.make('/a');
    await folders.make('/a/b');
    expect(disk.log).toEqual(['makeFolder /a', 'syncFolder /', 'makeFolder /a/b', 'syncFolder /a']);
  });

  it('tries again after a failure, and after it was told to forget', async () => {
    const disk = new Disk();
    const folders = new FolderMaker(disk.port, '/a');
    disk.interfere = () => {
      throw systemError('EIO');
    };
    await expect(folders.make('/a')).rejects.toMatchObject({ code: 'EIO' });
    disk.interfere = () => {};
    await folders.make('/a');
    const calls = disk.calls;
    await folders.make('/a');
    expect(disk.calls).toBe(calls);
    folders.forget();
    await folders.make('/a');
    expect(disk.calls).toBe(calls + 2);
  });
});
