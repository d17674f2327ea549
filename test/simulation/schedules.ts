/** Schedules by number, so that a number is all it takes to run one again. */
import type { SinkMode } from '../../src/checkpoint/participants.js';
import { below, mulberry32 } from '../../src/testing/random.js';
import type { PlaceName } from './places.js';
import { PROGRAMS, type ProgramName } from './programs.js';
import type { Chances } from './simulation.js';

/** All that is planned; the rest is drawn while it runs. All of it repeats exactly. */
export interface Schedule {
  readonly seed: number;
  readonly kind: Kind;
  readonly place: PlaceName;
  readonly program: ProgramName;
  /** A sink for each. */
  readonly modes: readonly SinkMode[];
  /** The steps before which the process dies. */
  readonly crashes: readonly number[];
  /** Whether the power goes with it. */
  readonly power: boolean;
  /** What the first process does when it should die: it may go on beside the next one, or sleep so many steps, and then go on. */
  readonly first: 'dies' | 'goes on' | { readonly sleeps: number };
  /** Where a bit flips at each crash. */
  readonly rot?: 'slots' | 'chunks';
  /** From the first step until the second there is no room on the disk: for anything, or when chunks have been written, for slots. */
  readonly full?: { readonly from: number; readonly to: number; readonly where: '' | 'slots' };
  /** How often a sync fails. */
  readonly badSync: number;
  readonly chances: Chances;
  /** When the job is stopped, to be started again. */
  readonly stop?: { readonly at: number; readonly drain: boolean };
}

/** What a schedule is about. */
export type Kind = keyof typeof KINDS;

/** About so many steps does an undisturbed run take. */
export const STEPS = { files: 360, objects: 240 } as const;

type Random = () => number;
type Plan = (random: Random, steps: number) => Partial<Schedule> & { readonly count: number };

/** How many crashes there are, and what happens besides. */
const KINDS = {
  single: () => ({ count: 1 }),
  triple: random => ({ count: 1 + below(random, 3) }),
  zombie: random => ({ count: 1 + below(random, 3), first: 'goes on' }),
  sleeper: random => ({ count: 1 + below(random, 2), first: { sleeps: 50 + below(random, 500) } }),
  rot: random => ({ count: 1 + below(random, 3), rot: random() < 0.5 ? 'slots' : 'chunks' }),
  full: (random, steps) => {
    const from = 40 + below(random, steps);
    const where = random() < 0.5 ? '' : 'slots';
    return { count: below(random, 3), full: { from, to: from + 20 + below(random, where ? 60 : 200), where } };
  },
  sync: random => ({ count: below(random, 3), badSync: 0.02 + random() * 0.08 }),
  slow: random => ({ count: below(random, 2), chances: { jump: 2 + random() * 20 } }),
  clock: random => ({ count: below(random, 3), chances: { clock: 3 + random() * 40 } }),
  flaky: random => ({ count: below(random, 2), chances: { flaky: 1 + random() * 8 } }),
  hang: random => ({ count: below(random, 2), chances: { hang: 1 + random() * 5 } }),
  stop: (random, steps) => ({ count: below(random, 2), stop: { at: 1 + below(random, steps), drain: random() < 0.5 } }),
  // All at once.
  storm: (random, steps) => ({
    count: below(random, 3),
    first: random() < 0.5 ? 'goes on' : { sleeps: 50 + below(random, 500) },
    badSync: random() * 0.02,
    chances: { jump: random() * 4, clock: random() * 10, flaky: random() * 3, hang: random() * 2 },
    stop: { at: 1 + below(random, steps), drain: random() < 0.5 },
  }),
} satisfies Record<string, Plan>;

const ALL_KINDS = Object.keys(KINDS) as Kind[];
/** The most common dangers come more often. */
const DRAWN: readonly Kind[] = [...ALL_KINDS, 'single', 'triple', 'triple'];

const NEEDS_FILES: ReadonlySet<Kind> = new Set(['full', 'sync']);

export const MODES: readonly SinkMode[] = ['transactional', 'sink-decides', 'upsert', 'outbox'];

export interface Only {
  readonly kind?: Kind;
  readonly place?: PlaceName;
  readonly modes?: readonly SinkMode[];
  readonly program?: ProgramName;
}

export function scheduleOf(seed: number, only: Only = {}): Schedule {
  const random = mulberry32(seed);
  const kind = only.kind ?? (DRAWN[below(random, DRAWN.length)] as Kind);
  const program = only.program ?? programOf(random);
  const place = only.place ?? (NEEDS_FILES.has(kind) || random() < 0.4 ? 'files' : 'objects');
  const { count, ...planned } = (KINDS[kind] as Plan)(random, STEPS[place]);
  const modes = only.modes ?? modesOf(random, program, planned.first !== undefined);
  let at = 0;
  const crashes = Array.from({ length: count }, () => (at += 1 + below(random, at === 0 ? STEPS[place] : 150)));
  return { seed, kind, place, program, modes, crashes, power: random() < 0.7, first: 'dies', badSync: 0, chances: {}, ...planned };
}

/** One crash, at that step. */
export function crashAt(step: number, power: boolean): Schedule {
  return { ...scheduleOf(step, { kind: 'single', place: 'files', program: 'whole', modes: MODES }), crashes: [step], power };
}

function programOf(random: Random): ProgramName {
  const names = Object.keys(PROGRAMS) as ProgramName[];
  return names[below(random, names.length)] as ProgramName;
}

const MERGING: ReadonlySet<ProgramName> = new Set(['sessions', 'retracting']);

/** Most often one sink, sometimes two, and all four behind the program that has all. */
function modesOf(random: Random, program: ProgramName, twoOwners: boolean): readonly SinkMode[] {
  if (program === 'whole') return MODES;
  // A map does not know owners: an old one may show a session again that has become part of another.
  const upsert = PROGRAMS[program].panes && !(twoOwners && MERGING.has(program));
  const possible = MODES.filter(mode => mode !== 'upsert' || upsert);
  const first = possible[below(random, possible.length)] as SinkMode;
  const second = possible[below(random, possible.length)] as SinkMode;
  return random() < 0.7 || second === first ? [first] : [first, second];
}
