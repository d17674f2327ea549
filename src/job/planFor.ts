import type { Observable } from 'rxjs';
import type { RestoredJob } from '../checkpoint/participants.js';
import { Savepoint } from '../checkpoint/savepoint.js';
import { type CheckpointSlot, openSlot } from '../checkpoint/slot.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { mustBe, readOptions, TidemarkError } from '../errors.js';
import type { EventTimed } from '../stream/eventStream.js';
import { START_OF_TIME } from '../time/timestamp.js';
import { outputsOf } from './graph.js';
import { type Kept, type Plan, planOf } from './plan.js';
import { checkStorage } from './storedSavepoints.js';
import { surveyOf } from './survey.js';

/** A job in a storage: its newest checkpoint is meant. */
export interface StoredJob {
  /** It is opened, and closed again. */
  readonly storage: CheckpointStorage;
  /** What the job is called there. */
  readonly name: string;
}

/** What {@link plan} takes. */
export interface PlanOptions {
  /** As in `run`: ids of operators whose state may be left behind. */
  readonly allowDropped?: readonly string[];
}

const NAMES = (ids: unknown, where: string): void => {
  if (!Array.isArray(ids)) throw mustBe(where, 'an array', ids);
};

/**
 * Says what would become of some state in a program, before anything runs: which operators go on with it, which begin anew, which are left
 * behind, migrated, or cannot use it; the same for the positions of sources, and for sinks. `run` refuses by the same lines. Nothing is
 * taken over, read of sources or written. The pipelines are connected to nothing for a moment, so RxJS operators between ours are subscribed
 * to. What sinks hold is not asked: that only a start can tell.
 *
 * @param from A savepoint, or a job in a storage.
 * @throws TidemarkError `BAD_OPTION` for operators without a name, for what is no savepoint, and if there is no such job;
 * `BAD_CHECKPOINT` if its newest checkpoint is of a newer version; whatever the storage fails with.
 * @example
 * ```ts
 * import { count, eventTime, plan, replayable, run, tumbling, windowBy } from 'tidemark';
 *
 * const program = (hours: number) =>
 *   eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: c => c.at }).pipe(
 *     windowBy(tumbling(`${hours}h`), { name: 'counts', aggregate: count() }),
 *   );
 * const savepoint = await run(program(1), { name: 'clicks' }).savepoint('before tuning');
 * const outlook = await plan(savepoint, program(2));
 * console.log(String(outlook));
 * for (const { id, reason } of outlook.refused) console.log(id, reason); // windowBy/counts assigner was tumbling(1h), is ...
 * ```
 */
export async function plan(
  from: Savepoint | StoredJob,
  pipelines: (Observable<any> & EventTimed) | readonly (Observable<any> & EventTimed)[],
  options: PlanOptions = {},
): Promise<Plan> {
  const outputs = outputsOf(pipelines, 'plan: its second argument');
  readOptions(options, { allowDropped: NAMES }, 'plan');
  const kept = from instanceof Savepoint ? keptBy(from) : await keptIn(from);
  return planOf(kept, surveyOf(outputs, 'plan'), new Set(options.allowDropped));
}

/** What a savepoint holds. */
export function keptBy(savepoint: Savepoint): Kept {
  const { label, checkpoint, job, slot, sources, sinks } = savepoint;
  return {
    ...slot,
    what: `${label === '' ? '' : `savepoint ${label}, of `}checkpoint ${checkpoint} of job ${job}`,
    sinks: Object.fromEntries(sinks.map(({ name, mode }) => [name, mode])),
    pending: false,
    positions: new Map(sources.map(({ name, position }) => [name, position])),
  };
}

/** What a job brings back. The coordinator has seen to its sinks. */
export function keptBefore({ seq, manifest, operators, sources }: RestoredJob): Kept {
  return {
    ...manifest,
    what: `checkpoint ${seq}`,
    operators: [...operators.keys()],
    sources: [...sources.keys()],
    watermark: START_OF_TIME,
    sinks: {},
    pending: false,
  };
}

/** What a checkpoint of a job holds. */
export function keptOf(job: string, seq: number, slot: CheckpointSlot): Kept {
  const sinks = slot.origin?.sinks ?? Object.fromEntries(Object.entries(slot.sinks).map(([name, { mode }]) => [name, mode]));
  return { ...slot, what: `checkpoint ${seq} of job ${job}`, sinks, pending: slot.origin === undefined };
}

async function keptIn({ storage, name }: StoredJob): Promise<Kept> {
  checkStorage(storage, 'plan: its first argument: storage');
  if (typeof name !== 'string') throw mustBe('plan: its first argument: name', 'a text', name);
  await storage.open();
  try {
    for (const seq of (await storage.listSlots(name)).reverse()) {
      const bytes = await storage.readSlot(name, seq);
      const slot = bytes && openSlot(bytes);
      if (slot?.kind === 'checkpoint') return keptOf(name, seq, slot);
      if (slot?.kind === 'unreadable' && slot.newer)
        throw new TidemarkError(
          'BAD_CHECKPOINT',
          `plan: job ${name}, slot ${seq}: ${slot.why}. Use the tidemark that wrote it, or a newer one.`,
        );
    }
    throw new TidemarkError('BAD_OPTION', `plan: ${storage.name} holds no checkpoint of a job '${name}'.`);
  } finally {
    await storage.close();
  }
}
