/** Mistakes that a protocol of checkpoints can make. The simulation must find each: that is the test of the test. */

import { openSlot } from '../../src/checkpoint/slot.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { JobRegistry } from '../../src/job/jobRegistry.js';
import type { DiskBugs } from './disk.js';
import type { SourceBugs } from './input.js';
import type { SinkBugs } from './outlet.js';

export interface Bugs extends DiskBugs, SourceBugs, SinkBugs {
  /** State is read when it is written, and is that of later. */
  readonly noCopyOnWrite?: boolean;
  /** Changes are those since the last cut, even if its checkpoint failed. */
  readonly sinceFailed?: boolean;
  /** Operators of this kind are left out of checkpoints. */
  readonly forgets?: string;
  /** Nobody is refused by the log. */
  readonly noFencing?: boolean;
  /** A slot of which it is not known whether it was written is taken to be empty. */
  readonly noVoid?: boolean;
  /** With the chunks of an old checkpoint go some that a newer one needs. */
  readonly deletesTooMuch?: boolean;
  /** What takes for ever is waited for. */
  readonly noTimeout?: boolean;
  /** Timers go by the wall clock. */
  readonly timersByWall?: boolean;
}

/** A storage that makes some of the mistakes. */
export function withBugs(storage: CheckpointStorage, bugs: Bugs): CheckpointStorage {
  let changed = storage;
  if (bugs.noFencing) changed = withCall(changed, 'appendSlot', appendAnywhere(storage));
  if (bugs.noVoid) changed = withCall(changed, 'appendSlot', appendNoVoid(storage));
  if (bugs.deletesTooMuch) {
    changed = withCall(changed, 'deleteChunks', async (job, ids) => {
      const all: string[] = [];
      for await (const { id } of storage.listChunks(job, 'c/')) all.push(id);
      const sorted = all.sort();
      return storage.deleteChunks(job, [...ids, ...sorted.slice(0, Math.ceil(sorted.length / 2))]);
    });
  }
  return changed;
}

/** A storage with another call in the place of one of its own. */
export function withCall<C extends keyof CheckpointStorage>(
  storage: CheckpointStorage,
  call: C,
  other: CheckpointStorage[C],
): CheckpointStorage {
  return new Proxy(storage, {
    get: (target, name) => {
      if (name === call) return other;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Whoever finds his slot taken takes the next one. */
function appendAnywhere(storage: CheckpointStorage): CheckpointStorage['appendSlot'] {
  return async (job, seq, data) => {
    for (let next = seq; ; next++) if ((await storage.appendSlot(job, next, data)) === 'ok') return 'ok';
  };
}

function appendNoVoid(storage: CheckpointStorage): CheckpointStorage['appendSlot'] {
  return async (job, seq, data) => (openSlot(data).kind === 'void' ? 'ok' : storage.appendSlot(job, seq, data));
}

/** Makes mistakes in the code of the library itself, until the returned function is called. */
export function sabotage(bugs: Bugs): () => void {
  const { cut } = JobRegistry.prototype;
  if (!bugs.noCopyOnWrite && !bugs.sinceFailed && bugs.forgets === undefined) return () => undefined;
  JobRegistry.prototype.cut = function (number, since) {
    const cuts = cut.call(this, number, bugs.sinceFailed && since > 0 ? number - 1 : since);
    const later = (kind: string, name: string) => {
      const found = cut.call(this, number + 0.5, 0).find(other => other.kind === kind && other.name === name);
      return found?.parts ?? [];
    };
    const lateParts = function* (kind: string, name: string) {
      yield* later(kind, name);
    };
    if (bugs.noCopyOnWrite) return cuts.map(one => ({ ...one, parts: lateParts(one.kind, one.name) }));
    return cuts.filter(({ kind }) => kind !== bugs.forgets);
  };
  return () => {
    JobRegistry.prototype.cut = cut;
  };
}
