/** Schedules by number, so that a number is all it takes to run one again. */
import type { SinkMode } from '../../src/checkpoint/participants.js';
import { below, mulberry32 } from '../../src/testing/random.js';
import { OPERATORS } from './input.js';
import type { Schedule } from './runSchedule.js';

export const MODES: readonly SinkMode[] = ['transactional', 'sink-decides', 'upsert', 'outbox'];

/** What a schedule is about. */
export type Kind = 'single' | 'triple' | 'zombie' | 'rot' | 'full' | 'slow' | 'sync';
const KINDS: readonly Kind[] = ['single', 'single', 'triple', 'triple', 'zombie', 'rot', 'full', 'slow', 'sync'];

/** About so many steps does an undisturbed run take. */
const STEPS = 330;

export function scheduleOf(seed: number, only: { readonly kind?: Kind; readonly mode?: SinkMode } = {}): Schedule {
  const random = mulberry32(seed);
  const kind = only.kind ?? (KINDS[below(random, KINDS.length)] as Kind);
  const mode = only.mode ?? (MODES[below(random, MODES.length)] as SinkMode);
  // Sessions replace each other's windows, which a table by window does not know of.
  const variant = below(random, mode === 'upsert' ? OPERATORS - 1 : OPERATORS);
  const count =
    kind === 'single'
      ? 1
      : kind === 'slow'
        ? below(random, 2)
        : kind === 'full' || kind === 'sync'
          ? below(random, 3)
          : 1 + below(random, 3);
  let at = 0;
  const crashes = Array.from({ length: count }, () => (at += 1 + below(random, at === 0 ? STEPS : 150)));
  const start = 40 + below(random, STEPS);
  return {
    seed,
    mode,
    variant,
    crashes,
    power: random() < 0.7,
    zombie: kind === 'zombie',
    rot: kind === 'rot' ? (random() < 0.5 ? 'slots' : 'chunks') : undefined,
    full: kind === 'full' ? [start, start + 20 + below(random, 150)] : undefined,
    badSync: kind === 'sync' ? 0.02 + random() * 0.08 : 0,
    jumps: kind === 'slow' ? 0.002 + random() * 0.02 : 0,
  };
}
