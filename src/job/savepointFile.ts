import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkedSavepoint, type Savepoint } from '../checkpoint/savepoint.js';
import { mustBe, TidemarkError } from '../errors.js';
import { codeOf } from '../storages/filePort.js';
import { nodeFiles } from '../storages/nodeFiles.js';
import { checkSavepoint } from './storedSavepoints.js';

/**
 * Writes a savepoint into a file. The file is there as a whole, synced, or not at all, and never in place of another.
 *
 * @throws TidemarkError `BAD_OPTION` if there is such a file; `STORAGE_FAILED` if it cannot be written.
 * @example
 * ```ts
 * import { run, type Job } from 'tidemark';
 * import { readSavepoint, writeSavepoint } from 'tidemark/node';
 *
 * declare const job: Job<unknown>;
 * await writeSavepoint(await job.savepoint('before tuning'), 'before-tuning.tide');
 * const savepoint = await readSavepoint('before-tuning.tide');
 * ```
 */
export async function writeSavepoint(savepoint: Savepoint, file: string): Promise<void> {
  checkSavepoint(savepoint, 'writeSavepoint: its first argument');
  checkPath(file, 'writeSavepoint: its second argument');
  await writeNew(file, savepoint.bytes);
}

/**
 * A savepoint out of a file, which `writeSavepoint` or `tidemark checkpoints export` wrote; read to the last byte.
 *
 * @throws TidemarkError `BAD_CHECKPOINT` for what is no savepoint, and what is torn or altered; `STORAGE_FAILED` if it cannot be read.
 */
export async function readSavepoint(file: string): Promise<Savepoint> {
  checkPath(file, 'readSavepoint: its argument');
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new TidemarkError('STORAGE_FAILED', `readSavepoint: ${file} cannot be read: ${codeOf(error)}.`, { cause: error });
  });
  return checkedSavepoint(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), file);
}

function checkPath(file: unknown, where: string): void {
  if (typeof file !== 'string' || file === '') throw mustBe(where, 'the path of a file', file);
}

/** The file is taken first, empty, and then filled at once. */
async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  let reserved = false;
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await (await open(file, 'wx')).close();
    reserved = true;
    const to = await open(temporary, 'wx');
    try {
      await to.writeFile(bytes);
      await to.sync();
    } finally {
      await to.close();
    }
    await rename(temporary, file);
    await nodeFiles.syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true });
    if (reserved) await rm(file, { force: true });
    const code = codeOf(error);
    if (code === 'EEXIST')
      throw new TidemarkError('BAD_OPTION', `writeSavepoint: ${file} is there already, and nothing is overwritten: choose another name.`);
    throw new TidemarkError('STORAGE_FAILED', `writeSavepoint: ${file} cannot be written: ${code ?? String(error)}.`, { cause: error });
  }
}
