/** Schedules of jobs over Kafka by number, so that a number is all it takes to run one again. */
import { below, mulberry32 } from '../../../src/testing/random.js';
import type { Chances } from '../simulation.js';
import { PARTITIONS } from './input.js';
import { PROGRAMS, type ProgramName } from './programs.js';

/** What may happen to a member, or to the cluster. */
export type What =
  /** Another process joins. */
  | 'start'
  /** The process is gone; its group finds out later. */
  | 'crash'
  /** It stands still, is given up, and goes on. */
  | 'sleep'
  /** It is given up, and does not know for a while. */
  | 'evict'
  | 'stop'
  | 'drain'
  /** A transaction has taken too long. */
  | 'expire'
  /** What was read is deleted. */
  | 'trim';

export interface Happening {
  readonly what: What;
  /** Before this step. */
  readonly at: number;
  /** Which member, task or partition. */
  readonly which: number;
  /** Milliseconds. */
  readonly long: number;
}

/** All that is planned; the rest is drawn while it runs. All of it repeats exactly. */
export interface KafkaSchedule {
  readonly seed: number;
  readonly kind: KafkaKind;
  readonly program: ProgramName;
  readonly tasks: number;
  /** How many processes there are in the beginning. */
  readonly members: number;
  readonly happenings: readonly Happening[];
  readonly chances: Chances;
  /** Of a thousand readings of positions, so many show those before the last commit, unless they wait until nothing changes. */
  readonly stale: number;
}

export type KafkaKind = keyof typeof KINDS;

/** What happens, and how often something goes wrong by itself. */
const KINDS = {
  crash: { whats: ['crash'] },
  grow: { whats: ['start', 'start', 'drain', 'stop'] },
  sleep: { whats: ['sleep', 'start'] },
  evict: { whats: ['evict', 'start'] },
  expire: { whats: ['expire', 'start'] },
  flaky: { whats: ['crash', 'start'], chances: { flaky: 12 } },
  slow: { whats: ['crash', 'start'], chances: { jump: 8 } },
  stale: { whats: ['crash', 'sleep', 'start'], stale: 500 },
  trim: { whats: ['trim', 'trim', 'crash', 'start'] },
  storm: {
    whats: ['start', 'crash', 'sleep', 'evict', 'stop', 'drain', 'expire', 'trim'],
    chances: { flaky: 5, jump: 2, hang: 0.5 },
    stale: 100,
  },
} satisfies Record<string, { readonly whats: readonly What[]; readonly chances?: Chances; readonly stale?: number }>;

const ALL_KINDS = Object.keys(KINDS) as KafkaKind[];
/** About so many steps does an undisturbed run take. */
export const STEPS = 700;

export interface KafkaOnly {
  readonly kind?: KafkaKind;
  readonly program?: ProgramName;
  readonly tasks?: number;
  readonly members?: number;
}

export function kafkaScheduleOf(seed: number, only: KafkaOnly = {}): KafkaSchedule {
  const random = mulberry32(seed * 31 + 17);
  const names = Object.keys(PROGRAMS) as ProgramName[];
  const kind = only.kind ?? (ALL_KINDS[below(random, ALL_KINDS.length)] as KafkaKind);
  const { whats, chances = {}, stale = 0 } = KINDS[kind] as { whats: readonly What[]; chances?: Chances; stale?: number };
  const program = only.program ?? (names[below(random, names.length)] as ProgramName);
  const tasks = only.tasks ?? 1 + below(random, PARTITIONS);
  const members = only.members ?? 1 + below(random, 2);
  const happenings = Array.from({ length: 1 + below(random, 5) }, () => ({
    what: whats[below(random, whats.length)] as What,
    at: 1 + below(random, STEPS),
    which: below(random, 60),
    long: 1 + below(random, 400),
  }));
  happenings.sort((a, b) => a.at - b.at);
  return { seed, kind, program, tasks, members, happenings, chances, stale };
}
