import type { Env } from '../checkpoint/env.js';
import { Savepoint } from '../checkpoint/savepoint.js';
import { checkFunction, mustBe, readOptions } from '../errors.js';
import { systemClock } from '../stream/systemClock.js';
import type { Clock } from '../time/clock.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp } from '../time/timestamp.js';
import { comparedOutputs } from './comparedOutputs.js';
import { outputsOf, type Pipelines } from './graph.js';
import { checkSavepoint } from './storedSavepoints.js';
import { Trial, type WhatIf } from './trial.js';
import { world } from './world.js';

/** Where a what-if ends, if not with its sources. */
export type WhatIfUntil =
  /** Where its sources stood. */
  | Savepoint
  | {
      /** By source: behind the element that has this position, or beyond it. Sources that are not named are read to their end. */
      readonly positions: Readonly<Record<string, unknown>>;
    }
  | {
      /** As soon as event time has come so far out of all pipelines of the base. */
      readonly eventTime: Timestamp;
    };

/** What {@link whatIf} takes. */
export interface WhatIfOptions<R> {
  /** All sides go on from where it stood, with its state and its positions. Default: from the beginning of the sources. */
  readonly from?: Savepoint;
  /** Default: the end of the sources. Windows that are still open there say what they have, on both sides. */
  readonly until?: WhatIfUntil;
  /** What identifies a row, for pipelines that do not end in panes: the newest row of each identity is compared as a whole. Compared by value, as keys are. */
  readonly by?: (row: R) => unknown;
  /** Numbers that are not both whole are the same if they differ by no more than this share of the larger. Default 1e-12, for sums in another order. */
  readonly tolerance?: number;
  /** So many panes that differ are kept in the report; all are counted. Default 1000. */
  readonly keep?: number;
  /** Processing time, which is the same on both sides. Default: that of the sources, or the system's. */
  readonly clock?: Clock;
  /** Gives it up: `report` rejects with the reason. */
  readonly signal?: AbortSignal;
  /**
   * Operators whose state in the savepoint may be left behind, such as `'windowBy/sessions'`: those that a side has no longer, or with other windows.
   * All sides begin without it, so that they begin alike.
   */
  readonly allowDropped?: readonly string[];
}

const READERS = {
  from: checkSavepoint,
  until: checkUntil,
  by: checkFunction,
  tolerance(value: unknown, where: string): void {
    if (typeof value !== 'number' || !(value >= 0 && value < 1)) throw mustBe(where, 'a number from 0, below 1', value);
  },
  keep(value: unknown, where: string): void {
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw mustBe(where, 'a whole number, 0 or more', value);
  },
  clock: (clock: Clock | null, where: string): void => checkFunction(clock?.now, `${where}.now`),
  signal(signal: AbortSignal | null, where: string): void {
    if (typeof signal?.addEventListener !== 'function') throw mustBe(where, 'an AbortSignal', signal);
  },
  allowDropped(ids: unknown, where: string): void {
    if (!Array.isArray(ids)) throw mustBe(where, 'an array', ids);
  },
};

/**
 * Asks what would have come out if the program had been another one: runs the base and the variant side by side over one reading of the
 * same sources, and compares the last pane of each key and window. The base runs a second time beside them (an A/A test): if
 * it does not say the same twice, the report tells which panes are not reproducible, instead of a difference that would be no news.
 *
 * Sources are {@link replayable}, have a name, and are known by it: what the base reads under a name is what all sides get. Nothing leaves: sinks take no rows. Your functions, `late` and `drops` are called by all three.
 *
 * Sessions are known by their start, since their end depends on the gap; other windows by start and end; panes of windows that discard
 * by their number too.
 *
 * @typeParam B - what the base says
 * @typeParam V - what the variant says
 * @throws TidemarkError `BAD_OPTION` at assembly. `report` rejects with `BAD_OPTION` for operators without a name and sources that are not
 * replayable, `BAD_SNAPSHOT` for a savepoint of another program, `BAD_VALUE` for values that are no panes, the error of a side with the name of the side before it (`SIDE_FAILED`, with its `cause`,
 * if it is not ours), and whatever a source fails with.
 * @example
 * ```ts
 * import { count, eventTime, replayable, session, whatIf, windowBy } from 'tidemark';
 *
 * const clicks = replayable([{ user: 'ann', at: 0 }, { user: 'ann', at: 2_400_000 }]);
 * const sessions = (gap: '30m' | '45m') =>
 *   eventTime(clicks, { name: 'clicks', timestamp: click => click.at }).pipe(
 *     windowBy(session(gap), { name: 'sessions', key: click => click.user, aggregate: count() }),
 *   );
 * const report = await whatIf(sessions('30m'), sessions('45m')).report;
 * console.log(String(report));
 * ```
 */
export function whatIf<B, V = B>(base: Pipelines<B>, variant: Pipelines<V>, options: WhatIfOptions<NoInfer<B | V>> = {}): WhatIf<B, V> {
  return trialOf(base, variant, options, world);
}

/** The same in a world of one's own. */
export function trialOf<B, V>(base: Pipelines<B>, variant: Pipelines<V>, options: WhatIfOptions<B | V>, env: Env): WhatIf<B, V> {
  const sides = [outputsOf(base, 'whatIf: the base'), outputsOf(variant, 'whatIf: the variant')] as const;
  readOptions(options, READERS, 'whatIf');
  const { from, until, by, tolerance = 1e-12, keep = 1000, clock, signal, allowDropped = [] } = options;
  if (from && until && 'eventTime' in until && until.eventTime <= from.watermark)
    throw mustBe('whatIf: until: eventTime', `later than ${from.watermark}, which the savepoint has come to`, until.eventTime);
  const trial = new Trial<B, V>(...sides, {
    outputs: comparedOutputs(...sides, by, tolerance),
    from,
    positions: positionsOf(until),
    eventTime: until && 'eventTime' in until ? until.eventTime : Infinity,
    clock: clock ?? sides.flatMap(outputs => outputs.map(output => output.clock)).find(Boolean) ?? systemClock,
    dropped: new Set(allowDropped),
    keep,
    env,
  });
  if (signal) abortWith(signal, trial);
  return trial;
}

function positionsOf(until: WhatIfUntil | undefined): Readonly<Record<string, unknown>> {
  if (until instanceof Savepoint) return Object.fromEntries(until.sources.map(({ name, position }) => [name, position]));
  return until && 'positions' in until ? until.positions : {};
}

function abortWith(signal: AbortSignal, trial: Trial<any, any>): void {
  const abort = (): void => trial.failed(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort);
  // A signal may outlive many trials.
  trial.progress.subscribe({ complete: () => signal.removeEventListener('abort', abort) });
}

function checkUntil(until: unknown, where: string): void {
  if (until instanceof Savepoint) return;
  const { positions, eventTime } = (until ?? {}) as { positions?: unknown; eventTime?: unknown };
  if (typeof positions === 'object' && positions !== null && eventTime === undefined) return;
  if (positions === undefined && Number.isSafeInteger(eventTime) && eventTime !== START_OF_TIME && eventTime !== END_OF_TIME) return;
  throw mustBe(where, 'a savepoint, { positions: ... } by source, or { eventTime: ... } in milliseconds', until);
}
