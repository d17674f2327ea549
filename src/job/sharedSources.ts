/** The sources of several lanes: each is read once, and all that have one of its name hear it. */
import type { Env } from '../checkpoint/env.js';
import { TidemarkError } from '../errors.js';
import { cutAt } from './cutAt.js';
import type { LaneSource } from './lane.js';
import { Lockstep, type LockstepDriver } from './lockstep.js';
import { Reading } from './reading.js';
import type { Rooms } from './rooms.js';

/** A source at work. */
export interface SharedSource {
  readonly reading: Reading<any>;
  readonly lockstep: Lockstep<any>;
}

/** Where sources begin and end. */
export interface Stretches {
  /** Positions to begin behind; others are read from their beginning. */
  readonly from: ReadonlyMap<string, unknown> | undefined;
  /** Positions to end behind; others are read to their end. */
  readonly until: Readonly<Record<string, unknown>>;
  /** The lanes may have to end after any element. */
  readonly singly: boolean;
  /** Called when a source ends at its position. */
  readonly cut: () => void;
}

/** One reading for each name; the first lane that has it says what is read. Throws BAD_OPTION for positions of sources that are not there. */
export function sharedSources(
  sources: readonly LaneSource[],
  { from, until, singly, cut }: Stretches,
  driver: LockstepDriver,
  rooms: Rooms,
  env: Env,
): SharedSource[] {
  const byName = new Map<string, LaneSource[]>();
  for (const source of sources) byName.set(source.name, [...(byName.get(source.name) ?? []), source]);
  const foreign = Object.keys(until).filter(name => !byName.has(name));
  if (foreign.length > 0) {
    throw new TidemarkError(
      'BAD_OPTION',
      `whatIf: until names sources that are not there: ${foreign.join(', ')}. There are: ${[...byName.keys()].join(', ')}.`,
    );
  }
  return [...byName].map(([name, heard]) => {
    const {
      source: { source$ },
      batches,
    } = heard[0] as LaneSource;
    const targets = heard.map(({ target }) => target);
    const lockstep = new Lockstep<any>(targets, driver, singly, batches);
    const read = Object.hasOwn(until, name) ? cutAt(name, source$, until[name], cut) : source$;
    const saved = from?.has(name) ? { position: from.get(name) } : undefined;
    return { lockstep, reading: new Reading<any>(name, read, saved, lockstep, env, rooms) };
  });
}
