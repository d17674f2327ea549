/** Savepoints in a storage for checkpoints: each is a log of its own, beside those of jobs, which no job deletes from. */
import { chunkId } from '../checkpoint/chunk.js';
import { copyCheckpoint, SAVEPOINT_SLOT } from '../checkpoint/copyCheckpoint.js';
import { checkedSavepoint, Savepoint } from '../checkpoint/savepoint.js';
import { joinSavepoint } from '../checkpoint/savepointBytes.js';
import { openSlot } from '../checkpoint/slot.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { mustBe, TidemarkError } from '../errors.js';
import { world } from './world.js';

/** What the names of their logs begin with. */
export const SAVEPOINTS = 'savepoint/';

/**
 * Puts a savepoint into a storage, under its label. It stays there whatever becomes of its job.
 *
 * @param storage Any; it is opened, and closed again.
 * @throws TidemarkError `BAD_OPTION` if there is one of that label, or if it has none; whatever the storage fails with.
 * @example
 * ```ts
 * import { loadSavepoint, memoryStorage, type Savepoint, storeSavepoint } from 'tidemark';
 *
 * declare const savepoint: Savepoint;
 * const storage = memoryStorage();
 * await storeSavepoint(savepoint, storage);
 * const again = await loadSavepoint(storage, savepoint.label);
 * ```
 */
export async function storeSavepoint(savepoint: Savepoint, storage: CheckpointStorage): Promise<void> {
  checkSavepoint(savepoint, 'storeSavepoint: its first argument');
  checkStorage(storage, 'storeSavepoint: its second argument');
  const { label, checkpoint: seq, slot, split } = savepoint;
  if (label === '')
    throw new TidemarkError('BAD_OPTION', 'storeSavepoint: the savepoint has no label to be kept under; import it as a job.');
  await opened(storage, async () => {
    if ((await storage.listSlots(SAVEPOINTS + label)).length > 0)
      throw new TidemarkError(
        'BAD_OPTION',
        `storeSavepoint: ${storage.name} holds a savepoint '${label}' already, and nothing is overwritten.`,
      );
    await copyCheckpoint({ storage: split, job: slot.job }, { seq, slot }, { storage, job: SAVEPOINTS + label }, world);
  });
}

/**
 * A savepoint out of a storage, read to the last byte.
 *
 * @param storage It is opened, and closed again.
 * @throws TidemarkError `BAD_OPTION` if there is none of that label, which names those that there are; `BAD_CHECKPOINT` if it is torn or
 * altered; whatever the storage fails with.
 */
export async function loadSavepoint(storage: CheckpointStorage, label: string): Promise<Savepoint> {
  checkStorage(storage, 'loadSavepoint: its first argument');
  if (typeof label !== 'string') throw mustBe('loadSavepoint: its second argument', 'a label', label);
  return opened(storage, async () => {
    const job = SAVEPOINTS + label;
    const where = `${storage.name}: savepoint '${label}'`;
    const sealed = await storage.readSlot(job, SAVEPOINT_SLOT);
    if (!sealed) throw unknown(storage.name, label, await labels(storage));
    const slot = openSlot(sealed);
    const ids = slot.kind === 'checkpoint' ? slot.chain.flatMap(({ cut, chunks }) => chunks.map((_, index) => chunkId(cut, index))) : [];
    const chunks: Uint8Array[] = [];
    for (const id of ids) {
      const chunk = await storage.getChunk(job, id);
      if (!chunk) throw new TidemarkError('BAD_CHECKPOINT', `${where}: chunk ${id} is missing.`);
      chunks.push(chunk);
    }
    return checkedSavepoint(joinSavepoint(sealed, chunks), where);
  });
}

/** The labels of the savepoints in a storage, in order. The storage is opened, and closed again. */
export async function listSavepoints(storage: CheckpointStorage): Promise<string[]> {
  checkStorage(storage, 'listSavepoints: its argument');
  return opened(storage, () => labels(storage));
}

async function labels(storage: CheckpointStorage): Promise<string[]> {
  const jobs = await storage.listJobs();
  return jobs.flatMap(job => (job.startsWith(SAVEPOINTS) ? [job.slice(SAVEPOINTS.length)] : [])).sort();
}

function unknown(name: string, label: string, there: readonly string[]): TidemarkError {
  const are = there.length > 0 ? `There is ${there.join(', ')}.` : 'There is none.';
  return new TidemarkError('BAD_OPTION', `loadSavepoint: ${name} holds no savepoint '${label}'. ${are}`);
}

async function opened<R>(storage: CheckpointStorage, work: () => Promise<R>): Promise<R> {
  await storage.open();
  try {
    return await work();
  } finally {
    await storage.close();
  }
}

/** Refuses what is no savepoint. */
export function checkSavepoint(savepoint: unknown, where: string): void {
  if (!(savepoint instanceof Savepoint))
    throw mustBe(where, 'a savepoint, such as job.savepoint() or savepointFrom(bytes) gives', savepoint);
}

/** Refuses what is no storage. */
export function checkStorage(storage: Partial<CheckpointStorage> | null | undefined, where: string): void {
  if (typeof storage?.appendSlot !== 'function') throw mustBe(where, 'a storage, such as memoryStorage()', storage);
}
