/** The windowed queries of Nexmark against loops written by hand for each. */
import { Subject } from 'rxjs';
import { arrivalTime, type EventStream, eventTime, punctuated } from 'tidemark';
import { manualClock } from 'tidemark/testing';
import { Digest } from '../contenders/digest.js';
import {
  type BidsByHand,
  bidsPerBidder,
  highestBids,
  hotAuctions,
  newSellersByHand,
  sessionsOfBidders,
} from '../contenders/nexmarkByHand.js';
import type { Contender, Run, Scenario } from '../harness.js';
import { type NexmarkEvent, nexmark } from '../nexmark/generator.js';
import { bidderSessions, bidsByArrival, highestBid, hotItems, newSellers } from '../nexmark/queries.js';
import { chunksOf } from '../workloads/events.js';

type Chunks = readonly (readonly NexmarkEvent[])[];
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
      { name: reference, answers: about, run: () => byHand(chunks) },
      { name: 'tidemark', answers: about, run: () => ours(chunks) },
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

const queries = {
  q5: {
    about: 'hot items: the auctions with the most bids in the last 10 s, every 5 s',
    byHand: hotAuctions,
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
    ours: byWatermark(
      events => newSellers(events, '10s', LATE),
      ({ start, id, auction }, digest) => digest.add(start, id, auction),
    ),
  },
  q11: {
    about: 'bids per bidder and session, gap 10 s',
    byHand: sessionsOfBidders,
    ours: byWatermark(
      events => bidderSessions(events, '10s', LATE),
      ({ key, window, value }, digest) => digest.add(window.start, key, value * 31 + (window.end - window.start)),
    ),
  },
  q12: {
    about: 'bids per bidder in 10 s by the clock',
    byHand: bidsPerBidder,
    ours: byClock(bidsByArrival, ({ key, window, value }, digest) => digest.add(window.start, key, value)),
  },
} satisfies Record<string, { about: string; byHand: BidsByHand; ours: (chunks: Chunks) => Run }>;

function byWatermark<R>(query: Query<R>, deliver: (row: R, digest: Digest) => void): (chunks: Chunks) => Run {
  return chunks => {
    const digest = new Digest();
    const subject = new Subject<readonly NexmarkEvent[]>();
    const watermark = punctuated((event: NexmarkEvent) => event.wm);
    query(eventTime(subject, { timestamp: event => event.ts, watermark, batches: true })).subscribe(row => deliver(row, digest));
    for (const chunk of chunks) subject.next(chunk);
    subject.complete();
    return digest;
  };
}

/** The clock stands at the watermark of the first event of an array while that is worked on. */
function byClock<R>(query: Query<R>, deliver: (row: R, digest: Digest) => void): (chunks: Chunks) => Run {
  return chunks => {
    const digest = new Digest();
    const subject = new Subject<readonly NexmarkEvent[]>();
    const clock = manualClock(chunks[0]?.[0]?.wm);
    query(eventTime(subject, { watermark: arrivalTime(), clock, batches: true })).subscribe(row => deliver(row, digest));
    for (const chunk of chunks) {
      clock.advanceTo(chunk[0]?.wm ?? 0);
      subject.next(chunk);
    }
    subject.complete();
    return digest;
  };
}
