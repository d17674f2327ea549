/**
 * Event time: integer milliseconds since the epoch, negative allowed.
 * The convention of the whole library is stated here once: windows are `[start, end)`, a watermark W promises that
 * no further element has a timestamp below W, a window is complete at `W >= end` and expired at
 * `W >= end + allowedLateness`, and a timer set for t is due when the clock `>= t`.
 */
import { mustBe, show, type TidemarkError } from '../errors.js';

/** An instant in event time or processing time: integer milliseconds since 1970-01-01T00:00Z. */
export type Timestamp = number;

/** A promise about event time: no further element has a timestamp below it. */
export type Watermark = Timestamp;

/** The watermark of a stream about which nothing is known yet. */
export const START_OF_TIME: Timestamp = Number.MIN_SAFE_INTEGER;

/** The watermark of a stream that has completed; the end of the global window. */
export const END_OF_TIME: Timestamp = Number.MAX_SAFE_INTEGER;

/** Refuses what is no timestamp, naming the place and the element. */
export function checkTimestamp(timestamp: unknown, where: string, element: unknown): asserts timestamp is Timestamp {
  if (!Number.isSafeInteger(timestamp)) throw badTimestamp(timestamp, where, element);
}

/** The error for a bad timestamp; apart from the check, so that hot loops may inline theirs. */
export function badTimestamp(timestamp: unknown, where: string, element: unknown): TidemarkError {
  return mustBe(
    where,
    'a safe integer: milliseconds since the epoch',
    timestamp,
    `Element: ${show(element)}. ${Array.isArray(element) ? 'For arrays of elements set batches: true.' : cure(timestamp)}`,
    'BAD_TIMESTAMP',
  );
}

function cure(timestamp: unknown): string {
  if (timestamp instanceof Date && !Number.isNaN(timestamp.getTime())) return 'Return date.getTime().';
  if (typeof timestamp === 'string') return 'Return Date.parse(text), or Number(text) for epoch milliseconds.';
  if (typeof timestamp === 'bigint') return 'Return Number(timestamp), in milliseconds.';
  if (Number.isInteger(timestamp)) return 'So far from the clock: is it in seconds or microseconds? Or set maxFuture, late or drops.';
  if (Number.isFinite(timestamp)) return 'Round it: Math.floor(timestamp).';
  if (timestamp === undefined) return 'Has the element that field?';
  return 'Filter such elements out before eventTime().';
}

/** Milliseconds. What is nearer to the clock than this when taken as seconds is in seconds. */
const YEARS = 4e11;

/** Whether a timestamp is obviously in seconds. A clock that begins at 0, as those of tests, proves nothing about it. */
export function areSeconds(timestamp: Timestamp, now: Timestamp): boolean {
  return now > 2 * YEARS && Math.abs(timestamp * 1000 - now) < YEARS;
}

/** The watermark of an element. None, be it the last possible one, ends the stream: only completion says END_OF_TIME. */
export function before(watermark: Watermark): Watermark {
  return watermark < END_OF_TIME ? watermark : END_OF_TIME - 1;
}

/** `timestamp` moved by `by`, kept within START_OF_TIME and END_OF_TIME. */
export function shift(timestamp: Timestamp, by: number): Timestamp {
  const moved = timestamp + by;
  return moved > END_OF_TIME ? END_OF_TIME : moved < START_OF_TIME ? START_OF_TIME : moved;
}

/** The start of the period of length `size` that holds `timestamp`, for periods aligned at `offset`. Right for negative times. */
export function floorTo(timestamp: Timestamp, size: number, offset: number): Timestamp {
  return Math.floor((timestamp - offset) / size) * size + offset;
}
