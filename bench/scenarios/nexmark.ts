/** The windowed queries of Nexmark against loops written by hand for each. */
import { Subject } from 'rxjs';
import { arrivalTime, type EventStream, eventTime, punctuated } from 'tidemark';
import { manualClock } from 'tidemark/testing';
import { Digest } from '../contenders/digest.js';
import { type Feed, inArrays } from '../contenders/feed.js';
import { bidsPerBidder, highestBids, hotAuctions, newSellersByHand, sessionsOfBidders } from '../contenders/nexmarkByHand.js';
import type { Contender, Scenario } from '../harness.js';
import { BASE_TIME, type NexmarkEvent, nexmark } from '../nexmark/generator.js';
import { bidderSessions, bidsByArrival, highestBid, hotItems, newSellers } from '../nexmark/queries.js';
import { LONGEST_CALL, type Probe } from '../probe.js';
import { chunksOf } from '../workloads/events.js';

type Query<R> = (events: EventStream<NexmarkEvent>) => EventStream<R>;

export function nexmarkScenario(query: keyof typeof queries, quick: boolean): Scenario {
  const count = quick ? 60_000 : 250_000;
  // Out of order within a second; the watermark is the generator's own.
  const events = [...nexmark({ events: count, outOfOrderGroupSize: 1_000 })];
  const chunks = chunksOf(events, 256);
  const { about, ours, byHand } = queries[query];
  const reference = 'by hand';
  return {
    name: `nexmark-${query}`,
    events: count,
    about: `${about}; ${count} events at 1000 a second, out of order by up to a second, arrays of 256`,
    contenders: [
      { name: reference, answers: about, run: () => inArrays(byHand(), chunks) },
      { name: 'tidemark', answers: about, run: () => inArrays(ours(), chunks) },
    ] satisfies Contender[],
    reference,
    ratio: 'speed',
    touch: () => {
      let sum = 0;
      for (const event of events) sum += event.ts;
      return sum;
    },
  };
}

const LATE = { next: () => {} };

interface NexmarkQuery {
  readonly about: string;
  readonly byHand: () => Feed<NexmarkEvent>;
  readonly ours: () => Feed<NexmarkEvent>;
  /** The keys and windows that hold an event and that a watermark has not completed, as text. */
  readonly open: (event: NexmarkEvent, watermark: number) => string[];
}

const SIZE = 10_000;

const queries = {
  q5: {
    about: 'hot items: the auctions with the most bids in the last 10 s, every 5 s',
    byHand: hotAuctions,
    open: ({ bid, ts }: NexmarkEvent, watermark: number) => (bid ? windowsOf(bid.auction, ts, watermark, 5_000) : []),
    ours: byWatermark(
      events => hotItems(events, '10s', '5s', LATE),
      ({ value: { rows } }, digest) => {
        for (const { key, window, value } of rows) digest.add(window.start, key, value);
      },
    ),
  },
  q7: {
    about: 'the highest bid of each 10 s',
    byHand: highestBids,
    open: ({ bid, ts }: NexmarkEvent, watermark: number) => (bid ? windowsOf(0, ts, watermark) : []),
    ours: byWatermark(
      events => highestBid(events, '10s', LATE),
      ({ window, value: { rank, rows } }, digest) => {
        for (const { bid } of rows) digest.add(window.start, bid.auction, rank);
      },
    ),
  },
  q8: {
    about: 'who came and opened an auction within 10 s',
    byHand: newSellersByHand,
    open: ({ person, auction, ts }: NexmarkEvent, watermark: number) =>
      person ? windowsOf(person.id, ts, watermark) : auction ? windowsOf(auction.seller, ts, watermark) : [],
    ours: byWatermark(
      events => newSellers(events, '10s', LATE),
      ({ start, id, auction }, digest) => digest.add(start, id, auction),
    ),
  },
  q11: {
    about: 'bids per bidder and session, gap 10 s',
    byHand: sessionsOfBidders,
    // Nobody has two sessions that are open: one is complete when the gap has passed.
    open: ({ bid, ts }: NexmarkEvent, watermark: number) => (bid && ts + SIZE > watermark ? [String(bid.bidder)] : []),
    ours: byWatermark(
      events => bidderSessions(events, '10s', LATE),
      ({ key, window, value }, digest) => digest.add(window.start, key, value * 31 + (window.end - window.start)),
    ),
  },
  q12: {
    about: 'bids per bidder in 10 s by the clock',
    byHand: bidsPerBidder,
    open: ({ bid, wm }: NexmarkEvent, watermark: number) => (bid ? windowsOf(bid.bidder, wm, watermark) : []),
    ours: byClock(bidsByArrival, ({ key, window, value }, digest) => digest.add(window.start, key, value)),
  },
} satisfies Record<string, NexmarkQuery>;

function byWatermark<R>(query: Query<R>, deliver: (row: R, digest: Digest) => void): () => Feed<NexmarkEvent> {
  return () => {
    const digest = new Digest();
    const subject = new Subject<readonly NexmarkEvent[]>();
    const watermark = punctuated((event: NexmarkEvent) => event.wm);
    query(eventTime(subject, { timestamp: event => event.ts, watermark, batches: true })).subscribe(row => deliver(row, digest));
    return { digest, batch: events => subject.next(events), end: () => subject.complete() };
  };
}

/** The clock stands at the watermark of the first event of an array while that is worked on. */
function byClock<R>(query: Query<R>, deliver: (row: R, digest: Digest) => void): () => Feed<NexmarkEvent> {
  return () => {
    const digest = new Digest();
    const subject = new Subject<readonly NexmarkEvent[]>();
    const clock = manualClock(BASE_TIME);
    query(eventTime(subject, { watermark: arrivalTime(), clock, batches: true })).subscribe(row => deliver(row, digest));
    const batch = (events: readonly NexmarkEvent[]): void => {
      clock.advanceTo(events[0]?.wm ?? 0);
      subject.next(events);
    };
    return { digest, batch, end: () => subject.complete() };
  };
}

/** Memory, stalls and firing of a query: half a minute and a second one, whose windows fire while it is filled, and at its end. */
export function nexmarkProbe(query: keyof typeof queries, quick: boolean): Probe<NexmarkEvent> {
  const span = quick ? 10_000 : 30_000;
  const events = [...nexmark({ events: 3 * span, outOfOrderGroupSize: 1_000 })];
  const [first, second] = [1, 2].map(fill => events.findIndex(event => event.wm >= BASE_TIME + fill * span)) as [number, number];
  const filled = events.slice(0, first);
  const { about, ours, byHand, open }: NexmarkQuery = queries[query];
  return {
    name: `probe-nexmark-${query}`,
    about: `${about}; ${first} events at 1000 a second, twice, arrays of 256; filling fires windows too`,
    fills: [
      { batches: chunksOf(filled, 256), crossing: events[first] as NexmarkEvent },
      { batches: chunksOf(events.slice(first + 1, second), 256), crossing: events[second] as NexmarkEvent },
    ],
    open: new Set(filled.flatMap(event => open(event, filled.at(-1)?.wm ?? 0))).size,
    subjects: [
      { name: 'by hand', answers: about, open: byHand },
      { name: 'tidemark', answers: about, open: ours, longestCall: LONGEST_CALL },
    ],
  };
}

/** The windows of an event that a watermark has not completed, each with the key. */
function windowsOf(key: number, ts: number, watermark: number, slide = SIZE): string[] {
  const open: string[] = [];
  for (let start = Math.floor(ts / slide) * slide; start > ts - SIZE && start + SIZE > watermark; start -= slide)
    open.push(`${start} ${key}`);
  return open;
}
