import { describe, expect, it } from 'vitest';
import { DAY, dayOf, zoneOf } from '../../src/windows/zone.js';
import { refusal } from './support.js';

const at = (text: string): number => Date.parse(text);
/** The day number of a local date such as '2024-03-31'. */
const day = (text: string): number => Date.parse(`${text}T00:00Z`) / DAY;
const startOf = (timeZone: string, date: string): string => new Date(zoneOf(timeZone, 'f()').startOf(day(date))).toISOString();

describe('dayOf', () => {
  it('counts the days from 1970-01-01, in any year', () => {
    expect([dayOf(1970, 0, 1), dayOf(1969, 11, 31), dayOf(2000, 1, 29)]).toEqual([0, -1, 11_016]);
    expect(dayOf(50, 0, 1)).toBe(Date.parse('0050-01-01T00:00Z') / DAY);
    expect(dayOf(-1, 0, 1)).toBe(Date.parse('-000001-01-01T00:00Z') / DAY);
    expect([dayOf(1970, 14, 1), dayOf(1970, -1, 1)]).toEqual([dayOf(1971, 2, 1), dayOf(1969, 11, 1)]);
    expect(dayOf(300_000, 0, 1)).toBeNaN();
  });
});

describe('zoneOf', () => {
  it('tells the local date at an instant', () => {
    const berlin = zoneOf('Europe/Berlin', 'f()');
    expect(berlin.dayAt(at('2024-03-30T22:59:59.999Z'))).toBe(day('2024-03-30'));
    expect(berlin.dayAt(at('2024-03-30T23:00Z'))).toBe(day('2024-03-31'));
    expect(berlin.dayAt(at('1969-12-31T22:59:59.999Z'))).toBe(day('1969-12-31'));
    expect(berlin.dayAt(at('1969-12-31T23:00Z'))).toBe(day('1970-01-01'));
  });

  it('knows the years before Christ and before 100', () => {
    const utc = zoneOf('UTC', 'f()');
    for (const text of ['-000001-02-03', '0000-12-31', '0001-01-01', '0099-05-06', '-100000-07-08']) {
      expect(utc.dayAt(at(`${text}T12:00Z`))).toBe(day(text));
      expect(utc.startOf(day(text))).toBe(at(`${text}T00:00Z`));
    }
  });

  it.each([
    ['UTC', '2024-03-31', '2024-03-31T00:00:00.000Z'],
    ['Europe/Berlin', '2024-03-31', '2024-03-30T23:00:00.000Z'],
    ['Europe/Berlin', '2024-04-01', '2024-03-31T22:00:00.000Z'],
    ['Asia/Kathmandu', '2024-01-01', '2023-12-31T18:15:00.000Z'],
    ['Africa/Monrovia', '1971-01-01', '1971-01-01T00:44:30.000Z'],
    ['Asia/Manila', '1844-12-30', '1844-12-30T15:56:08.000Z'],
  ])('begins a day of %s, %s, at midnight', (timeZone, date, start) => {
    expect(startOf(timeZone, date)).toBe(start);
  });

  it.each([
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    ['Asia/Beirut', '2024-03-31', '2024-03-30T22:00:00.000Z'],
    ['Africa/Cairo', '2024-04-26', '2024-04-25T22:00:00.000Z'],
    ['America/Havana', '2024-03-10', '2024-03-10T05:00:00.000Z'],
  ])('begins a day without midnight in %s, %s, at its first instant', (timeZone, date, start) => {
    expect(startOf(timeZone, date)).toBe(start);
    const local = new Date(start).toLocaleString('sv-SE', { timeZone });
    expect(local).toBe(`${date} 01:00:00`);
  });

  it('begins a day at the first of two midnights', () => {
    // Clocks went back from 00:01 to 23:01 of the day before.
    expect(startOf('America/St_Johns', '2010-11-07')).toBe('2010-11-07T02:30:00.000Z');
    // From 01:00 to 00:00.
    expect(startOf('America/Havana', '2024-11-03')).toBe('2024-11-03T04:00:00.000Z');
  });

  it('gives a day that the zone skipped no length', () => {
    expect(startOf('Pacific/Apia', '2011-12-30')).toBe('2011-12-30T10:00:00.000Z');
    expect(startOf('Pacific/Apia', '2011-12-31')).toBe('2011-12-30T10:00:00.000Z');
    expect(startOf('Pacific/Kwajalein', '1993-08-21')).toBe(startOf('Pacific/Kwajalein', '1993-08-22'));
    expect(startOf('Asia/Manila', '1844-12-31')).toBe(startOf('Asia/Manila', '1845-01-01'));
  });

  it('has no start of day out of the reach of the calendar', () => {
    const utc = zoneOf('UTC', 'f()');
    expect(utc.startOf(99_999_999)).toBe(99_999_999 * DAY);
    expect([100_000_000, -100_000_000, 1e20, Number.NaN].map(utc.startOf)).toEqual(Array(4).fill(Number.NaN));
  });

  it.each(['Europe/Nowhere', '', undefined, null, 1, ['UTC']])('refuses the zone %s, naming it', timeZone => {
    expect(refusal(() => zoneOf(timeZone as string, 'f()'))).toMatch(
      /^BAD_OPTION: f\(\): timeZone must be an IANA name that this runtime knows, such as 'Europe\/Berlin', but came as /,
    );
    if (timeZone === 'Europe/Nowhere') expect(refusal(() => zoneOf(timeZone, 'f()'))).toMatch(/came as "Europe\/Nowhere"\.$/);
  });
});
