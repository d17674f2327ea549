/** How assigners read their options and build their names. A misspelt option is an error, since ignoring it would change results. */
import { mustBe } from '../errors.js';
import { type Duration, millis } from '../time/duration.js';
import { modulo } from './periods.js';

/** The offset of periods of length `period`, brought into `0 <= offset < period`. */
export function readOffset(offset: Duration | undefined, period: number, where: string): number {
  if (offset === undefined) return 0;
  const read = millis(offset, `${where}: offset`);
  if (Math.abs(read) >= period) {
    throw mustBe(`${where}: offset`, `shorter than ${period} ms, in either direction`, offset);
  }
  return modulo(read, period);
}

/** A number that must be an integer from `min` to `max`. */
export function readInteger(value: unknown, min: number, max: number, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`;
  throw mustBe(where, range, value);
}

/** A name such as `sliding(1h, 5m, offset 30s)`: the arguments as they were given, without those that change nothing. */
export function nameOf(kind: string, ...parts: readonly (string | number | false)[]): string {
  return `${kind}(${parts.filter(part => part !== false).join(', ')})`;
}
