/**
 * Calendar windows: local days, weeks, months and years of a time zone, daylight saving time included.
 * They partition time: each window ends where the next begins, and none is empty. Bounds are found by `Intl` and the
 * time zone data of the runtime; the last few windows are remembered, so that an element of one of them costs a comparison.
 */

import { slicedMachine } from '../engine/slicedMachine.js';
import type { TimeWindow, WindowAssigner } from '../engine/window.js';
import { checkOptions, mustBe, TidemarkError } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';
import { nameOf, readInteger } from './options.js';
import { modulo } from './periods.js';
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
  const zone = zoneOf(timeZone, 'days()');
  checkOptions(options, ['count'], 'days()');
  const count = readCount(options, 'days()');
  return calendar(nameOf('days', timeZone, count > 1 && count), zone, everyDays(0, count));
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
  const zone = zoneOf(timeZone, 'weeks()');
  checkOptions(options, ['count', 'weekStart'], 'weeks()');
  const count = readCount(options, 'weeks()');
  const { weekStart = 'monday' } = options;
  const weekday = WEEKDAYS.indexOf(weekStart);
  if (weekday < 0) {
    throw mustBe('weeks(): weekStart', "one of 'sunday', 'monday' and so on to 'saturday'", weekStart);
  }
  const name = nameOf('weeks', timeZone, count > 1 && count, weekStart !== 'monday' && `weekStart ${weekStart}`);
  return calendar(name, zone, everyDays(-modulo(FIRST_WEEKDAY - weekday, 7), 7 * count));
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
  const zone = zoneOf(timeZone, 'months()');
  checkOptions(options, ['count'], 'months()');
  const count = readCount(options, 'months()');
  return calendar(nameOf('months', timeZone, count > 1 && count), zone, everyMonths(0, count));
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
  const zone = zoneOf(timeZone, 'years()');
  checkOptions(options, ['count', 'startMonth'], 'years()');
  const count = readCount(options, 'years()');
  const { startMonth = 1 } = options;
  readInteger(startMonth, 1, 12, 'years(): startMonth');
  const name = nameOf('years', timeZone, count > 1 && count, startMonth > 1 && `startMonth ${startMonth}`);
  return calendar(name, zone, everyMonths(-modulo(1 - startMonth, 12), 12 * count));
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

function readCount(options: CalendarOptions, where: string): number {
  const { count = 1 } = options;
  return readInteger(count, 1, Number.MAX_SAFE_INTEGER, `${where}: count`);
}

/** Elements a little out of order move among a few windows near a bound; more would make every miss dearer. */
const REMEMBERED = 8;

function calendar(name: string, zone: Zone, periods: Periods): WindowAssigner<unknown> {
  const recent: TimeWindow[] = [];
  let last: TimeWindow = { start: 0, end: 0 };
  let replaced = 0;
  const windowAt = (timestamp: Timestamp): TimeWindow => {
    if (timestamp >= last.start && timestamp < last.end) return last;
    for (const window of recent) {
      if (timestamp >= window.start && timestamp < window.end) {
        last = window;
        return window;
      }
    }
    last = find(timestamp, name, zone, periods);
    recent[replaced] = last;
    replaced = (replaced + 1) % REMEMBERED;
    return last;
  };
  return Object.freeze<WindowAssigner<unknown>>({
    name,
    merging: false,
    machine: slicedMachine,
    assign(timestamp, _value, add) {
      const window = windowAt(timestamp);
      add(window.start, window.end);
    },
    slicing: Object.freeze({
      slice(timestamp: Timestamp, into: { start: Timestamp; end: Timestamp }) {
        const window = windowAt(timestamp);
        into.start = window.start;
        into.end = window.end;
      },
      windows(start: Timestamp, end: Timestamp, add: (start: Timestamp, end: Timestamp) => void) {
        add(start, end);
      },
    }),
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
  throw new TidemarkError(
    'BAD_TIMESTAMP',
    `${name}: the window of the timestamp ${timestamp} is out of the reach of the calendar, which ends 8.64e15 ms (100 million days) before and after 1970. Look for timestamps that are not milliseconds since the epoch, or filter such elements out.`,
  );
}
