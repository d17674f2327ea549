/** From times to drawing units and back to words. Everything is UTC and English, so that a picture is the same everywhere. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  28 * DAY,
] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A linear map from times to drawing units. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  (time: number): number;
}

/** Maps `[from, to]` to `[start, end]`; times outside are kept at the border. */
export function scale([from, to]: readonly [number, number], start: number, end: number): Scale {
  const span = to - from || 1;
  const map = (time: number): number => start + ((Math.min(to, Math.max(from, time)) - from) / span) * (end - start);
  return Object.assign(map, { from, to });
}

/** Round times within the scale, about `count` of them. */
export function ticks({ from, to }: Scale, count: number): { times: number[]; step: number } {
  const step = STEPS.find(each => (to - from) / each <= count) ?? Math.ceil((to - from) / count / DAY) * DAY;
  const times: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) times.push(time);
  return { times, step };
}

/** `Feb 03`. */
export function dayText(time: number): string {
  const date = new Date(time);
  return `${MONTHS[date.getUTCMonth()] as string} ${String(date.getUTCDate()).padStart(2, '0')}`;
}

/** `12:05`, or `12:05:30` when there are seconds. */
export function clockText(time: number): string {
  const text = new Date(time).toISOString();
  return text.slice(11, time % MINUTE === 0 ? 16 : 19);
}

/** A time as the axis with this step says it. */
export function tickText(time: number, step: number): string {
  return step >= DAY ? dayText(time) : clockText(time);
}

/** A number for an SVG attribute: at most one decimal, never `-0`. */
export function n(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`A drawing needs finite numbers, but one came as ${value}.`);
  return String(Math.round(value * 10) / 10 + 0);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these, escaped or not.
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text for XML content and attributes. */
export function xml(text: string): string {
  return text.replace(UNWRITABLE, '').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
