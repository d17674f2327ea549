/**
 * The picture of the Dataflow paper, drawn from data: event time to the right, arrival time upwards, windows as columns,
 * firings as boxes, and the watermark through them. Pure: the same scene gives the same text, with no script and no
 * external resource in it.
 */
import { type Axes, badges, boxes, cross, elements, ideal, shape, sources, watermark } from './marks.js';
import { n, type Scale, scale, ticks, tickText, xml } from './scale.js';
import type { PlaneOptions, PlanePane, PlaneScene } from './scene.js';
import { style } from './style.js';

export type { PlaneEvent, PlaneOptions, PlanePane, PlanePoint, PlaneScene } from './scene.js';

/** From the middle of a mark of the legend to its words, and the width of a letter there. */
const TEXT_LEFT = 21;
const LETTER = 7.6;

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Draws a scene as an SVG document. Throws a RangeError for times that are not finite. */
export function planeSvg(scene: PlaneScene, options: PlaneOptions = {}): string {
  const { width = 1200, height = 820, theme = 'auto' } = options;
  const lines = wrap(scene.caption ?? '', Math.floor((width - 130) / 7.5));
  const frame: Frame = { left: 92, right: width - 34, top: 128, bottom: height - 74 - lines.length * 21 };
  const span = scene.span ?? spanOf(scene);
  const axes: Axes = { x: scale(span.event, frame.left, frame.right), y: scale(span.arrival, frame.bottom, frame.top) };
  return [
    `<svg class="plane" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${n(width)} ${n(height)}" role="img" aria-label="${xml(scene.title)}">`,
    `<title>${xml(scene.title)}</title><style>${style(theme)}</style>`,
    theme === 'light' ? `<rect width="${n(width)}" height="${n(height)}" rx="10" fill="var(--ground)"/>` : '',
    head(scene, frame),
    ground(scene, frame, axes),
    grid(frame, axes),
    boxes(scene, axes),
    ideal(axes).line,
    sources(scene, axes),
    watermark(scene, axes),
    elements(scene.events, axes),
    badges(scene, axes),
    notes(scene, frame, axes),
    border(scene, frame, axes),
    lines.map((line, i) => `<text class="caption" x="${n(frame.left)}" y="${n(frame.bottom + 82 + i * 21)}">${xml(line)}</text>`).join(''),
    '</svg>',
  ].join('\n');
}

function head(scene: PlaneScene, { left, right, top }: Frame): string {
  const sub = scene.subtitle === undefined ? '' : `<text class="sub" x="${n(left)}" y="66">${xml(scene.subtitle)}</text>`;
  return `<text class="title" x="${n(left)}" y="40">${xml(scene.title)}</text>${sub}${legend(scene, left, right - left, top - 28)}`;
}

/** Whether it is shown, the words, the mark. */
type Entry = [boolean, string, (x: number) => string];

/** Only what the scene holds is explained. */
function legend(scene: PlaneScene, left: number, room: number, y: number): string {
  const noun = scene.noun ?? 'element';
  const ball = scene.events.some(event => event.label !== undefined);
  const has = (timing: PlanePane['timing']): boolean => scene.panes.some(pane => pane.timing === timing);
  const entries: Entry[] = [
    [
      scene.events.some(event => !event.dropped),
      noun,
      x => `<circle class="${ball ? 'ball' : 'dot'}" cx="${n(x)}" cy="${n(y)}" r="${ball ? 7 : 3.4}"/>`,
    ],
    [has('early'), 'early pane', x => key('early', x, y)],
    [has('on-time'), 'on-time pane', x => key('on-time', x, y)],
    [has('late'), 'late pane', x => key('late', x, y)],
    [scene.events.some(event => event.dropped === true), 'too late', x => cross(x, y)],
    [scene.watermark.length > 0, 'watermark', x => `<path class="mark" d="M${n(x - 13)} ${n(y)}h26"/>`],
    ...(scene.sources ?? [])
      .slice(0, 1)
      .map((source): Entry => [true, source.name, x => `<path class="source" d="M${n(x - 13)} ${n(y)}h26"/>`]),
    [true, 'ideal: no delay', x => `<path class="ideal" d="M${n(x - 13)} ${n(y)}h26"/>`],
  ];
  const shown = entries.filter(([there]) => there);
  const words = shown.reduce((sum, [, label]) => sum + TEXT_LEFT + label.length * LETTER, 0);
  const gap = Math.min(42, (room - 26 - words) / Math.max(1, shown.length - 1));
  let x = left + 13;
  let text = '';
  for (const [, label, draw] of shown) {
    text += `${draw(x)}<text class="legend" x="${n(x + TEXT_LEFT)}" y="${n(y + 5)}">${xml(label)}</text>`;
    x += TEXT_LEFT + label.length * LETTER + gap;
  }
  return text;
}

function key(timing: PlanePane['timing'], x: number, y: number): string {
  return `<path class="${timing} edge" d="M${n(x - 14)} ${n(y)}h28"/>${shape(timing, x, y)}`;
}

/** Every second column a little darker, the borders of all, and the region in which nothing can lie. */
function ground(scene: PlaneScene, { top, bottom }: Frame, axes: Axes): string {
  const columns = new Map(scene.panes.map(pane => [pane.start, pane.end]));
  const sorted = [...columns].sort(([a], [b]) => a - b);
  const { x } = axes;
  const bands = sorted.map(([start, end], i) =>
    i % 2 === 1 ? '' : `<rect class="band" x="${n(x(start))}" y="${n(top)}" width="${n(x(end) - x(start))}" height="${n(bottom - top)}"/>`,
  );
  const borders = [...new Set(sorted.flat())].map(time => `<path class="border" d="M${n(x(time))} ${n(top)}V${n(bottom)}"/>`);
  return bands.join('') + ideal(axes).below + borders.join('');
}

function grid({ left, right }: Frame, { y }: Axes): string {
  return ticks(y, 9)
    .times.map(time => `<path class="grid" stroke-opacity=".8" d="M${n(left)} ${n(y(time))}H${n(right)}"/>`)
    .join('');
}

function border(scene: PlaneScene, { left, right, top, bottom }: Frame, { x, y }: Axes): string {
  const across = labels(x, 12, (time, text) => `<text class="tick mid" x="${n(x(time))}" y="${n(bottom + 22)}">${text}</text>`);
  const up = labels(y, 9, (time, text) => `<text class="tick end" x="${n(left - 10)}" y="${n(y(time) + 5)}">${text}</text>`);
  const { event = 'event time: when it happened (UTC)', arrival = 'arrival time: when we heard of it (UTC)' } = scene.axes ?? {};
  const middle = (top + bottom) / 2;
  return (
    `<rect class="frame" x="${n(left)}" y="${n(top)}" width="${n(right - left)}" height="${n(bottom - top)}"/>${across}${up}` +
    `<text class="axis mid" x="${n((left + right) / 2)}" y="${n(bottom + 48)}">${xml(event)}</text>` +
    `<text class="axis mid" transform="translate(24 ${n(middle)}) rotate(-90)">${xml(arrival)}</text>`
  );
}

function labels(axis: Scale, count: number, draw: (time: number, text: string) => string): string {
  const { times, step } = ticks(axis, count);
  return times.map(time => draw(time, xml(tickText(time, step)))).join('');
}

/** A word on the empty side of the ideal. */
function notes(scene: PlaneScene, frame: Frame, { x, y }: Axes): string {
  if (x.to <= y.from) return '';
  const noun = scene.noun ?? 'element';
  return `<text class="note end" x="${n(frame.right - 14)}" y="${n(frame.bottom - 14)}">no ${xml(noun)} arrives before it happens</text>`;
}

function spanOf(scene: PlaneScene): { event: [number, number]; arrival: [number, number] } {
  const event = [...scene.events.map(each => each.event), ...scene.panes.flatMap(pane => [pane.start, pane.end])];
  const arrival = [...scene.events.map(each => each.arrival), ...scene.panes.map(pane => pane.firedAt)];
  if (event.length === 0) return { event: [0, 1], arrival: [0, 1] };
  const ends = (times: number[]): [number, number] =>
    times.reduce(([low, high], time) => [Math.min(low, time), Math.max(high, time)], [Infinity, -Infinity]);
  return { event: ends(event), arrival: ends(arrival) };
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
