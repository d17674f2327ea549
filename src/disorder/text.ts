/** A report as text: advice, and aligned tables. */
import type { Bounds } from './bounds.js';
import type { DisorderReport } from './report.js';
import type { SourceDisorder } from './sourceFronts.js';
import { countText, durationText, shareText, tells } from './words.js';

/** So many sources have a row of their own. */
const SOURCES = 10;

/** The report, for a terminal. */
export function disorderText(report: DisorderReport): string {
  const { elements, advice, global, guarded, bySource, sources } = report;
  const parts = [`${countText(elements)} ${elements === 1 ? 'element' : 'elements'}`, advice.map(({ text }) => `- ${text}`).join('\n')];
  if (elements > 0) parts.push(tableOf('One watermark for all', global));
  if (guarded) parts.push(tableOf('One watermark for all, without those far ahead', guarded));
  if (bySource) parts.push(tableOf(`A watermark for each source (source: ...), the lowest counts`, bySource));
  if (sources.length > 0) parts.push(sourcesTable(sources));
  if (report.ahead.worst.length > 0) parts.push(aheadTable(report));
  return `${parts.join('\n\n')}\n`;
}

function tableOf(title: string, { elements, suggestions }: Bounds): string {
  const head = ['on time', 'bound', 'late', 'late share', 'result lag: mean', 'median', '99 %'];
  // What so few elements cannot tell from all of them is left out.
  const told = suggestions.filter(({ completeness }) => tells(elements, completeness));
  const rows = told.map(({ completeness, bound, late, lateShare, resultLag: { mean, median, p99 } }) => [
    completeness === 1 ? 'all' : `${Number((completeness * 100).toFixed(4))} %`,
    durationText(bound),
    countText(late),
    shareText(lateShare),
    ...[mean, median, p99].map(durationText),
  ]);
  return `${title}\n${aligned([head, ...rows], 0)}`;
}

function sourcesTable(sources: readonly SourceDisorder[]): string {
  const head = ['source', 'elements', 'out of order', 'bound: 99 %', '99.9 %', 'all'];
  const rows = sources
    .slice(0, SOURCES)
    .map(({ source, elements, outOfOrder, bound99, bound999, longest }) => [
      nameOf(source),
      countText(elements),
      countText(outOfOrder),
      ...[bound99, bound999, longest].map(durationText),
    ]);
  const more = sources.length > SOURCES ? `\n  and ${countText(sources.length - SOURCES)} more, in better order` : '';
  return `Each source by itself\n${aligned([head, ...rows], 1)}${more}`;
}

function aheadTable({ ahead: { worst } }: DisorderReport): string {
  const head = ['element', 'ahead by', 'its time'];
  const rows = worst.map(({ element, by, timestamp }) => [countText(element), durationText(by), timeText(timestamp)]);
  return `The furthest ahead\n${aligned([head, ...rows], 0)}`;
}

function timeText(timestamp: number): string {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString();
}

/** A source as one short word. */
export function nameOf(source: unknown): string {
  const name = typeof source === 'object' && source !== null ? JSON.stringify(source) : String(source);
  return name.length > 30 ? `${name.slice(0, 29)}…` : name;
}

/** Columns two spaces apart, the first `left` of them to the left. */
function aligned(rows: readonly (readonly string[])[], left: number): string {
  const widths = (rows[0] as readonly string[]).map((_, column) => Math.max(...rows.map(row => (row[column] as string).length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column < left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ');
  return rows.map(row => `  ${line(row)}`.trimEnd()).join('\n');
}
