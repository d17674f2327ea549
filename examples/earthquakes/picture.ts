/** The replay as pictures: one plane per network. */
import { type Drawing, planePage } from '../plane/page.js';
import { type PlanePoint, type PlaneScene, planeSvg } from '../plane/plane.js';
import { DAY, dayOf } from './compare.js';
import type { Quake } from './feed.js';
import type { Replay } from './replay.js';
import { hours, moment } from './table.js';

const NAMES: Readonly<Record<string, string>> = {
  ak: 'Alaska',
  ci: 'Southern California',
  hv: 'Hawaii',
  mb: 'Montana',
  nc: 'Northern California',
  nm: 'New Madrid',
  nn: 'Nevada',
  pr: 'Puerto Rico',
  se: 'south-eastern United States',
  us: 'United States, and the rest of the world',
  uu: 'Utah',
  uw: 'Pacific Northwest',
};

/** `Northern California (nc)`. */
export function networkName(net: string): string {
  return NAMES[net] === undefined ? net : `${NAMES[net]} (${net})`;
}

/** What the plane shows of one network. */
export function sceneOf(net: string, quakes: readonly Quake[], replay: Replay): PlaneScene {
  const dropped = new Set(replay.drops.map(({ record }) => record.value));
  const first = dayOf(Math.min(...quakes.map(quake => quake.time)));
  const end = Math.max(...quakes.map(quake => quake.updated));
  const own = quakes.filter(quake => quake.net === net);
  return {
    title: `Earthquakes of the week: ${networkName(net)}`,
    subtitle: `${own.length} quakes counted by the day on which they happened, as word of them arrived`,
    caption:
      'Every dot is a quake: to the right is when it happened, upwards when its last revision arrived; a box is what was known of a day, up to the moment at which that was said. ' +
      'When the watermark, the slowest active network less the bound, passes the right border of a day, the day is said on time, and what comes after that corrects it.',
    noun: 'earthquake',
    axes: { event: 'event time: when the earth shook (UTC)', arrival: 'arrival time: when we heard of it (UTC)' },
    span: { event: [first, dayOf(end) + DAY], arrival: [first, end + DAY / 8] },
    events: own.map(quake => ({
      event: quake.time,
      arrival: quake.updated,
      dropped: dropped.has(quake),
      hint: `M ${quake.mag}, ${quake.place}; heard of ${hours(quake.updated - quake.time)} later`,
    })),
    watermark: replay.watermarks,
    watermarkShape: 'step',
    sources: [{ name: `${net} alone`, points: ownWatermark(own, replay.settings.bound) }],
    panes: replay.firings
      .filter(({ pane }) => pane.key === net)
      .map(({ pane, at }) => ({
        start: pane.window.start,
        end: pane.window.end,
        firedAt: at,
        timing: pane.timing,
        value: pane.value.quakes,
        index: pane.index,
        hint: `${pane.timing} pane ${pane.index} at ${moment(at)}: ${pane.value.quakes} quakes, mean M ${(pane.value.mean ?? 0).toFixed(2)}, strongest M ${pane.value.strongest}`,
      })),
  };
}

/** How far a network would be by itself: what the others hold back is the distance to the watermark of all. */
function ownWatermark(quakes: readonly Quake[], bound: number): PlanePoint[] {
  const points: PlanePoint[] = [];
  for (const { time, updated } of quakes) {
    if (time - bound > (points.at(-1)?.event ?? -Infinity)) points.push({ event: time - bound, arrival: updated });
  }
  return points;
}

/** All networks on one page, the busiest first; it opens with the busiest that has corrections to show. */
export function earthquakePage(quakes: readonly Quake[], networks: readonly string[], replay: Replay): string {
  const drawings: Drawing[] = networks.map(net => ({
    name: networkName(net),
    svg: planeSvg(sceneOf(net, quakes, replay), { height: 940 }),
  }));
  const corrected = networks.findIndex(net => replay.firings.some(({ pane }) => pane.key === net && pane.timing === 'late'));
  return planePage('Earthquakes: event time and arrival time', drawings, {
    shown: Math.max(0, corrected),
    choose: 'Network',
    footer: 'Data: US Geological Survey, public domain, as recorded in npm vega-datasets. Drawn by the earthquake example of tidemark.',
  });
}
