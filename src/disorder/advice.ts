/** What to make of a measurement, in sentences. */
import type { Ahead } from './ahead.js';
import type { BoundRow, Bounds } from './bounds.js';
import { countText, durationText, shareText, tells } from './words.js';

/** What the measurement suggests: a stable word to branch on, and a sentence. */
export interface DisorderAdvice {
  /** What it is about, as a stable word. */
  readonly code: /** Nothing was measured. */
    | 'empty'
    /** No element is behind another: no bound is needed. */
    | 'in-order'
    /** The bounds to choose from. */
    | 'bound'
    /** Some elements are far ahead, and make others late: the future guard. */
    | 'ahead'
    /** A watermark for each source needs a much shorter bound. */
    | 'by-source';
  /** A sentence to read. */
  readonly text: string;
}

/** What a report says beside its advice. */
export interface Measured {
  readonly elements: number;
  readonly ahead: Ahead;
  readonly global: Bounds;
  readonly guarded: Bounds | undefined;
  readonly bySource: Bounds | undefined;
}

/** The advice for what was measured, the most important first. */
export function adviceOn({ elements, ahead, global, guarded, bySource }: Measured): DisorderAdvice[] {
  if (elements === 0) return [{ code: 'empty', text: 'No elements: nothing was measured.' }];
  const advice: DisorderAdvice[] = [];
  if (ahead.count > 0) advice.push({ code: 'ahead', text: aheadText(ahead) });
  const best = guarded ?? global;
  const guard = guarded ? ' Once those far ahead are turned away:' : '';
  if (best.outOfOrder === 0) advice.push({ code: 'in-order', text: `${guard} The elements are in order: ascending() is enough.`.trim() });
  else advice.push({ code: 'bound', text: `${guard} ${boundText(best)}`.trim() });
  if (bySource && 2 * boundFor(bySource, 0.999) < boundFor(best, 0.999))
    advice.push({ code: 'by-source', text: bySourceText(rowFor(bySource, 0.999), rowFor(best, 0.999)) });
  return advice;
}

/** The least bound for a completeness that is suggested. */
export function boundFor(bounds: Bounds, completeness: number): number {
  return rowFor(bounds, completeness).bound;
}

function rowFor(bounds: Bounds, completeness: number): BoundRow {
  return bounds.suggestions.find(row => row.completeness === completeness) as BoundRow;
}

function bySourceText(own: BoundRow, shared: BoundRow): string {
  const enough = own.bound === 0 ? 'ascending() is enough' : `a bound of ${durationText(own.bound)} suffices`;
  const [wait, before] = [own.resultLag.mean, shared.resultLag.mean].map(durationText);
  return (
    `Each source is in better order than all together: use source: ..., then ${enough} for 99.9 %, not ${durationText(shared.bound)}. ` +
    `Results then wait ${wait} on average for the slowest source, not ${before}; idleAfter ends the wait for silent ones.`
  );
}

function aheadText({ count, shadowed, worst }: Ahead): string {
  const [first] = worst;
  const what = count === 1 ? '1 element is far ahead' : `${countText(count)} elements are far ahead`;
  const which = first
    ? `, by ${durationText(first.by)} at element ${countText(first.element)}${first.source === undefined ? '' : ` of source ${String(first.source)}`}`
    : '';
  return `${what} of the others${which}: a wrong clock? ${countText(shadowed)} others are behind for that alone. Have them turned away: maxFuture of eventTime.`;
}

function boundText(bounds: Bounds): string {
  const [first, ...more] = [0.99, 0.999, 1]
    .filter(share => tells(bounds.elements, share))
    .map(share => [share === 1 ? 'all' : `${share * 100} %`, durationText(boundFor(bounds, share))]);
  const [share, bound] = first as string[];
  const others = more.map(([share, bound]) => `, ${share} with ${bound}`).join('');
  const unordered = shareText(bounds.outOfOrder / bounds.elements);
  return `${unordered} of the elements are out of order. On time are ${share} with a bound of ${bound}${others}.`;
}
