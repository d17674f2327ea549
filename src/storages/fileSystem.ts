import { resolve } from 'node:path';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { checkFlag, mustBe, readOptions } from '../errors.js';
import { fileStorage } from './fileStorage.js';
import { nodeFiles } from './nodeFiles.js';

/** What {@link fileSystem} can be told. */
export interface FileSystemOptions {
  /**
   * Whether owners of a job are kept apart by hard links. Default: true. False is for disks that have none (exFAT, some network shares):
   * two processes that run the same job may then both go on, and a slot that was being written when the power failed counts as corrupt.
   */
  readonly links?: boolean;
}

/**
 * A storage in the files of a folder, which is created if it is missing: for jobs on one machine. What it says is stored has been fsynced,
 * file and folder, and survives the end of the process and a loss of power. Of several processes that run the same job, in the same folder,
 * the one that took it over last goes on. Do not put the folder on NFS.
 *
 * @param dir The folder. Several jobs may share it; nothing else should be in it.
 * @throws TidemarkError `BAD_OPTION`. Its `open` rejects with `STORAGE_UNFIT` where the disk has no hard links; its methods with
 * `STORAGE_FULL` when the disk is full, with `STORAGE_LOST` when the folder was taken away meanwhile, and with `STORAGE_FAILED` for whatever
 * else the system says.
 *
 * @example
 * ```ts
 * import { fileSystem } from 'tidemark/node';
 *
 * const storage = fileSystem('./state');
 * await storage.open();
 * console.log(await storage.listJobs());
 * await storage.close();
 * ```
 */
export function fileSystem(dir: string, options: FileSystemOptions = {}): CheckpointStorage {
  if (typeof dir !== 'string' || dir === '') throw mustBe('fileSystem: dir', "a folder, such as './state'", dir);
  const { links = true } = readOptions(options, { links: checkFlag }, 'fileSystem');
  // Resolved now: the program may change its folder later.
  return fileStorage(resolve(dir).replaceAll('\\', '/'), nodeFiles, { links }, `fileSystem(${dir})`);
}
