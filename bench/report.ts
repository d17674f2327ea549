/** How measurements are shown: a table with the target beside the figure, and JSON lines with everything. */
import type { Row } from './harness.js';

/** What holds for all rows of one call of the benchmark. */
export interface Machine {
  readonly quick: boolean;
  readonly node: string;
  readonly v8: string;
  readonly warmup: number;
}

/** One line of JSON for each scenario and contender. */
export function jsonLines(rows: readonly Row[], machine: Machine): string {
  return rows.map(row => `${JSON.stringify({ ...row, ...machine })}\n`).join('');
}

/** The table of one scenario. */
export function table(rows: readonly Row[]): string {
  const first = rows[0];
  if (!first) return '';
  const ratio = first.ratioKind === 'speed' ? `speed, ${first.reference} = 1` : `cost, ${first.reference} = 1`;
  const head = ['contender', 'ns/event', ratio, 'quartiles', 'min', 'target', '', 'rounds', 'results', 'checksum'];
  const body = rows.map(row => [
    row.contender,
    row.nsPerEvent.median.toFixed(1),
    row.ratio.median.toFixed(2),
    `${row.ratio.q1.toFixed(2)} .. ${row.ratio.q3.toFixed(2)}`,
    row.ratio.min.toFixed(2),
    row.target === null ? '' : `${row.ratioKind === 'speed' ? '>=' : '<='} ${row.target}`,
    verdict(row),
    String(row.rounds),
    String(row.results),
    row.answers === null ? 'other results, not compared' : row.checksums.map(text => text.split('/')[0]).join(' and '),
  ]);
  return align([head, ...body]);
}

function verdict(row: Row): string {
  if (row.target === null) return '';
  const reached = row.ratioKind === 'speed' ? row.ratio.median >= row.target : row.ratio.median <= row.target;
  return reached ? 'reached' : 'missed';
}

function align(cells: readonly (readonly string[])[]): string {
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
