/** Rare states: schedules that never come to them show nothing. */
import type { TaskResult } from './worker.js';

/** All of these come in twenty thousand schedules. */
export const SOMETIMES: readonly string[] = [
  'restored',
  'recommitted',
  'several recommitted',
  'began anew',
  'fell back',
  'stopped',
  'rebased',
  'changes',
  'swept',
  'collected',
  'notCollected',
  'zombie failed',
  'zombie completed',
  'slot made void',
  'slot in doubt found',
  'bit rot in slots',
  'bit rot in chunks',
  'aborted between chunks and slot',
  'ended between chunks and slot',
  'aborted by TIMED_OUT',
  'aborted by STORAGE_FAILED',
  'aborted by STORAGE_FULL',
  'job ended by NEEDS_OPERATOR',
  'job ended by CHECKPOINT_FAILED',
  'job ended by FENCED',
  'killed while it hangs, starting',
];

export function neverReached({ reached }: Pick<TaskResult, 'reached'>, states: readonly string[] = SOMETIMES): string[] {
  return states.filter(what => !reached[what]);
}
