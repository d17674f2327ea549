/**
 * Session windows: elements of a key that follow each other closely. Each element brings the window `[t, t + gap)`, and
 * windows that meet become their hull. Merging is the same in any order: what overlaps belongs together.
 */

import { sessionMachine } from '../engine/sessionMachine.js';
import { hull, type TimeWindow, type WindowAssigner } from '../engine/window.js';
import { checkFlag, mustBe, readOptions, show } from '../errors.js';
import { type Duration, millis, positive } from '../time/duration.js';
import { shift } from '../time/timestamp.js';
import { nameOf } from './options.js';
import { LAST_INSTANT } from './periods.js';

/** Options of {@link session}. */
export interface SessionOptions {
  /**
   * Whether sessions that only touch become one, as in Flink and Kafka Streams: an element exactly `gap` after the last one.
   * @defaultValue false: they stay apart, as half-open intervals do (Beam)
   */
  readonly mergeTouching?: boolean;
}

/**
 * Groups the elements of a key that come less than `gap` after one another in event time. A session is as long as its
 * elements make it, and ends `gap` after the last one. (The session windows of Beam and Flink.) Nothing is joined to a session that has
 * expired: sessions are those of the sorted elements if no element comes further behind the watermark than `allowedLateness`.
 *
 * A gap may depend on the element. Then a gap of 0 is allowed: the element opens no session of any length, but joins one
 * that holds its instant.
 *
 * @param gap - how long a key must be silent for its session to end: milliseconds, a text such as `'30m'`, or a function of
 * the element that gives one. It must depend on the element alone.
 * @throws TidemarkError `BAD_OPTION` or `BAD_DURATION` for a fixed gap that is not longer than zero, at once;
 * `BAD_DURATION` or `BAD_WINDOW` for an element whose gap is misspelt, negative or endless
 *
 * @example
 * ```ts
 * import { session } from 'tidemark';
 *
 * const visits = session('30m');
 * const byPlan = session((click: { premium: boolean }) => (click.premium ? '2h' : '30m'));
 * console.log(visits.name, byPlan.name); // session(30m) session(per element)
 * ```
 */
export function session<T = unknown>(gap: Duration | ((value: T) => Duration), options: SessionOptions = {}): WindowAssigner<T> {
  const dynamic = typeof gap === 'function';
  const fixed = dynamic ? 0 : positive(gap, 'session(): gap');
  const gapOf = dynamic ? perElement(gap) : () => fixed;
  const { mergeTouching = false } = readOptions(options, { mergeTouching: checkFlag }, 'session()');
  const meet = mergeTouching ? touch : overlap;
  return Object.freeze<WindowAssigner<T>>({
    name: nameOf('session', dynamic ? 'per element' : gap, mergeTouching && 'mergeTouching'),
    merging: true,
    machine: sessionMachine(dynamic ? undefined : fixed, mergeTouching),
    assign(timestamp, value, add) {
      const start = Math.min(timestamp, LAST_INSTANT);
      add(start, shift(start, gapOf(value)));
    },
    merge(a, b) {
      return meet(a, b) ? hull(a, b) : undefined;
    },
  });
}

/** Whether two windows share an instant. The window of a gap of 0 has no length but still its one instant, hence the first test. */
function overlap(a: TimeWindow, b: TimeWindow): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}

function touch(a: TimeWindow, b: TimeWindow): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** So many texts are remembered; programs have a handful, and one that computes them must not fill the memory. */
const REMEMBERED = 64;

/** Reads an element's gap. Texts are parsed once, since a handful of them comes again for every element. */
function perElement<T>(gap: (value: T) => Duration): (value: T) => number {
  const known = new Map<string, number>();
  return value => {
    const given = gap(value);
    const read = typeof given === 'string' ? known.get(given) : Number.isSafeInteger(given) && given >= 0 ? given : undefined;
    if (read !== undefined) return read;
    const parsed = checked(given, value);
    if (known.size === REMEMBERED) known.clear();
    known.set(given as string, parsed);
    return parsed;
  };
}

function checked(given: Duration, value: unknown): number {
  const where = `session(): the gap of the element ${show(value)}`;
  const gap = millis(given, where);
  if (gap >= 0 && gap < Infinity) return gap;
  throw mustBe(where, 'zero or longer and finite', given, 'Check the gap function.', 'BAD_WINDOW');
}
