/**
 * The windowed queries of Nexmark, written as a user of the library writes them. Each takes the events, with whatever
 * watermark the caller gave them, and gives the panes or rows of its answer; times are milliseconds since the epoch.
 * `late` is told of every element that does not count, in any window of the query.
 */
import { filter, mergeMap, type Observer } from 'rxjs';
import {
  type Aggregate,
  count,
  type Duration,
  type EventStream,
  type LateRecord,
  type Pane,
  session,
  sliding,
  tumbling,
  windowBy,
} from 'tidemark';
import type { AuctionEvent, BidEvent, NexmarkEvent, PersonEvent } from './generator.js';

export type Late = Partial<Observer<LateRecord<unknown>>>;

/** The best rows and their rank: more than one if they tie. */
export interface Best<R> {
  readonly rank: number;
  readonly rows: R[];
}

/** An auction of somebody who came in the window that started at `start`. */
export interface NewSeller {
  readonly start: number;
  readonly id: number;
  readonly name: string;
  readonly reserve: number;
  readonly auction: number;
}

/** Q5: which auctions have had the most bids in the last `size`, every `slide`. Each row is an auction's count in that window. */
export function hotItems(
  events: EventStream<NexmarkEvent>,
  size: Duration,
  slide: Duration,
  late: Late,
): EventStream<Pane<undefined, Best<Pane<number, number>>>> {
  return events.pipe(
    filter(isBid),
    windowBy(sliding(size, slide), { key: event => event.bid.auction, aggregate: count(), late }),
    // A pane's own time is the last instant of its window. The ends of sliding windows are one slide apart, so the panes
    // of one sliding window, and no others, meet in one tumbling window of a slide.
    windowBy(tumbling(slide), { aggregate: best((pane: Pane<number, number>) => pane.value), late }),
  );
}

/** Q7: the highest bid of each `size`. */
export function highestBid(events: EventStream<NexmarkEvent>, size: Duration, late: Late): EventStream<Pane<undefined, Best<BidEvent>>> {
  return events.pipe(filter(isBid), windowBy(tumbling(size), { aggregate: best((event: BidEvent) => event.bid.price), late }));
}

/** Q8: who came and opened an auction in the same window, a row for each auction: a join by all that one person did in a window. */
export function newSellers(events: EventStream<NexmarkEvent>, size: Duration, late: Late): EventStream<NewSeller> {
  return events.pipe(
    filter(isPersonOrAuction),
    windowBy(tumbling(size), { key: event => (event.person ? event.person.id : event.auction.seller), aggregate: doings, late }),
    mergeMap(({ key: id, window: { start }, value: { name, auctions } }) =>
      name === undefined ? [] : auctions.map(({ auction, reserve }) => ({ start, id, name, reserve, auction })),
    ),
  );
}

/** Q11: how many bids somebody made in one go, without a pause of `gap`. */
export function bidderSessions(
  events: EventStream<NexmarkEvent>,
  gap: Duration,
  late: Late,
  touching: { readonly mergeTouching?: boolean } = {},
): EventStream<Pane<number, number>> {
  return events.pipe(filter(isBid), windowBy(session(gap, touching), { key: event => event.bid.bidder, aggregate: count(), late }));
}

/** Q12: how many bids somebody made in each ten seconds by the clock; the stream has the time of arrival. */
export function bidsByArrival(events: EventStream<NexmarkEvent>): EventStream<Pane<number, number>> {
  return events.pipe(filter(isBid), windowBy(tumbling('10s'), { key: event => event.bid.bidder, aggregate: count() }));
}

function isBid(event: NexmarkEvent): event is BidEvent {
  return event.bid !== undefined;
}

function isPersonOrAuction(event: NexmarkEvent): event is PersonEvent | AuctionEvent {
  return event.bid === undefined;
}

/** Keeps the rows of the highest rank; ranks are positive. */
function best<R>(rankOf: (row: R) => number): Aggregate<R, Best<R>, Best<R>> {
  return {
    name: 'best',
    create: () => ({ rank: 0, rows: [] }),
    add(best, row) {
      const rank = rankOf(row);
      if (rank > best.rank) return { rank, rows: [row] };
      if (rank === best.rank) best.rows.push(row);
      return best;
    },
    merge(a, b) {
      if (a.rank === b.rank) a.rows.push(...b.rows);
      return a.rank >= b.rank ? a : { rank: b.rank, rows: [...b.rows] };
    },
    result: ({ rank, rows }) => ({ rank, rows: [...rows] }),
  };
}

/** What one person did in a window: the name if that was when he or she came, and the auctions opened. */
interface Doings {
  name: string | undefined;
  auctions: { readonly auction: number; readonly reserve: number }[];
}

const doings: Aggregate<PersonEvent | AuctionEvent, Doings, Readonly<Doings>> = {
  name: 'doings',
  create: () => ({ name: undefined, auctions: [] }),
  add(doings, { person, auction }) {
    if (person) doings.name = person.name;
    else doings.auctions.push({ auction: auction.id, reserve: auction.reserve });
    return doings;
  },
  merge: (a, b) => ({ name: a.name ?? b.name, auctions: [...a.auctions, ...b.auctions] }),
  result: ({ name, auctions }) => ({ name, auctions: [...auctions] }),
};
