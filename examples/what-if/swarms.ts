/** Swarms of earthquakes: sessions of each network, with the silence that ends one as what may be another. */
import {
  allOf,
  boundedOutOfOrderness,
  count,
  type Duration,
  type EventStream,
  eventTime,
  max,
  type Pane,
  type PaneDifference,
  type Replayable,
  session,
  windowBy,
} from 'tidemark';
import type { Quake } from '../earthquakes/feed.js';

/** What is said of a swarm. */
export interface Swarm {
  readonly quakes: number;
  readonly strongest: number | undefined;
}

export type SwarmPane = Pane<string, Swarm>;

/** The program: word of the last quake comes 6.7 days late, so nothing is dropped. */
export function swarms(feed: Replayable<Quake>, silence: Duration): EventStream<SwarmPane> {
  return eventTime(feed, { name: 'quakes', timestamp: quake => quake.time, watermark: boundedOutOfOrderness('7d') }).pipe(
    windowBy(session(silence), {
      name: 'swarms',
      key: quake => quake.net,
      aggregate: allOf({ quakes: count(), strongest: max(quake => quake.mag) }),
    }),
  );
}

/** A swarm that is larger, or smaller, in the variant. */
export type Growth = Extract<PaneDifference<SwarmPane, SwarmPane>, { change: 'different' }>;

/** Those whose number of quakes changes most, the first of equals first. */
export function greatest(differences: readonly PaneDifference<SwarmPane, SwarmPane>[], top: number): Growth[] {
  const grown = differences.filter((difference): difference is Growth => difference.change === 'different');
  const by = ({ base, variant }: Growth): number => Math.abs(variant.value.quakes - base.value.quakes);
  return grown.sort((a, b) => by(b) - by(a) || a.base.window.start - b.base.window.start).slice(0, top);
}
