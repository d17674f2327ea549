import { type StateOptions, stateOn } from '../engine/stateOn.js';
import type { WorkingState } from '../engine/workingState.js';
import { mustBe } from '../errors.js';
import { lmdbTables } from './lmdbTables.js';

/**
 * Working state in LMDB: windows whose keys may be many more than fit into memory. Keys that are in use are at hand as objects, a bounded
 * number of them; the others, with the times that they wait for, lie in a file of this folder, which is there for one run: it is not flushed,
 * and a restart begins from the checkpoint, as with `memory()`. Needs the package `lmdb` 3, Node, and a disk of its own machine.
 *
 * What windows say, and checkpoints, do not depend on it: a job may go on with `memory()` where it was with `lmdb`, and the other way round.
 * State of operators that are no windows stays in memory.
 *
 * @param path A folder; jobs may share it, and what this returns. Files of processes that are no more are deleted from it.
 * @throws TidemarkError `BAD_OPTION`. The job fails with `STORAGE_UNFIT` where the package is missing, and with `STORAGE_FULL` when the disk is.
 *
 * @example
 * ```ts
 * import { count, eventTime, replayable, run, tumbling, windowBy } from 'tidemark';
 * import { lmdb } from 'tidemark/lmdb';
 *
 * const perUser = eventTime(replayable([{ user: 'ann', at: 5 }]), { name: 'clicks', timestamp: click => click.at })
 *   .pipe(windowBy(tumbling('1d'), { name: 'perUser', key: click => click.user, aggregate: count() }));
 * const job = run(perUser, { name: 'clicks', state: lmdb('./build/working', { cache: 200_000 }) });
 * await job.done;
 * ```
 */
export function lmdb(path: string, options: StateOptions = {}): WorkingState {
  if (typeof path !== 'string' || path === '') throw mustBe('lmdb: path', "a folder, such as './working'", path);
  // Each run has a file of its own.
  const make = (): WorkingState => stateOn(lmdbTables(`lmdb(${path})`, path), options);
  const { name } = make();
  return { name, open: () => make().open() };
}
