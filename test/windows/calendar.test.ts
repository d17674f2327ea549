import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WindowAssigner } from '../../src/engine/window.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { days, months, weeks, years } from '../../src/windows/calendar.js';
import { assigned, type Bounds, refusal, sliceAt, windowsOfSlice } from './support.js';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);
const only = (assigner: WindowAssigner<unknown>, timestamp: number): Bounds => {
  const [window, ...more] = assigned(assigner, timestamp);
  expect(more).toEqual([]);
  return window as Bounds;
};
const holding = (assigner: WindowAssigner<unknown>, text: string): string[] => only(assigner, at(text)).map(t => new Date(t).toISOString());
const hours = ([start, end]: Bounds): number => (end - start) / HOUR;

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Juneau',
  'America/Havana',
  'Africa/Cairo',
  'Africa/Monrovia',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Asia/Manila',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kwajalein',
];

describe('days', () => {
  it('are local days', () => {
    expect(holding(days('UTC'), '2014-01-01T23:59Z')).toEqual(['2014-01-01T00:00:00.000Z', '2014-01-02T00:00:00.000Z']);
    expect(holding(days('America/Los_Angeles'), '2014-01-01T07:59:59.999Z')[1]).toBe('2014-01-01T08:00:00.000Z');
    expect(holding(days('America/Los_Angeles'), '2014-01-01T08:00Z')).toEqual(['2014-01-01T08:00:00.000Z', '2014-01-02T08:00:00.000Z']);
    expect(holding(days('Asia/Kathmandu'), '2024-01-01T00:00Z')).toEqual(['2023-12-31T18:15:00.000Z', '2024-01-01T18:15:00.000Z']);
  });

  it.each([
    ['Europe/Berlin', '2024-03-31', 23],
    ['Europe/Berlin', '2024-10-27', 25],
    ['Europe/Berlin', '2024-07-01', 24],
    ['America/New_York', '2024-03-10', 23],
    ['America/New_York', '2024-11-03', 25],
    ['Australia/Lord_Howe', '2024-04-07', 24.5],
    ['Australia/Lord_Howe', '2024-10-06', 23.5],
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['America/Sao_Paulo', '2018-02-17', 25],
    ['UTC', '2024-03-31', 24],
    // Kwajalein crossed the date line to the east in 1969 and had this day almost twice.
    ['Pacific/Kwajalein', '1969-09-30', 47],
  ])('in %s, %s lasted %d hours', (timeZone, date, length) => {
    const window = only(days(timeZone), at(`${date}T12:00Z`));
    expect(new Date(window[0]).toLocaleString('sv-SE', { timeZone }).slice(0, 10)).toBe(date);
    expect(hours(window)).toBe(length);
  });

  it('has no window for a day that the zone skipped', () => {
    const apia = days('Pacific/Apia');
    expect(holding(apia, '2011-12-30T09:59:59.999Z')).toEqual(['2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z']);
    expect(holding(apia, '2011-12-30T10:00Z')).toEqual(['2011-12-30T10:00:00.000Z', '2011-12-31T10:00:00.000Z']);
    const kwajalein = days('Pacific/Kwajalein');
    expect(holding(kwajalein, '1993-08-21T11:59Z')).toEqual(['1993-08-20T12:00:00.000Z', '1993-08-21T12:00:00.000Z']);
    expect(holding(kwajalein, '1993-08-21T12:00Z')).toEqual(['1993-08-21T12:00:00.000Z', '1993-08-22T12:00:00.000Z']);
  });

  it('begin once where clocks go back over midnight', () => {
    // 00:01 became 23:01 of 2010-11-06 again: that hour belongs to the new day, which has begun.
    const window = ['2010-11-07T02:30:00.000Z', '2010-11-08T03:30:00.000Z'];
    for (const inside of ['02:30Z', '02:31Z', '03:29Z', '03:30Z'])
      expect(holding(days('America/St_Johns'), `2010-11-07T${inside}`)).toEqual(window);
  });

  it('count several days from 1970-01-01 in the zone', () => {
    const fives = days('UTC', { count: 5 });
    expect(holding(fives, '1970-01-05T23:00Z')).toEqual(['1970-01-01T00:00:00.000Z', '1970-01-06T00:00:00.000Z']);
    expect(holding(fives, '1969-12-31T23:00Z')).toEqual(['1969-12-27T00:00:00.000Z', '1970-01-01T00:00:00.000Z']);
    expect(holding(days('Asia/Tokyo', { count: 5 }), '1970-01-01T00:00Z')[0]).toBe('1969-12-31T15:00:00.000Z');
  });
});

describe('weeks', () => {
  it('begin on Monday, or on the day that was asked for', () => {
    // 2024-01-03 was a Wednesday.
    expect(holding(weeks('UTC'), '2024-01-03T12:00Z')).toEqual(['2024-01-01T00:00:00.000Z', '2024-01-08T00:00:00.000Z']);
    const starts = (['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const).map(weekStart =>
      holding(weeks('UTC', { weekStart }), '2024-01-03T12:00Z')[0]?.slice(0, 10),
    );
    expect(starts).toEqual(['2023-12-31', '2024-01-01', '2024-01-02', '2024-01-03', '2023-12-28', '2023-12-29', '2023-12-30']);
  });

  it('count several weeks from the one that holds 1970-01-01', () => {
    expect(holding(weeks('UTC', { count: 2 }), '1970-01-11T23:59Z')).toEqual(['1969-12-29T00:00:00.000Z', '1970-01-12T00:00:00.000Z']);
    expect(holding(weeks('UTC', { count: 2, weekStart: 'thursday' }), '1970-01-01T00:00Z')[0]).toBe('1970-01-01T00:00:00.000Z');
    expect(holding(weeks('UTC', { count: 2, weekStart: 'friday' }), '1970-01-01T00:00Z')[0]).toBe('1969-12-26T00:00:00.000Z');
  });

  it('are an hour shorter or longer when the clocks change', () => {
    expect(hours(only(weeks('Europe/Berlin'), at('2024-03-31T12:00Z')))).toBe(7 * 24 - 1);
    expect(hours(only(weeks('Europe/Berlin'), at('2024-10-27T12:00Z')))).toBe(7 * 24 + 1);
  });
});

describe('months', () => {
  it('are local months', () => {
    expect(holding(months('UTC'), '2024-02-29T12:00Z')).toEqual(['2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z']);
    expect(holding(months('Europe/Berlin'), '2024-03-31T21:59Z')).toEqual(['2024-02-29T23:00:00.000Z', '2024-03-31T22:00:00.000Z']);
    expect(holding(months('UTC'), '1969-12-31T23:59Z')).toEqual(['1969-12-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z']);
  });

  it('count several months from January 1970', () => {
    expect(holding(months('UTC', { count: 3 }), '2024-05-05T00:00Z')).toEqual(['2024-04-01T00:00:00.000Z', '2024-07-01T00:00:00.000Z']);
    expect(holding(months('UTC', { count: 5 }), '1969-12-31T00:00Z')).toEqual(['1969-08-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z']);
  });
});

describe('years', () => {
  it('are local years', () => {
    expect(holding(years('UTC'), '2024-12-31T23:59Z')).toEqual(['2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z']);
    expect(holding(years('Asia/Tokyo'), '2024-12-31T15:00Z')[0]).toBe('2024-12-31T15:00:00.000Z');
    expect(holding(years('UTC'), '0050-06-01T00:00Z')).toEqual(['0050-01-01T00:00:00.000Z', '0051-01-01T00:00:00.000Z']);
    expect(holding(years('UTC'), '-000044-03-15T12:00Z')[0]).toBe('-000044-01-01T00:00:00.000Z');
  });

  it('begin in the month that was asked for', () => {
    const fiscal = years('UTC', { startMonth: 4 });
    expect(holding(fiscal, '2024-03-31T23:59Z')).toEqual(['2023-04-01T00:00:00.000Z', '2024-04-01T00:00:00.000Z']);
    expect(holding(fiscal, '2024-04-01T00:00Z')[1]).toBe('2025-04-01T00:00:00.000Z');
  });

  it('count several years from the one that holds 1970-01-01', () => {
    expect(holding(years('UTC', { count: 10 }), '2024-01-01T00:00Z')).toEqual(['2020-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z']);
    expect(holding(years('UTC', { count: 2, startMonth: 4 }), '1970-01-01T00:00Z')[0]).toBe('1969-04-01T00:00:00.000Z');
    expect(holding(years('UTC', { count: 2, startMonth: 1 }), '1970-01-01T00:00Z')[0]).toBe('1970-01-01T00:00:00.000Z');
  });
});

const make: readonly ((timeZone: string, count: number) => WindowAssigner<unknown>)[] = [
  (timeZone, count) => days(timeZone, { count }),
  (timeZone, count) => weeks(timeZone, { count, weekStart: 'sunday' }),
  (timeZone, count) => months(timeZone, { count }),
  (timeZone, count) => years(timeZone, { count, startMonth: 7 }),
];

describe('calendar windows', () => {
  // From 1830, before any zone had a standard time, to 2040; and the whole of what a Date can hold.
  const instants = fc.oneof(
    fc.integer({ min: at('1830-01-01'), max: at('2040-01-01') }),
    fc.integer({ min: at('1966-01-01'), max: at('2026-01-01') }),
    fc.integer({ min: -8.6e15, max: 8.6e15 }),
  );
  const cases = fc.record({
    timeZone: fc.constantFrom(...ZONES),
    of: fc.constantFrom(...make),
    count: fc.constantFrom(1, 1, 2, 5),
    instant: instants,
  });

  it('partition time: each ends where the next begins, and holds its element', () => {
    fc.assert(
      fc.property(cases, ({ timeZone, of, count, instant }) => {
        const [start, end] = only(of(timeZone, count), instant);
        expect(start <= instant && instant < end).toBe(true);
        // By an assigner each, so that nothing is remembered.
        expect(only(of(timeZone, count), end)[0]).toBe(end);
        expect(only(of(timeZone, count), start - 1)[1]).toBe(start);
        for (const inside of [start, end - 1]) expect(only(of(timeZone, count), inside)).toEqual([start, end]);
      }),
      { numRuns: 300 },
    );
  });

  it('begin at the first instant of a local date', () => {
    const clocks = new Map(
      ZONES.map(timeZone => [
        timeZone,
        new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' }),
      ]),
    );
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.integer({ min: at('1830-01-01'), max: at('2040-01-01') }), (timeZone, instant) => {
        const clock = clocks.get(timeZone) as Intl.DateTimeFormat;
        const [start] = only(days(timeZone), instant);
        const [date, time] = clock.format(start).split(' ') as [string, string];
        const [dateBefore] = clock.format(start - 1).split(' ') as [string];
        if (time !== '00:00:00') expect(dateBefore < date).toBe(true);
        // No instant of the day before, back to the noon of that day, shows this date.
        for (let before = start - 1; before > start - 12 * HOUR; before -= HOUR / 4) {
          expect((clock.format(before).split(' ') as [string])[0] < date).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are their own slices', () => {
    const berlin = days('Europe/Berlin');
    const slice = sliceAt(berlin, at('2024-03-31T12:00Z'));
    expect(slice).toEqual(only(days('Europe/Berlin'), at('2024-03-31T12:00Z')));
    expect(windowsOfSlice(berlin, slice)).toEqual([slice]);
  });

  it('are frozen values whose names tell their arguments', () => {
    const all = [
      days('Europe/Berlin'),
      days('UTC', { count: 1 }),
      days('UTC', { count: 10 }),
      weeks('UTC', { weekStart: 'monday' }),
      weeks('UTC', { count: 2, weekStart: 'sunday' }),
      months('UTC', { count: 3 }),
      years('utc', { startMonth: 4 }),
      years('UTC', { count: 5 }),
    ];
    expect(all.map(a => a.name)).toEqual([
      'days(Europe/Berlin)',
      'days(UTC)',
      'days(UTC, 10)',
      'weeks(UTC)',
      'weeks(UTC, 2, weekStart sunday)',
      'months(UTC, 3)',
      'years(utc, startMonth 4)',
      'years(UTC, 5)',
    ]);
    expect(all.every(a => Object.isFrozen(a) && Object.isFrozen(a.slicing) && !a.merging)).toBe(true);
  });
});

describe('calendar windows, remembered', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('do not ask Intl again for an element of one of the last eight windows', () => {
    const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    const berlin = days('Europe/Berlin');
    const noons = Array.from({ length: 8 }, (_, day) => at('2024-03-28T12:00Z') + day * 24 * HOUR);
    const first = noons.map(noon => only(berlin, noon));
    expect(asked).toHaveBeenCalled();
    asked.mockClear();
    for (const shift of [-6 * HOUR, 0, 6 * HOUR]) expect(noons.map(noon => only(berlin, noon + shift))).toEqual(first);
    expect(noons.map(noon => sliceAt(berlin, noon))).toEqual(first);
    expect(asked).not.toHaveBeenCalled();
  });

  it('are right in any order of many windows', () => {
    const berlin = days('Europe/Berlin');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }), offsets => {
        for (const offset of offsets) {
          const instant = at('2024-03-10T22:30Z') + offset * 12 * HOUR;
          const [start, end] = only(berlin, instant);
          expect(start <= instant && instant < end && end - start <= 25 * HOUR).toBe(true);
        }
      }),
    );
  });
});

describe('calendar windows that cannot be', () => {
  it('names the timestamp that is out of reach', () => {
    expect(refusal(() => only(days('UTC'), 8.65e15))).toBe(
      'BAD_TIMESTAMP: days(UTC): a timestamp must be milliseconds whose window lies within 8.64e15 of 1970, where calendars end, ' +
        'but came as 8650000000000000. Filter such elements out before the window.',
    );
    for (const timestamp of [START_OF_TIME, END_OF_TIME, -8.64e15, 8.64e15]) {
      for (const of of make)
        expect(refusal(() => only(of('Europe/Berlin', 1), timestamp))).toContain(`where calendars end, but came as ${timestamp}.`);
    }
    expect(refusal(() => only(years('UTC', { count: 1e6 }), 0))).toContain(
      'years(UTC, 1000000): a timestamp must be milliseconds whose window lies within 8.64e15 of 1970, where calendars end, but came as 0.',
    );
    expect(refusal(() => only(days('UTC', { count: Number.MAX_SAFE_INTEGER }), 0))).toContain(
      'whose window lies within 8.64e15 of 1970, where calendars end, but came as 0.',
    );
  });

  it('refuses a zone that the runtime does not know, naming function and zone', () => {
    for (const [name, of] of Object.entries({ days, weeks, months, years })) {
      expect(refusal(() => of('Europe/Nowhere'))).toBe(
        `BAD_OPTION: ${name}(): timeZone must be an IANA name that this runtime knows, such as 'Europe/Berlin', but came as "Europe/Nowhere".`,
      );
    }
  });

  it('refuses other options that cannot be', () => {
    for (const [name, of] of Object.entries({ days, weeks, months, years })) {
      for (const count of [0, -1, 1.5, null]) {
        expect(refusal(() => of('UTC', { count: count as number }))).toBe(
          `BAD_OPTION: ${name}(): count must be an integer of at least 1, but came as ${count}.`,
        );
      }
      expect(refusal(() => of('UTC', { offset: '1h' } as never))).toContain(`BAD_OPTION: ${name}(): there is no option "offset".`);
      expect(refusal(() => of('UTC', 3 as never))).toContain(`BAD_OPTION: ${name}(): options must be an object`);
    }
    expect(refusal(() => weeks('UTC', { weekStart: 'Monday' as never }))).toBe(
      `BAD_OPTION: weeks(): weekStart must be one of sunday, monday, tuesday, wednesday, thursday, friday, saturday, but came as "Monday".`,
    );
    expect(refusal(() => years('UTC', { startMonth: 13 }))).toBe(
      'BAD_OPTION: years(): startMonth must be an integer from 1 to 12, but came as 13.',
    );
  });
});
