/**
 * Where an instant lies within a period of fixed length. Exact for every timestamp and every length, also where the
 * plain floor modulo would leave the integers that a number can hold.
 */
import type { Slicing } from '../engine/window.js';
import { END_OF_TIME, floorTo, shift, type Timestamp } from '../time/timestamp.js';

/**
 * The last instant of any window, since windows end at END_OF_TIME at the latest. An element at END_OF_TIME itself is
 * counted here: otherwise it would make a window without any instant.
 */
export const LAST_INSTANT: Timestamp = END_OF_TIME - 1;

/** How long before `timestamp` its period began; periods of length `size` are aligned at `offset`, `0 <= offset < size`. */
export function phase(timestamp: Timestamp, size: number, offset: number): number {
  // Within this reach neither the difference nor the product of a floor modulo can pass 2^53; `%` is exact everywhere, but slower.
  const reach = 2 ** 52 - size;
  if (timestamp > -reach && timestamp < reach) return timestamp - floorTo(timestamp, size, offset);
  const rest = modulo(timestamp, size) - offset;
  return rest < 0 ? rest + size : rest;
}

/** Periods of length `size`, aligned at `offset`, as slices. */
export function slicesOf(size: number, offset: number): Slicing['slice'] {
  return (timestamp, into) => {
    const at = Math.min(timestamp, LAST_INSTANT);
    const since = phase(at, size, offset);
    into.start = shift(at, -since);
    into.end = shift(at, size - since);
  };
}

/** The remainder of a division that rounds down: from 0 up to `size`, also for negative numbers. */
export function modulo(value: number, size: number): number {
  const rest = value % size;
  // Adding 0 turns -0, the remainder of a negative multiple, into 0.
  return rest < 0 ? rest + size : rest + 0;
}
