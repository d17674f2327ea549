/** Windows of the reference model: every candidate near the timestamp is tried, with nothing but the definition. */
import type { TraceElement, TraceWindow } from '../../src/testing/trace.js';

export type Bounds = readonly [start: number, end: number];

/** The windows of an element, in order of end, then start. A session is the element's own, not yet merged. */
export function windowsOf(window: TraceWindow, { timestamp: t, value }: TraceElement): Bounds[] {
  switch (window.kind) {
    case 'tumbling':
      return holding(t, window.size, window.size, window.offset ?? 0);
    case 'sliding':
      return holding(t, window.size, window.slide, window.offset ?? 0);
    case 'cumulative': {
      const found: Bounds[] = [];
      for (let length = window.step; length <= window.size; length += window.step) {
        found.push(...holding(t, length, window.size, window.offset ?? 0));
      }
      return found;
    }
    case 'session':
      return [[t, t + window.gap]];
    case 'dynamicSession':
      return [[t, t + (window.gapByValue[String(value)] as number)]];
    case 'days':
      return [days(t, window.timeZone, window.count ?? 1)];
    case 'global':
      return [[Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]];
  }
}

/** All `[offset + k * every, ... + length)` around t that hold it. */
function holding(t: number, length: number, every: number, offset: number): Bounds[] {
  const found: Bounds[] = [];
  const reach = length + every + Math.abs(offset);
  for (let start = t - reach; start <= t; start++) {
    if ((start - offset) % every === 0 && t < start + length) found.push([start, start + length]);
  }
  return found;
}

const HALF_HOUR = 1_800_000;
const known = new Map<string, number>();

/** The number of the local day of an instant, counted from 1970-01-01. */
function dayNumber(t: number, timeZone: string): number {
  const id = `${timeZone} ${t}`;
  let day = known.get(id);
  if (day === undefined) {
    const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(t);
    day = Date.parse(`${text}T00:00Z`) / 86_400_000;
    known.set(id, day);
  }
  return day;
}

/** Walks to both ends of the period in half hours: offsets of the zones used here change at half hours only. */
function days(t: number, timeZone: string, count: number): Bounds {
  const period = (instant: number): number => Math.floor(dayNumber(instant, timeZone) / count);
  let start = Math.floor(t / HALF_HOUR) * HALF_HOUR;
  let end = start + HALF_HOUR;
  while (period(start - HALF_HOUR) === period(t)) start -= HALF_HOUR;
  while (period(end) === period(t)) end += HALF_HOUR;
  return [start, end];
}

/** Whether two sessions of a key become one. */
export function meets(window: TraceWindow, a: Bounds, b: Bounds): boolean {
  const touching = 'mergeTouching' in window && window.mergeTouching === true;
  return touching ? a[0] <= b[1] && b[0] <= a[1] : a[0] < b[1] && b[0] < a[1];
}
