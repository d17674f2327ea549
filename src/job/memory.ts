import type { WorkingState } from '../engine/workingState.js';

/**
 * Working state in memory, as plain arrays and numbers: what a job has unless it says otherwise. The fastest by far, as long as all of it fits
 * into the heap; what may not is for `lmdb()` of `tidemark/lmdb`.
 *
 * @example
 * ```ts
 * import { count, eventTime, memory, replayable, run, tumbling, windowBy } from 'tidemark';
 *
 * const perHour = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: click => click.at })
 *   .pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() }));
 * await run(perHour, { name: 'clicks', state: memory() }).done;
 * ```
 */
export function memory(): WorkingState {
  return MEMORY;
}

const MEMORY: WorkingState = Object.freeze<WorkingState>({
  name: 'memory()',
  open: async () => ({ machine: () => undefined, close: async () => {} }),
});
