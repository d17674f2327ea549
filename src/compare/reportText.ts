/** A report of a what-if as text: who was compared, how many panes differ, and the first of them. */
import { equal } from '../aggregates/equal.js';
import { countText } from '../disorder/words.js';
import type { TimeWindow } from '../engine/window.js';
import { show } from '../errors.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp } from '../time/timestamp.js';
import type { Delta } from './alike.js';
import type { ComparedPane } from './difference.js';
import type { ComparedOperator, WhatIfReport } from './report.js';

/** A cell is no wider. */
const WIDEST = 44;
const DAY = 86_400_000;

const ENDS = {
  'end of input': 'to the end of the sources',
  until: 'up to where it was to end',
  stopped: 'until it was stopped',
} as const;

/** The report, for a terminal. */
export function reportText(report: WhatIfReport<unknown, unknown>, lines: number): string {
  const { elements, ended, operators, options, deterministic } = report;
  const read = `${countText(elements)} ${elements === 1 ? 'element' : 'elements'} ${ENDS[ended]}`;
  const verdict = deterministic
    ? 'run again, the base says the same'
    : 'run again, the base does NOT say the same: what differs is not due to the variant';
  const parts = [
    operators.map(namesOf).join('\n'),
    options
      .map(({ operator, aspect, base, variant }) => `${operator}: ${aspect} ${base} in the base, ${variant} in the variant`)
      .join('\n'),
    `${read}; ${verdict}`,
    countsTable(report),
    deterministic ? differenceTable(report, lines) : unstableTable(report, lines),
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function namesOf({ base, variant }: ComparedOperator): string {
  return `base     ${base}\nvariant  ${variant}`;
}

function countsTable({ counts, operators, deterministic }: WhatIfReport<unknown, unknown>): string {
  const head = deterministic ? ['same', 'different', 'only base', 'only variant'] : ['unstable'];
  const cells = ({ same, different, onlyBase, onlyVariant, unstable }: typeof counts): string[] =>
    (deterministic ? [same, different, onlyBase, onlyVariant] : [unstable]).map(countText);
  if (operators.length < 2) return aligned([head, cells(counts)], 0);
  const rows = operators.map(operator => [operator.operator, ...cells(operator)]);
  return aligned([['operator', ...head], ...rows, ['all', ...cells(counts)]], 1);
}

function differenceTable({ differences, counts, operators }: WhatIfReport<unknown, unknown>, lines: number): string {
  const all = counts.different + counts.onlyBase + counts.onlyVariant;
  const words = { different: 'different', onlyBase: 'only base', onlyVariant: 'only variant' };
  const rows = differences.slice(0, lines).map(difference => rowOf(difference, difference.variant, words[difference.change], operators));
  return rowsTable('change', ['base', 'variant'], operators, rows, all);
}

function unstableTable({ unstable, counts, operators }: WhatIfReport<unknown, unknown>, lines: number): string {
  const rows = unstable.slice(0, lines).map(pane => rowOf(pane, pane.control, 'unstable', operators));
  return rowsTable('pane', ['base', 'base again'], operators, rows, counts.unstable);
}

interface BasePane extends ComparedPane {
  readonly base: unknown;
  readonly delta: Delta | undefined;
}

function rowOf(pane: BasePane, other: unknown, word: string, operators: readonly unknown[]): string[] {
  const { operator, key, window, base, delta } = pane;
  const ends = [base, other].flatMap(row => (row as { window?: TimeWindow } | undefined)?.window?.end ?? []);
  const [a, b] = changedIn(saidBy(base), saidBy(other));
  return [
    word,
    ...(operators.length > 1 ? [operator] : []),
    key === undefined ? '' : short(valueText(key)),
    window
      ? windowText(
          window,
          ends.filter(end => end !== window.end),
        )
      : '',
    ...[a, b].map(value => (value === undefined ? '' : short(valueText(value)))),
    // The name of the only field stands before its values.
    short(deltaText(isRecord(a) && Object.keys(a).length === 1 ? Object.values(delta ?? {})[0] : delta)),
  ];
}

function rowsTable(
  first: string,
  sides: readonly string[],
  operators: readonly unknown[],
  rows: readonly (readonly string[])[],
  all: number,
): string {
  if (rows.length === 0) return '';
  const head = [first, ...(operators.length > 1 ? ['operator'] : []), 'key', 'window', ...sides, 'delta'];
  // A column that says nothing is left out: there need be no keys, no windows, no numbers.
  const told = head.map((_, column) => rows.some(row => row[column] !== ''));
  const shown = [head, ...rows].map(row => row.filter((_, column) => told[column]));
  const left = told.slice(0, head.indexOf(sides[0] as string)).filter(Boolean).length;
  const more = all > rows.length ? `\n... and ${countText(all - rows.length)} more` : '';
  return `${aligned(shown, left)}${more}`;
}

/** `2018-02-01 05:23 .. 06:10`; `others`: further ends, of the other side. As fine as need be. */
function windowText({ start, end }: TimeWindow, others: readonly Timestamp[]): string {
  const times = [start, end, ...others];
  const whole = (unit: number): boolean => times.every(time => time % unit === 0);
  const digits = whole(DAY) ? 10 : whole(60_000) ? 16 : end - start < 60_000 ? 23 : 19;
  const [from, ...ends] = times.map((time, i) => timeText(time, digits, i === 0 ? undefined : start));
  return `${from} .. ${ends.join(' | ')}`;
}

/** A time of the calendar, or a number; without the day if it is that of `after`. */
function timeText(time: Timestamp, digits: number, after: Timestamp | undefined): string {
  if (time <= START_OF_TIME) return 'start';
  if (time >= END_OF_TIME - 1) return 'end';
  const date = new Date(time);
  // Times need not be those of a calendar.
  if (Number.isNaN(date.getTime()) || Math.abs(time) < DAY) return String(time);
  const text = date.toISOString().replace('T', ' ').slice(0, digits);
  const sameDay = after !== undefined && Math.floor(time / DAY) === Math.floor(after / DAY);
  return sameDay && digits > 10 ? text.slice(11) : text;
}

/** The value of a pane; a row as it is. */
function saidBy(row: unknown): unknown {
  const pane = row as { window?: unknown; nonSpeculativeIndex?: unknown; value?: unknown } | null | undefined;
  return pane?.window && pane.nonSpeculativeIndex !== undefined ? pane.value : row;
}

/** Of two objects the fields that differ; other values as they are. */
function changedIn(a: unknown, b: unknown): readonly [unknown, unknown] {
  if (!isRecord(a) || !isRecord(b)) return [a, b];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(name => !equal(a[name], b[name]));
  const pick = (from: Readonly<Record<string, unknown>>): unknown => Object.fromEntries(names.map(name => [name, from[name]]));
  return [pick(a), pick(b)];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return value;
  const fields = isRecord(value) ? Object.entries(value) : [];
  const plain = fields.length > 0 && fields.every(([, field]) => ['number', 'string', 'boolean', 'undefined'].includes(typeof field));
  return plain ? fields.map(([name, field]) => `${name} ${valueText(field)}`).join(', ') : show(value);
}

function deltaText(delta: Delta | undefined): string {
  if (delta === undefined) return '';
  if (typeof delta === 'number') return `${delta > 0 ? '+' : ''}${numberText(delta)}`;
  return Object.entries(delta)
    .map(([name, inner]) => `${name} ${deltaText(inner)}`)
    .join(', ');
}

/** Whole numbers as they are, others in six digits. */
function numberText(value: number): string {
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function short(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 3)}...` : text;
}

/** Columns two spaces apart, the first `left` of them to the left. */
function aligned(rows: readonly (readonly string[])[], left: number): string {
  const widths = (rows[0] as readonly string[]).map((_, column) => Math.max(...rows.map(row => (row[column] as string).length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column < left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ');
  return rows.map(row => line(row).trimEnd()).join('\n');
}
