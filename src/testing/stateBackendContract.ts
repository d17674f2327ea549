import { checkFunction } from '../errors.js';
import type { StateBackend } from '../state/stateBackend.js';
import { lawBroken } from './laws.js';
import { STATE_LAWS } from './stateLaws.js';

/** One thing that every backend of working state promises: a name, and a check that rejects when it is broken. */
export interface StateLaw {
  /** What is promised, in one sentence. */
  readonly name: string;
  /** Rejects with an error that names the law and what broke it. */
  run(): Promise<void>;
}

/**
 * What every `StateBackend` promises, as a list of laws that any test runner can run: data read back as they were written, whatever plain data
 * they are, and are shared with nobody; ranges are in order of bytes; tables stay apart; a backend is empty when it is opened. And what the
 * library does over it comes out right: few entries at hand of many, and cuts that are read while entries change.
 *
 * @param make Gives a backend that is not open, for one law: a new one each time, or the same.
 * @throws TidemarkError `BAD_OPTION` if `make` is no function.
 *
 * @example
 * ```ts
 * import { orderedMemory } from 'tidemark/btree';
 * import { stateBackendContract } from 'tidemark/testing';
 *
 * for (const law of stateBackendContract(() => orderedMemory())) await law.run();
 * ```
 */
export function stateBackendContract(make: () => StateBackend): readonly StateLaw[] {
  checkFunction(make, 'stateBackendContract: make');
  return Object.entries(STATE_LAWS).map(([name, law]) => ({ name, run: () => runLaw(make, name, law) }));
}

async function runLaw(make: () => StateBackend, name: string, law: (backend: StateBackend) => Promise<void>): Promise<void> {
  const backend = make();
  try {
    await backend.open();
    await law(backend);
  } catch (error) {
    throw lawBroken(`stateBackendContract: ${backend.name}`, name, 'freshly opened', 'in tables of its own', error);
  } finally {
    await backend.close();
  }
}
