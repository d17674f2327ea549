/** The marks of the plane. Each function draws one kind of thing and gives SVG text. */
import { n, type Scale, xml } from './scale.js';
import type { PlaneEvent, PlanePane, PlanePoint, PlaneScene } from './scene.js';

/** The two axes. */
export interface Axes {
  readonly x: Scale;
  readonly y: Scale;
}

type Timing = PlanePane['timing'];
const GAP = 3;
const BADGE_HEIGHT = 20;

/** The shape that stands for a timing: circle, square or triangle. */
export function shape(timing: Timing, x: number, y: number, size = 5): string {
  const name = `class="${timing} shape"`;
  if (timing === 'early') return `<circle ${name} cx="${n(x)}" cy="${n(y)}" r="${n(size * 0.95)}"/>`;
  if (timing === 'on-time') return `<rect ${name} x="${n(x - size)}" y="${n(y - size)}" width="${n(size * 2)}" height="${n(size * 2)}"/>`;
  const top = size * 1.25;
  return `<path ${name} d="M${n(x)} ${n(y - top)}l${n(top)} ${n(top * 1.75)}h${n(-2 * top)}z"/>`;
}

/** A cross: an element that did not count. */
export function cross(x: number, y: number, size = 6): string {
  return `<path class="dropped" d="M${n(x - size)} ${n(y - size)}l${n(2 * size)} ${n(2 * size)}m0 ${n(-2 * size)}l${n(-2 * size)} ${n(2 * size)}"/>`;
}

/** The boxes, latest first, so that the earlier and smaller ones lie on top and every firing stays visible. */
export function boxes(scene: PlaneScene, { x, y }: Axes): string {
  const base = bases(scene);
  return [...scene.panes]
    .sort((a, b) => b.firedAt - a.firedAt || b.index - a.index)
    .map(pane => {
      const [left, right] = [x(pane.start) + GAP, x(pane.end) - GAP];
      const top = y(pane.firedAt);
      const foot = y(Math.min(pane.firedAt, base.get(columnOf(pane)) ?? y.from));
      const hint = pane.hint === undefined ? '' : `<title>${xml(pane.hint)}</title>`;
      return (
        `<rect class="${pane.timing} pane" x="${n(left)}" y="${n(top)}" width="${n(Math.max(0, right - left))}" height="${n(Math.max(0, foot - top))}">${hint}</rect>` +
        `<path class="${pane.timing} edge" d="M${n(left)} ${n(top)}H${n(Math.max(left, right))}"/>`
      );
    })
    .join('');
}

/** Badges with shape and value for the panes for which there is room in their column; the last and the on-time pane have first choice. */
export function badges(scene: PlaneScene, { x, y }: Axes): string {
  const taken = new Map<number, number[]>();
  return [...scene.panes]
    .sort((a, b) => rank(a, scene.panes) - rank(b, scene.panes) || b.firedAt - a.firedAt)
    .map(pane => {
      const at = y(pane.firedAt);
      const used = taken.get(pane.start) ?? [];
      const text = String(pane.value);
      const width = 31 + text.length * 9.6;
      if (used.some(other => Math.abs(other - at) < BADGE_HEIGHT) || width > x(pane.end) - x(pane.start) - 2 * GAP) return '';
      taken.set(pane.start, [...used, at]);
      const left = x(pane.start) + GAP + 6;
      return (
        `<rect class="${pane.timing} badge" x="${n(left)}" y="${n(at - 9)}" width="${n(width)}" height="18" rx="9"/>` +
        `${shape(pane.timing, left + 12, at, 4.4)}<text class="${pane.timing} value" x="${n(left + 22)}" y="${n(at + 5)}">${xml(text)}</text>`
      );
    })
    .join('');
}

/** The elements: balls with their label inside where labels are given, else dots; crosses for what did not count. */
export function elements(events: readonly PlaneEvent[], { x, y }: Axes): string {
  return events
    .map(event => {
      const [at, height] = [x(event.event), y(event.arrival)];
      const hint = event.hint === undefined ? '' : `<title>${xml(event.hint)}</title>`;
      if (event.dropped) return `<g>${hint}${cross(at, height, event.label === undefined ? 5 : 8)}</g>`;
      if (event.label === undefined) return `<circle class="dot" cx="${n(at)}" cy="${n(height)}" r="2.6">${hint}</circle>`;
      return `<g>${hint}<circle class="ball" cx="${n(at)}" cy="${n(height)}" r="13"/><text class="balltext" x="${n(at)}" y="${n(height + 5)}">${xml(event.label)}</text></g>`;
    })
    .join('');
}

/** The watermark, from where it enters the plane to its last point. */
export function watermark({ watermark: points, watermarkShape }: PlaneScene, axes: Axes): string {
  const path = curve(points, axes, watermarkShape);
  return path === '' ? '' : `<path class="halo" d="${path}"/><path class="mark" d="${path}"/>`;
}

/** The watermarks of single sources: thin, below everything that matters. */
export function sources(scene: PlaneScene, axes: Axes): string {
  return (scene.sources ?? [])
    .map(source => `<path class="source" d="${curve(source.points, axes, scene.watermarkShape)}"><title>${xml(source.name)}</title></path>`)
    .join('');
}

function curve(points: readonly PlanePoint[], { x, y }: Axes, shaped: PlaneScene['watermarkShape'] = 'step'): string {
  const before = points.findLastIndex(point => point.event <= x.from);
  return points
    .slice(Math.max(0, before))
    .map(({ event, arrival }, i) => {
      const [at, height] = [n(x(event)), n(y(arrival))];
      if (i === 0) return `M${at} ${height}`;
      return shaped === 'line' ? `L${at} ${height}` : `V${height}H${at}`;
    })
    .join('');
}

/** Where arrival = event; `below` is the region under it, in which nothing can be. */
export function ideal({ x, y }: Axes): { line: string; below: string } {
  const from = Math.max(x.from, y.from);
  const to = Math.min(x.to, y.to);
  if (from >= to) return { line: '', below: '' };
  const rest = to < x.to ? `H${n(x(x.to))}` : '';
  const slope = `M${n(x(from))} ${n(y(from))}L${n(x(to))} ${n(y(to))}`;
  return {
    line: `<path class="ideal" d="${slope}"/>`,
    below: `<path class="void" d="${slope}${rest}V${n(y(y.from))}H${n(x(from))}z"/>`,
  };
}

function columnOf(pane: PlanePane): string {
  return `${pane.start}/${pane.end}`;
}

/** When the first element of each column came: where its boxes stand. */
function bases(scene: PlaneScene): Map<string, number> {
  const first = new Map<string, number>();
  for (const pane of scene.panes) {
    if (first.has(columnOf(pane))) continue;
    const inside = scene.events.filter(event => !event.dropped && event.event >= pane.start && event.event < pane.end);
    if (inside.length > 0) first.set(columnOf(pane), Math.min(...inside.map(event => event.arrival)));
  }
  return first;
}

function rank(pane: PlanePane, all: readonly PlanePane[]): number {
  if (!all.some(other => columnOf(other) === columnOf(pane) && other.index > pane.index)) return 0;
  return pane.timing === 'on-time' ? 1 : pane.timing === 'late' ? 2 : 3;
}
