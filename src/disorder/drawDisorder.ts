/**
 * A report as a picture: how many elements are late (upwards) with which bound (to the right), both in powers of ten. The picture is one
 * SVG text without links, scripts or fonts of its own; lines differ by dashes as well as by colour (those of Okabe and Ito, which
 * colour-blind people can tell apart).
 */
import { boundFor } from './advice.js';
import type { Bounds } from './bounds.js';
import type { DisorderReport } from './report.js';
import { countText, durationText, shareText } from './words.js';

const WIDTH = 760;
const HEIGHT = 460;
/** Where the axes are. */
const [LEFT, RIGHT, TOP, BOTTOM] = [84, WIDTH - 24, 96, HEIGHT - 64] as const;
/** Room at the near end of each axis for zero, which has no logarithm. */
const ZERO = 34;

interface Line {
  readonly name: string;
  readonly bounds: Bounds;
  readonly colour: string;
  readonly dashes: string;
}

/**
 * The trade-off as an SVG text: a line for one watermark for all, and, where measured, one without the elements far ahead and one for a
 * watermark for each source.
 *
 * @example
 * ```ts
 * import { drawDisorder, measureDisorder } from 'tidemark';
 *
 * const disorder = measureDisorder<{ at: number }>({ timestamp: event => event.at });
 * for (const event of [{ at: 3_000 }, { at: 1_000 }, { at: 5_000 }]) disorder.add(event);
 * const svg: string = drawDisorder(disorder.report()); // write it to a file, or set it as innerHTML
 * ```
 */
export function drawDisorder(report: DisorderReport): string {
  const lines = linesOf(report);
  const longest = Math.max(1, ...lines.map(({ bounds }) => bounds.longest));
  const x = bound(longest, lines);
  const y = share(report.elements);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="disorder-title" ` +
      'font-family="system-ui, sans-serif" font-size="12" fill="#222">',
    `<title id="disorder-title">${titleOf(report)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="26" font-size="16" font-weight="600">${titleOf(report)}</text>`,
    ...x.ticks.map(([value, text]) => tick(x.at(value), text, 'x')),
    ...y.ticks.map(([value, text]) => tick(y.at(value), text, 'y')),
    `<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 18}" text-anchor="middle">bound: how far the watermark stays behind, and results wait</text>`,
    `<text transform="translate(20 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">elements late</text>`,
    ...lines.map((line, index) => drawn(line, index, x.at, y.at)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly (readonly [number, string])[];
}

function titleOf({ elements, global }: DisorderReport): string {
  if (elements === 0) return 'No elements';
  const what = elements === 1 ? '1 element' : `${countText(elements)} elements`;
  return `${what}, ${shareText(global.outOfOrder / elements)} out of order`;
}

function linesOf({ global, guarded, bySource }: DisorderReport): Line[] {
  const lines: Line[] = [{ name: 'one watermark for all', bounds: global, colour: '#0072B2', dashes: '' }];
  if (guarded) lines.push({ name: 'without elements far ahead', bounds: guarded, colour: '#D55E00', dashes: '9 4' });
  if (bySource) lines.push({ name: 'a watermark for each source', bounds: bySource, colour: '#007A5A', dashes: '2 4' });
  return lines;
}

const LENGTHS = [
  1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 86_400_000, 864_000_000, 8_640_000_000, 86_400_000_000,
  864_000_000_000, 8_640_000_000_000, 86_400_000_000_000,
];

/** Bounds from left to right: zero, then in powers. */
function bound(longest: number, lines: readonly Line[]): Scale {
  const positive = lines.flatMap(({ bounds }) => bounds.curve.slice(1, 2).map(row => row.bound));
  const least = LENGTHS.findLast(length => length <= Math.min(longest, ...positive)) ?? 1;
  const most = LENGTHS.find(length => length > longest) ?? longest;
  const perFold = (RIGHT - LEFT - ZERO) / Math.log(most / least);
  const at = (value: number): number => (value < least ? LEFT : LEFT + ZERO + Math.log(value / least) * perFold);
  const shown = LENGTHS.filter(length => length >= least && length <= most);
  return { at, ticks: [[0, '0'], ...shown.map(length => [length, durationText(length)] as const)] };
}

/** Shares from top to bottom: all, in powers of ten down to less than one element, then none. */
function share(elements: number): Scale {
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(elements, 10)) - 1e-9));
  const perDecade = (BOTTOM - ZERO - TOP) / decades;
  const at = (value: number): number => (value === 0 ? BOTTOM : TOP - Math.log10(value) * perDecade);
  const shown = Array.from({ length: decades + 1 }, (_, decade) => 10 ** -decade);
  return { at, ticks: [[0, 'none'], ...shown.map(value => [value, shareText(value)] as const)] };
}

function tick(at: number, text: string, axis: 'x' | 'y'): string {
  const place = at.toFixed(1);
  return axis === 'x'
    ? `<path d="M${place} ${TOP}V${BOTTOM}" stroke="#ddd"/><text x="${place}" y="${BOTTOM + 18}" text-anchor="middle">${text}</text>`
    : `<path d="M${LEFT} ${place}H${RIGHT}" stroke="#ddd"/><text x="${LEFT - 8}" y="${(at + 4).toFixed(1)}" text-anchor="end">${text}</text>`;
}

/** The line as stairs, marks where 99 % and 99.9 % are on time, and what it stands for with these bounds. */
function drawn({ name, bounds, colour, dashes }: Line, index: number, x: Scale['at'], y: Scale['at']): string {
  const stroke = `stroke="${colour}" stroke-width="2.5" fill="none"${dashes && ` stroke-dasharray="${dashes}"`}`;
  const stairs = bounds.curve.map((row, step) => {
    const [across, up] = [x(row.bound).toFixed(1), y(row.lateShare).toFixed(1)];
    return step === 0 ? `M${across} ${up}` : `H${across}V${up}`;
  });
  const marks = [0.99, 0.999].map(completeness => {
    const row = bounds.suggestions.find(suggestion => suggestion.completeness === completeness);
    return row ? `<circle cx="${x(row.bound).toFixed(1)}" cy="${y(row.lateShare).toFixed(1)}" r="4" fill="${colour}"/>` : '';
  });
  const [most, nearly, all] = [0.99, 0.999, 1].map(completeness => durationText(boundFor(bounds, completeness)));
  const high = 44 + 16 * index;
  return (
    `<path d="${stairs.join('')}" ${stroke}/>${marks.join('')}` +
    `<path d="M${LEFT} ${high - 4}h40" ${stroke}/><text x="${LEFT + 48}" y="${high}">${name}: ` +
    `${most} for 99 %, ${nearly} for 99.9 %, ${all} for all</text>`
  );
}
