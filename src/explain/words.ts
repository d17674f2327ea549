/** Times and operators as people read them in an explanation. */
import { show } from '../errors.js';
import type { EventStream } from '../stream/eventStream.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp } from '../time/timestamp.js';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Timestamps below this (in 1973) are hardly instants of the calendar: they are shown as the numbers that they are. */
const CALENDAR = 1e11;
/** Beyond this there are no dates. */
const DATES = 8.64e15;

/** An instant: `2024-03-31T10:00Z`, or `10:00Z` on the day of `near`. */
export function instant(time: Timestamp, near?: Timestamp): string {
  if (time >= END_OF_TIME) return 'the end of time';
  if (time <= START_OF_TIME) return 'the beginning of time';
  if (Math.abs(time) < CALENDAR || Math.abs(time) > DATES) return String(time);
  const text = new Date(time).toISOString().replace(/(:00)?\.000Z$/, 'Z');
  const day = near !== undefined && Math.abs(near) <= DATES ? new Date(near).toISOString().slice(0, 11) : '';
  return day !== '' && text.startsWith(day) ? text.slice(day.length) : text;
}

/** A length of time in its two largest units: `7m50s`. */
export function span(milliseconds: number): string {
  let rest = Math.round(milliseconds);
  if (rest < 1_000) return `${rest}ms`;
  let text = '';
  for (const [name, unit] of UNITS) {
    const amount = Math.floor(rest / unit);
    rest -= amount * unit;
    if (amount > 0) text += amount + name;
    // Of hours and more, seconds are no matter.
    if (text !== '' && (unit === 60_000 || (unit === 1_000 && amount > 0)) && text.length > 3) break;
  }
  return text;
}

/** An operator: its name, else what it is. */
export function operatorName({ name, kind }: EventStream<any>): string {
  return name ?? kind;
}

/** A source of an operator: `flights[3]`; the only one it has: `flights`. */
export function inputName(operator: string, input: unknown): string {
  return input === undefined ? operator : `${operator}[${show(input)}]`;
}

/** `1 element`, `2 elements`. */
export function several(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
