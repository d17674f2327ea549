/** The state of a savepoint as several programs begin with it: all of them alike, also where one of them cannot use some of it. */
import type { Env } from '../checkpoint/env.js';
import type { RestoredJob } from '../checkpoint/participants.js';
import { readCheckpoint } from '../checkpoint/readCheckpoint.js';
import type { Savepoint } from '../checkpoint/savepoint.js';
import type { EventStream } from '../stream/eventStream.js';
import { planOf } from './plan.js';
import { keptBy } from './planFor.js';
import { surveyOf } from './survey.js';

/** A program, and how it is called in errors. */
export interface Starter {
  readonly where: string;
  readonly outputs: readonly EventStream<unknown>[];
}

/**
 * Checks that all programs can begin with a savepoint; throws BAD_SNAPSHOT otherwise. What one of them leaves behind, as `allowDropped` lets it,
 * all begin without. The function that comes back reads the state, anew for each program, since operators take over what they are given.
 */
export function commonStart(
  savepoint: Savepoint,
  starters: readonly Starter[],
  allowDropped: ReadonlySet<string>,
  env: Env,
): () => Promise<RestoredJob> {
  const kept = keptBy(savepoint);
  const dropped = new Set<string>();
  for (const { where, outputs } of starters) {
    const plan = planOf(kept, surveyOf(outputs, where), allowDropped);
    plan.check(where);
    for (const { part, outcome, id } of plan.lines) if (part === 'operator' && outcome === 'dropped') dropped.add(id);
  }
  const { split, slot, checkpoint } = savepoint;
  return async () => {
    const { job } = await readCheckpoint(split, slot.job, { seq: checkpoint, slot }, env);
    // With what the operators were: without it none would know that it has to migrate.
    return { ...job, manifest: slot, operators: new Map([...job.operators].filter(([id]) => !dropped.has(id))) };
  };
}
