/**
 * The recorded feed: all earthquakes that the USGS listed for the week before 7 February 2018 (US public domain), as npm
 * `vega-datasets` ships it. `updated` is when the revision that we hold was published, the one arrival time in the record:
 * the median comes 4 hours after the quake, the last one 6.7 days after it.
 */
import { readFileSync } from 'node:fs';

const FILE = new URL('../../node_modules/vega-datasets/data/earthquakes.json', import.meta.url);

/** An earthquake: what, who said so, when it happened and when it was said (milliseconds since the epoch). */
export interface Quake {
  readonly id: string;
  readonly place: string;
  readonly net: string;
  readonly mag: number;
  readonly time: number;
  readonly updated: number;
}

/** The feed in the order in which it arrived. */
export function readFeed(): Quake[] {
  const feed = JSON.parse(readFileSync(FILE, 'utf8')) as { features: { id: string; properties: Omit<Quake, 'id'> }[] };
  return feed.features
    .map(({ id, properties: { place, net, mag, time, updated } }) => ({ id, place, net, mag, time, updated }))
    .sort((a, b) => a.updated - b.updated || a.time - b.time || (a.id < b.id ? -1 : 1));
}

/** How many quakes come after one that happened later than they did. */
export function outOfOrder(quakes: readonly Quake[]): number {
  let latest = -Infinity;
  let behind = 0;
  for (const { time } of quakes) {
    if (time < latest) behind += 1;
    else latest = time;
  }
  return behind;
}

/** The longest time from a quake to its arrival. */
export function longestDelay(quakes: readonly Quake[]): number {
  return quakes.reduce((longest, { time, updated }) => Math.max(longest, updated - time), 0);
}
