/** How measurements are shown: tables of times and of figures with their targets, and JSON lines with everything. */
import { type Figure, type Measured, type Row, reached } from './harness.js';

/** What holds for all rows of one call of the benchmark. */
export interface Machine {
  readonly quick: boolean;
  readonly node: string;
  readonly v8: string;
  readonly warmup: number;
}

/** One line of JSON for each scenario and contender (`times`), and for each figure (`figure`). */
export function jsonLines({ rows, figures }: Pick<Measured, 'rows' | 'figures'>, machine: Machine): string {
  const lines = [
    ...rows.map(row => ({ type: 'times', ...row, ...machine })),
    ...figures.map(figure => ({ type: 'figure', ...figure, ...machine })),
  ];
  return lines.map(line => `${JSON.stringify(line)}\n`).join('');
}

/** The times of one scenario; empty without rows. */
export function timesTable(rows: readonly Row[]): string {
  const first = rows[0];
  if (!first) return '';
  const ratio = `${first.ratioKind}, ${first.reference} = 1`;
  const head = ['contender', 'ns/event', ratio, 'quartiles', 'min', 'events', 'rounds', 'results', 'checksum'];
  const body = rows.map(row => [
    row.contender,
    row.nsPerEvent.median.toFixed(1),
    digits(row.ratio.median),
    `${digits(row.ratio.q1)} .. ${digits(row.ratio.q3)}`,
    digits(row.ratio.min),
    String(row.events),
    String(row.rounds),
    row.checksums[0]?.split('/')[1] ?? '',
    row.answers === null ? 'other results, not compared' : row.checksums.map(text => text.split('/')[0]).join(' and '),
  ]);
  return align([head, ...body]);
}

/** Figures with their targets beside them. */
export function figuresTable(figures: readonly Figure[]): string {
  const head = ['scenario', 'figure', 'ns/event, the other', 'value', 'quartiles', 'target', ''];
  const body = figures.map(figure => [
    figure.scenario,
    figure.name,
    figure.nsPerEvent?.map(digits).join(', ') ?? '',
    amount(figure.value.median, figure.unit),
    `${digits(figure.value.q1)} .. ${digits(figure.value.q3)}`,
    figure.target === null ? '' : `${figure.better === 'more' ? '>=' : '<='} ${amount(figure.target, figure.unit)}`,
    verdict(figure),
  ]);
  return align([head, ...body]);
}

function verdict(figure: Figure): string {
  const done = reached(figure);
  return done === undefined ? '' : done ? 'reached' : 'MISSED';
}

/** How many targets are reached, in a line. */
export function tally(figures: readonly Figure[]): string {
  const judged = figures.map(reached).filter(done => done !== undefined);
  return `${judged.filter(done => done).length} of ${judged.length} targets reached.`;
}

/** With three significant digits, and without an exponent. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(size >= 0.1 || size === 0 ? 2 : 4);
}

export function amount(value: number, unit: Figure['unit']): string {
  return unit === 'x' ? `${digits(value)}x` : `${digits(value)} ${unit}`;
}

export function align(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map(row => (row[column] ?? '').length)));
  return cells
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
