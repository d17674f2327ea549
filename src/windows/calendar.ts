/**
 * Calendar windows: local days, weeks, months and years of a time zone, daylight saving time included.
 * They partition time: each window ends where the next begins, and none is empty. Bounds are found by `Intl` and the
 * time zone data of the runtime; the last few windows are remembered, so that an element of one of them costs a comparison.
 */

import type { TimeWindow, WindowAssigner } from '../engine/window.js';
import { mustBe, oneOf, readOptions } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';
import { nameOf, readInteger } from './options.js';
import { modulo } from './periods.js';
import { sliced } from './sliced.js';
import { CALENDAR_REACH, DAY, dayOf, type Zone, zoneOf } from './zone.js';

/** Options of {@link days} and {@link months}. */
export interface CalendarOptions {
  /**
   * How many days, weeks, months or years make one window.
   * @defaultValue 1
   */
  readonly count?: number;
}

/** A day on which weeks can begin. */
export type Weekday = 'sunday' | 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday';

/** Options of {@link weeks}. */
export interface WeekOptions extends CalendarOptions {
  /**
   * The first day of a week.
   * @defaultValue 'monday' (ISO 8601)
   */
  readonly weekStart?: Weekday;
}

/** Options of {@link years}. */
export interface YearOptions extends CalendarOptions {
  /**
   * The month in which a year begins, 1 to 12; a fiscal year from April has 4.
   * @defaultValue 1
   */
  readonly startMonth?: number;
}

const WEEKDAYS: readonly Weekday[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/**
 * Windows of local days, from midnight to midnight of a time zone. A day is 23 or 25 hours long when the clocks change; where
 * they skip midnight it begins at the first instant after. Several days are counted from 1970-01-01.
 *
 * @param timeZone - an IANA name such as `'Europe/Berlin'` or `'UTC'`
 * @throws TidemarkError `BAD_OPTION` for a zone that the runtime does not know or a bad count; `BAD_TIMESTAMP` for an element
 * whose window is out of the reach of a JavaScript Date, about the year 275760
 *
 * @example
 * ```ts
 * import { days } from 'tidemark';
 *
 * console.log(days('Europe/Berlin').name); // days(Europe/Berlin)
 * ```
 */
export function days(timeZone: string, options: CalendarOptions = {}): WindowAssigner<unknown> {
  const { count = 1 } = readOptions(options, { count: readCount }, 'days()');
  return calendar('days', timeZone, count, false, everyDays(0, count));
}

/**
 * Windows of local weeks of a time zone, from Monday unless `weekStart` says otherwise. Several weeks are counted from the
 * week that holds 1970-01-01, a Thursday: from Monday 1969-12-29, or the last `weekStart` on or before 1970-01-01.
 *
 * @param timeZone - an IANA name such as `'Europe/Berlin'` or `'UTC'`
 * @throws TidemarkError as {@link days} does
 *
 * @example
 * ```ts
 * import { weeks } from 'tidemark';
 *
 * const american = weeks('America/New_York', { weekStart: 'sunday' });
 * console.log(american.name); // weeks(America/New_York, weekStart sunday)
 * ```
 */
export function weeks(timeZone: string, options: WeekOptions = {}): WindowAssigner<unknown> {
  const { count = 1, weekStart = 'monday' } = readOptions(options, { count: readCount, weekStart: oneOf(...WEEKDAYS) }, 'weeks()');
  const origin = -modulo(FIRST_WEEKDAY - WEEKDAYS.indexOf(weekStart), 7);
  return calendar('weeks', timeZone, count, weekStart !== 'monday' && `weekStart ${weekStart}`, everyDays(origin, 7 * count));
}

/**
 * Windows of local months of a time zone. Several months are counted from January 1970, so `count: 3` gives quarters.
 *
 * @param timeZone - an IANA name such as `'Europe/Berlin'` or `'UTC'`
 * @throws TidemarkError as {@link days} does
 *
 * @example
 * ```ts
 * import { months } from 'tidemark';
 *
 * const quarters = months('UTC', { count: 3 });
 * console.log(quarters.name); // months(UTC, 3)
 * ```
 */
export function months(timeZone: string, options: CalendarOptions = {}): WindowAssigner<unknown> {
  const { count = 1 } = readOptions(options, { count: readCount }, 'months()');
  return calendar('months', timeZone, count, false, everyMonths(0, count));
}

/**
 * Windows of local years of a time zone, from January or the given month. Several years are counted from the one that holds
 * 1970-01-01.
 *
 * @param timeZone - an IANA name such as `'Europe/Berlin'` or `'UTC'`
 * @throws TidemarkError as {@link days} does, or `BAD_OPTION` for a month that is none
 *
 * @example
 * ```ts
 * import { years } from 'tidemark';
 *
 * const fiscal = years('Asia/Tokyo', { startMonth: 4 });
 * console.log(fiscal.name); // years(Asia/Tokyo, startMonth 4)
 * ```
 */
export function years(timeZone: string, options: YearOptions = {}): WindowAssigner<unknown> {
  const { count = 1, startMonth = 1 } = readOptions(options, { count: readCount, startMonth: readMonth }, 'years()');
  return calendar(
    'years',
    timeZone,
    count,
    startMonth > 1 && `startMonth ${startMonth}`,
    everyMonths(-modulo(1 - startMonth, 12), 12 * count),
  );
}

/** Days grouped into periods that are numbered without gaps. */
interface Periods {
  /** The number of the period that holds a day. */
  indexOf(day: number): number;
  firstDayOf(index: number): number;
}

function everyDays(origin: number, size: number): Periods {
  return {
    indexOf: day => Math.floor((day - origin) / size),
    firstDayOf: index => index * size + origin,
  };
}

function everyMonths(origin: number, size: number): Periods {
  return {
    indexOf(day) {
      const date = new Date(day * DAY);
      return Math.floor(((date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth() - origin) / size);
    },
    firstDayOf: index => dayOf(1970, index * size + origin, 1),
  };
}

function readCount(count: unknown, where: string): number {
  return readInteger(count, 1, Number.MAX_SAFE_INTEGER, where);
}

function readMonth(month: unknown, where: string): number {
  return readInteger(month, 1, 12, where);
}

/** Elements a little out of order move among a few windows near a bound; more would make every miss dearer. */
const REMEMBERED = 8;

function calendar(kind: string, timeZone: string, count: number, other: string | false, periods: Periods): WindowAssigner<unknown> {
  const zone = zoneOf(timeZone, `${kind}()`);
  const name = nameOf(kind, timeZone, count > 1 && count, other);
  const recent: TimeWindow[] = [];
  let last: TimeWindow = { start: 0, end: 0 };
  const windowAt = (timestamp: Timestamp): TimeWindow => {
    if (timestamp >= last.start && timestamp < last.end) return last;
    const known = recent.find(({ start, end }) => timestamp >= start && timestamp < end);
    last = known ?? find(timestamp, name, zone, periods);
    if (!known) {
      recent.unshift(last);
      recent.splice(REMEMBERED);
    }
    return last;
  };
  return sliced(name, (timestamp, into) => {
    const { start, end } = windowAt(timestamp);
    into.start = start;
    into.end = end;
  });
}

function find(timestamp: Timestamp, name: string, zone: Zone, periods: Periods): TimeWindow {
  if (Math.abs(timestamp) <= CALENDAR_REACH) {
    let index = periods.indexOf(zone.dayAt(timestamp));
    let start = zone.startOf(periods.firstDayOf(index));
    let end = zone.startOf(periods.firstDayOf(index + 1));
    // Clocks that go back over midnight show the old date again in the new day; and days that a zone skipped are empty.
    while (end <= timestamp) {
      index++;
      start = end;
      end = zone.startOf(periods.firstDayOf(index + 1));
    }
    if (start <= timestamp && timestamp < end) return { start, end };
  }
  throw mustBe(
    `${name}: a timestamp`,
    'milliseconds whose window lies within 8.64e15 of 1970, where calendars end',
    timestamp,
    'Filter such elements out before the window.',
    'BAD_TIMESTAMP',
  );
}
