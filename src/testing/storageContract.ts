import type { CheckpointStorage } from '../checkpoint/storage.js';
import { checkFunction } from '../errors.js';
import { lawBroken } from './laws.js';
import type { Bench } from './storageBench.js';
import { CHUNK_LAWS, GUARD_LAWS, SLOT_LAWS } from './storageLaws.js';

/** One thing that every storage promises: a name, and a check that rejects when it is broken. */
export interface StorageLaw {
  /** What is promised, in one sentence. */
  readonly name: string;
  /** Rejects with an error that names the law and what broke it. */
  run(): Promise<void>;
}

const LAWS: Readonly<Record<string, (bench: Bench) => Promise<void>>> = { ...CHUNK_LAWS, ...SLOT_LAWS, ...GUARD_LAWS };

/**
 * What every `CheckpointStorage` promises, as a list of laws that any test runner can run: chunks are never overwritten and read back as
 * they were put; of many who put the same slot exactly one succeeds, and a number that was trimmed stays taken; jobs of any name stay
 * apart; nothing works before `open` and after `close`. Laws use jobs of their own and leave little behind, so that they can run on a
 * medium in use. Run them one after the other.
 *
 * @param open Gives a storage that is not open yet, at each call on the same medium: to race two of them, and to see what is there after
 * a restart. It may be the same object each time.
 * @throws TidemarkError `BAD_OPTION` if `open` is no function.
 *
 * @example
 * ```ts
 * import { fileSystem } from 'tidemark/node';
 * import { storageContract } from 'tidemark/testing';
 *
 * for (const law of storageContract(() => fileSystem('./build/contract'))) {
 *   await law.run();
 *   console.log(law.name);
 * }
 * ```
 */
export function storageContract(open: () => CheckpointStorage | Promise<CheckpointStorage>): readonly StorageLaw[] {
  checkFunction(open, 'storageContract: open');
  return Object.entries(LAWS).map(([name, law]) => ({ name, run: () => runLaw(open, name, law) }));
}

async function runLaw(
  open: () => CheckpointStorage | Promise<CheckpointStorage>,
  name: string,
  law: (bench: Bench) => Promise<void>,
): Promise<void> {
  const opened: CheckpointStorage[] = [];
  const job = `law-${Math.random().toString(36).slice(2)}`;
  const bench: Bench = {
    job,
    closed: async () => open(),
    async storage() {
      const storage = await open();
      await storage.open();
      opened.push(storage);
      return storage;
    },
  };
  let what = 'the storage';
  try {
    what = (await open()).name;
    await law(bench);
  } catch (error) {
    throw lawBroken(`storageContract: ${what}`, name, `job ${job}`, 'on a job of its own', error);
  } finally {
    for (const storage of opened) await storage.close();
  }
}
