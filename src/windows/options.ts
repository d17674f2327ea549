/** How assigners read their options and build their names. A misspelt option is an error, since ignoring it would change results. */
import { show, TidemarkError } from '../errors.js';
import { type Duration, millis } from '../time/duration.js';
import { modulo } from './periods.js';

/** Refuses options that are no object or have a field that is not known; `where` is the function, as in `tumbling()`. */
export function checkOptions(options: unknown, known: readonly string[], where: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TidemarkError('BAD_OPTION', `${where}: options must be an object such as ${sample(known)}, but came as ${show(options)}.`);
  }
  for (const field of Object.keys(options)) {
    if (!known.includes(field)) {
      throw new TidemarkError('BAD_OPTION', `${where}: there is no option ${show(field)}. Write it as ${sample(known)}.`);
    }
  }
}

/** The offset of periods of length `period`, brought into `0 <= offset < period`. */
export function readOffset(offset: Duration | undefined, period: number, where: string): number {
  if (offset === undefined) return 0;
  const read = millis(offset, `${where}: offset`);
  if (Math.abs(read) >= period) {
    throw new TidemarkError(
      'BAD_OPTION',
      `${where}: offset must be shorter than the period of ${period} ms, in either direction, but came as ${show(offset)}.`,
    );
  }
  return modulo(read, period);
}

/** A number that must be an integer from `min` to `max`. */
export function readInteger(value: unknown, min: number, max: number, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`;
  throw new TidemarkError('BAD_OPTION', `${where} must be ${range}, but came as ${show(value)}.`);
}

/** A name such as `sliding(1h, 5m, offset 30s)`: the arguments as they were given, without those that change nothing. */
export function nameOf(kind: string, ...parts: readonly (string | number | false)[]): string {
  return `${kind}(${parts.filter(part => part !== false).join(', ')})`;
}

function sample(known: readonly string[]): string {
  return `{ ${known.map(field => `${field}: ...`).join(', ')} }`;
}
