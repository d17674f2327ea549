/**
 * When local days begin in a time zone, by `Intl.DateTimeFormat` alone. A day begins at the first instant whose local date
 * is that day or a later one. So the bounds of days never decrease, whatever a zone did: a day that a zone skipped begins
 * and ends at one instant, and a day that it had twice is one long day.
 */
import { mustBe } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';

/** A day of 24 hours, in milliseconds. */
export const DAY = 86_400_000;

/** What a JavaScript Date can hold, either side of 1970; `Intl` knows no more. */
export const CALENDAR_REACH = 8_640_000_000_000_000;

/** No zone was ever further from UTC than this (Manila, before 1845: 15 h 56 min), and none changed its clocks twice within double this time. */
const FURTHEST = 16 * 3_600_000;

/** A time zone, in days since 1970-01-01 of its own calendar. */
export interface Zone {
  /** The local date at an instant. */
  dayAt(timestamp: Timestamp): number;
  /** The instant at which the local day begins; NaN if it is out of the reach of the calendar. */
  startOf(day: number): Timestamp;
}

/** The zone of an IANA name; `where` names the function in the error. */
export function zoneOf(timeZone: string, where: string): Zone {
  const format = formatOf(timeZone, where);
  const local = (timestamp: Timestamp): number => timestamp + offsetAt(format, timestamp);
  return {
    dayAt: timestamp => Math.floor(local(timestamp) / DAY),
    startOf(day) {
      const midnight = day * DAY;
      if (!(Math.abs(midnight) <= CALENDAR_REACH - DAY)) return NaN;
      let before = midnight - FURTHEST;
      const guess = midnight - offsetAt(format, before);
      // Midnight as the clocks of the day before would show it: right unless they are changed before it comes.
      if (local(guess) === midnight) return guess;
      let after = midnight + FURTHEST;
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (local(middle) < midnight) before = middle;
        else after = middle;
      }
      return after;
    },
  };
}

function formatOf(timeZone: unknown, where: string): Intl.DateTimeFormat {
  // Intl reads undefined as the zone of the machine, and what is no text as text.
  if (typeof timeZone === 'string') {
    try {
      return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    } catch {
      // Refused below, as what is no text is.
    }
  }
  throw mustBe(`${where}: timeZone`, "an IANA name that this runtime knows, such as 'Europe/Berlin'", timeZone);
}

/** What the clocks of the zone show, less UTC, in milliseconds. Historical offsets have seconds; none has a fraction of one. */
function offsetAt(format: Intl.DateTimeFormat, timestamp: Timestamp): number {
  // The last part is such as GMT+02:00 or GMT-00:44:30, or GMT alone.
  const name = format.formatToParts(timestamp).at(-1)?.value ?? '';
  const [, sign, hours, minutes, seconds = 0] = /(.)(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [name, '+', 0, 0];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * (sign === '+' ? 1000 : -1000);
}

/** The days from 1970-01-01 to a date of the Gregorian calendar; `month` counts from 0 and may lie outside a year. NaN beyond the reach of Date. */
export function dayOf(year: number, month: number, day: number): number {
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month, day) / DAY;
}
