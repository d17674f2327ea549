/** What went wrong with a medium, as an error that says where, what, and what to do. */
import { TidemarkError } from '../errors.js';

/** The words by which media say that they are full. */
const FULL: ReadonlySet<unknown> = new Set([
  'ENOSPC',
  'EDQUOT',
  'QuotaExceededError',
  'MDB_MAP_FULL',
  'XMinioStorageFull',
  'QuotaExceeded',
]);

/** `doing`: what was tried, as `putChunk "1-2" of "delays"`. An error of ours passes through. */
export function failure(storage: string, doing: string, error: unknown): TidemarkError {
  if (error instanceof TidemarkError) return error;
  const where = `${storage}: ${doing}`;
  const cause = { cause: error };
  if (isFull(error)) {
    return new TidemarkError(
      'STORAGE_FULL',
      `${where}: there is no room left (${reason(error)}). Make room; nothing that was stored is lost.`,
      cause,
    );
  }
  return new TidemarkError('STORAGE_FAILED', `${where}: ${reason(error)}.`, cause);
}

/** The medium cannot keep what a storage promises: nothing but another medium, or another option, helps. */
export function unfit(storage: string, sentence: string, cause?: unknown): TidemarkError {
  return new TidemarkError('STORAGE_UNFIT', `${storage}: ${sentence}`, cause === undefined ? {} : { cause });
}

function isFull(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return FULL.has(code) || FULL.has(name);
}

function reason(error: unknown): string {
  // IndexedDB rejects what was aborted with null.
  if (error === null || error === undefined) return 'it was aborted, and the medium does not say why';
  if (!(error instanceof Error) && typeof error === 'object') return String((error as { message?: unknown }).message ?? error);
  return error instanceof Error ? error.message || error.name : String(error);
}
