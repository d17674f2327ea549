/** Mistakes that a protocol of checkpoints can make. The simulation must find each: that is the test of the test. */
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import type { DiskBugs } from './disk.js';

export interface Bugs extends DiskBugs {
  /** Rows are visible before the checkpoint is durable. */
  readonly commitBeforeSlot?: boolean;
  /** A restart does not commit what the checkpoint lists. */
  readonly noRecommit?: boolean;
  /** The position of a source is read when it is written, not at the barrier. */
  readonly latePosition?: boolean;
  /** State is read when it is written, and is that of later. */
  readonly noCopyOnWrite?: boolean;
  /** Nobody is refused: neither by the log nor by the sink. */
  readonly noFencing?: boolean;
  /** Ids of transactions without the epoch. */
  readonly idReuse?: boolean;
  /** A restart does not ask what is visible already. */
  readonly noSinkFloor?: boolean;
  /** Rows of a failed checkpoint are forgotten. */
  readonly noMergeBack?: boolean;
  /** Changes are those since the last cut, even if its checkpoint failed. */
  readonly sinceFailed?: boolean;
}

/** Whoever finds his slot taken takes the next one. */
export function withoutFencing(storage: CheckpointStorage): CheckpointStorage {
  const appendSlot = async (job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'> => {
    for (let next = seq; ; next++) if ((await storage.appendSlot(job, next, data)) === 'ok') return 'ok';
  };
  return new Proxy(storage, {
    get: (target, name) => {
      if (name === 'appendSlot') return appendSlot;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
