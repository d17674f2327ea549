/** Lengths of time, as milliseconds or as `'5m'`; read once, when a pipeline is built. */
import { mustBe } from '../errors.js';

/** A length of time: milliseconds, or a number with a unit (`'250ms'`, `'5s'`, `'1.5m'`, `'2h'`, `'7d'`; a day is 24 h). */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The milliseconds of a duration; `where` names the option in the error. */
export function millis(duration: Duration, where: string): number {
  const read = typeof duration === 'string' ? parse(duration) : duration;
  if (typeof read !== 'number' || !(Number.isSafeInteger(read) || read === Infinity)) {
    throw mustBe(
      where,
      "a whole number of milliseconds or a text such as '250ms', '5s', '1.5m', '2h' or '7d'",
      duration,
      '',
      'BAD_DURATION',
    );
  }
  return read;
}

/** A duration that must be positive and finite. */
export function positive(duration: Duration, where: string): number {
  const read = millis(duration, where);
  if (!(read > 0 && read < Infinity)) throw mustBe(where, 'longer than zero and finite', duration);
  return read;
}

/** A duration of zero or more; `Infinity` means for ever. */
export function nonNegative(duration: Duration, where: string): number {
  const read = millis(duration, where);
  if (!(read >= 0)) throw mustBe(where, 'zero or longer', duration);
  return read;
}

function parse(text: string): number | undefined {
  const parts = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!parts) return undefined;
  // Decimal fractions such as '1.1s' are not exact in binary, so the product is rounded to the nearest microsecond first.
  const product = Number(parts[1]) * (UNITS[parts[2] as string] as number);
  return Math.round(product * 1000) / 1000;
}
