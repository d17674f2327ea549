/** What a change did to the figures: those of a former run beside those of this one. */
import { type Figure, type Spread, spread } from './harness.js';
import { align, amount, digits } from './report.js';

/**
 * The figures in a file that `--json` wrote.
 *
 * @throws Error that names the line which is not one of that file's
 */
export function readFigures(text: string, file: string): Figure[] {
  const figures: Figure[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const found = parse(line);
    if (found === undefined)
      throw new Error(`${file}, line ${i + 1}: expected a line of a file that --json wrote, but found ${line.slice(0, 60)}`);
    if (found !== 'times') figures.push(found);
  });
  return figures;
}

function parse(line: string): Figure | 'times' | undefined {
  try {
    const { type, value, ...rest } = JSON.parse(line) as Figure & { type?: string };
    if (type === 'times') return 'times';
    if (type !== 'figure' || typeof rest.scenario !== 'string' || typeof rest.name !== 'string') return undefined;
    // NaN, which nothing could be measured of, travels as null.
    const { min, q1, median, q3 } = value;
    return { ...rest, value: median === null ? spread([]) : { min, q1, median, q3 } };
  } catch {
    return undefined;
  }
}

/** `better`, `worse`: beyond the noise, which means that the quartiles of the two runs do not overlap. */
export type Change = 'better' | 'worse' | 'within the noise';

export function changeOf(better: Figure['better'], before: Spread, now: Spread): Change {
  const more = now.q1 > before.q3;
  const less = now.q3 < before.q1;
  if (!more && !less) return 'within the noise';
  return more === (better === 'more') ? 'better' : 'worse';
}

/** One line for each figure of either run, in the order of this one; those that are only in the former come last. */
export function compareTable(before: readonly Figure[], now: readonly Figure[]): string {
  const id = (figure: Figure): string => `${figure.scenario}\n${figure.name}`;
  const former = new Map(before.map(figure => [id(figure), figure]));
  const present = new Set(now.map(id));
  const head = ['scenario', 'figure', 'before', 'now', 'change', ''];
  const rows = now.map(figure => {
    const old = former.get(id(figure));
    const value = amount(figure.value.median, figure.unit);
    if (!old) return [figure.scenario, figure.name, '', value, '', 'only now'];
    return [
      figure.scenario,
      figure.name,
      amount(old.value.median, old.unit),
      value,
      percent(old, figure),
      changeOf(figure.better, old.value, figure.value),
    ];
  });
  const gone = before
    .filter(figure => !present.has(id(figure)))
    .map(figure => [figure.scenario, figure.name, amount(figure.value.median, figure.unit), '', '', 'only before']);
  return align([head, ...rows, ...gone]);
}

function percent(before: Figure, now: Figure): string {
  const change = (now.value.median / before.value.median - 1) * 100;
  return Number.isFinite(change) ? `${change > 0 ? '+' : ''}${digits(change)} %` : '';
}
