/**
 * The figures that are for show, as a picture for a README: a bar for each ratio on a logarithmic axis, from 1 (as fast) to the
 * right (so many times as fast) or to the left (slower). It needs nothing beside itself, and follows the theme of the reader.
 */
import type { Figure } from './harness.js';
import { digits } from './report.js';

const WIDTH = 860;
const LABEL = 300;
/** Space for the value at the right end of the longest bar. */
const VALUE = 70;
const TOP = 92;
const ROW = 30;
const BAR = 18;
const EDGE = 24;

const STYLE =
  '.bench{--ground:#ffffff;--ink:#1f2328;--soft:#59636e;--grid:#d8dee4;--bar:#0969da;--slow:#9a6700}' +
  '@media (prefers-color-scheme:dark){.bench{--ground:#0d1117;--ink:#f0f6fc;--soft:#9198a1;--grid:#30363d;--bar:#4493f8;--slow:#d29922}}' +
  '.bench text{font:14px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}' +
  '.bench .ground{fill:var(--ground)}.bench .title{font-size:20px;font-weight:650}.bench .soft{fill:var(--soft);font-size:13px}' +
  '.bench .grid{stroke:var(--grid)}.bench .one{stroke:var(--soft);stroke-width:1.5}.bench .bar{fill:var(--bar)}.bench .slow{fill:var(--slow)}' +
  '.bench .value{font-weight:600}.bench .end{text-anchor:end}.bench .mid{text-anchor:middle}';

export interface Words {
  readonly title: string;
  readonly subtitle: string;
  readonly footnote: string;
}

/** The drawn figures, slowest first; costs are turned over, so that more is better everywhere. Without any: a picture that says so. */
export function picture(figures: readonly Figure[], words: Words): string {
  const bars = figures
    .filter(({ drawn, unit, value }) => drawn !== null && unit === 'x' && value.median > 0)
    .map(({ drawn, better, value }) => ({ label: drawn as string, ratio: better === 'more' ? value.median : 1 / value.median }))
    .sort((a, b) => a.ratio - b.ratio);
  const bottom = TOP + Math.max(1, bars.length) * ROW;
  const height = bottom + 64;
  const x = axis(bars.map(bar => bar.ratio));
  const description = bars.map(({ label, ratio }) => `${label}: ${digits(ratio)}`).join('; ');
  return [
    `<svg class="bench" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(words.title)}">`,
    `<title>${escaped(words.title)}</title><desc>${escaped(description)}</desc><style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}" rx="8"/>`,
    text(EDGE, 36, words.title, 'title'),
    text(EDGE, 60, words.subtitle, 'soft'),
    ...x.ticks.map(tick => gridLine(x.at(tick), tick, bottom)),
    ...bars.map((bar, i) => drawBar(bar, TOP + i * ROW, x.at)),
    ...(bars.length === 0 ? [text(EDGE, TOP + BAR, 'No figure was measured that is drawn here.', 'soft')] : []),
    text(EDGE, bottom + 46, words.footnote, 'soft'),
    '</svg>\n',
  ].join('\n');
}

interface Axis {
  readonly ticks: readonly number[];
  at(ratio: number): number;
}

/** Whole decades around 1 and all ratios. */
function axis(ratios: readonly number[]): Axis {
  const least = Math.min(1, ...ratios);
  const most = Math.max(10, ...ratios);
  const low = Math.floor(Math.log10(least));
  const high = Math.log10(most);
  const from = LABEL + EDGE;
  const width = WIDTH - EDGE - VALUE - from;
  const ticks = Array.from({ length: Math.floor(high) - low + 1 }, (_, i) => 10 ** (low + i));
  return { ticks, at: ratio => from + ((Math.log10(ratio) - low) / (high - low)) * width };
}

function gridLine(x: number, tick: number, bottom: number): string {
  const kind = tick === 1 ? 'one' : 'grid';
  return (
    `<line class="${kind}" x1="${px(x)}" y1="${TOP - 8}" x2="${px(x)}" y2="${bottom}"/>` +
    text(x, bottom + 18, tick === 1 ? '1 (as fast)' : String(Number(tick.toPrecision(1))), 'soft mid')
  );
}

function drawBar({ label, ratio }: { label: string; ratio: number }, y: number, at: (ratio: number) => number): string {
  const [one, end] = [at(1), at(ratio)];
  const [left, right] = ratio < 1 ? [end, one] : [one, end];
  // At 1 there is still something to see.
  const width = Math.max(2, right - left);
  return (
    text(LABEL + EDGE - 12, y + BAR - 4, label, 'end') +
    `<rect class="${ratio < 1 ? 'slow' : 'bar'}" x="${px(left)}" y="${y}" width="${px(width)}" height="${BAR}" rx="2"/>` +
    text(left + width + 8, y + BAR - 4, `${digits(ratio)}×`, 'value')
  );
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text class="${kind}" x="${px(x)}" y="${y}">${escaped(content)}</text>`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
