/** How panes are written: a JSON object per line, or a table. */
import type { Pane } from 'tidemark';
import type { Options } from './options.js';

/** What is said of the values in a window. */
export interface Summary {
  readonly count: number;
  readonly mean: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

type Key = string | number | boolean;

/** A line for a pane, without its end. */
export type Format = (pane: Pane<Key, Summary>) => string;

/** The lines of a format, and the one above them. */
export function formatter(format: Options['format']): { readonly head: string | undefined; readonly line: Format } {
  return format === 'json' ? { head: undefined, line: json } : { head: HEAD, line: row };
}

const HEAD = `${'key'.padEnd(12)}${'window (UTC)'.padEnd(34)}${'pane'.padEnd(10)}${'count'.padStart(7)}${'mean'.padStart(10)}${'min'.padStart(10)}${'max'.padStart(10)}`;

function json({ key, window, value, timing, index, isLast }: Pane<Key, Summary>): string {
  return JSON.stringify({ key, start: iso(window.start), end: iso(window.end), timing, index, last: isLast, ...value });
}

function row({ key, window, value, timing }: Pane<Key, Summary>): string {
  const bounds = `${iso(window.start).slice(0, 19).replace('T', ' ')} to ${iso(window.end).slice(11, 19)}`;
  const numbers = [value.mean, value.min, value.max].map(each =>
    (each === undefined ? '' : String(Math.round(each * 1000) / 1000)).padStart(10),
  );
  return `${String(key).padEnd(12)}${bounds.padEnd(34)}${timing.padEnd(10)}${String(value.count).padStart(7)}${numbers.join('')}`;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
