/** Text in columns, and numbers and times as the tables of the command show them. */
import { countText } from '../disorder/words.js';
import { END_OF_TIME, START_OF_TIME } from '../time/timestamp.js';

/** Columns as wide as their widest cell, two spaces apart. Those whose head begins with `>` are set to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = head.map(name => name.replace(/^>/, ''));
  const widths = names.map((name, at) => Math.max(name.length, ...rows.map(row => (row[at] ?? '').length)));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, at) => (head[at]!.startsWith('>') ? (row[at] ?? '').padStart(width) : (row[at] ?? '').padEnd(width)))
      .join('  ')
      .trimEnd();
  return [names, ...rows].map(row => `${line(row)}\n`).join('');
}

/** `12 B`, `3.4 kB`, `5.6 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [size, unit] = bytes < 999_950 ? [bytes / 1e3, 'kB'] : bytes < 999_950_000 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${size.toFixed(1)} ${unit}`;
}

/** A time of events or of a clock, in UTC, without what is zero in it. */
export function timeText(time: number): string {
  if (time <= START_OF_TIME) return 'start';
  if (time >= END_OF_TIME - 1 || time === Infinity) return 'end';
  const date = new Date(time);
  // Times need not be those of a calendar.
  if (Number.isNaN(date.getTime()) || Math.abs(time) < 86_400_000_000) return countText(time).replace(/^-,/, '-');
  return date.toISOString().replace('T', ' ').replace('.000Z', 'Z');
}

/** `1 row`, `12,345 rows`. */
export function counted(count: number, what: string): string {
  return `${countText(count)} ${what}${count === 1 ? '' : 's'}`;
}
