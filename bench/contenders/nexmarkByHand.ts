/** The windowed queries of Nexmark as loops, each written for its question. They are given the events with their watermarks. */
import type { BidEvent, NexmarkEvent } from '../nexmark/generator.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';
import { SessionsByHand } from './sessionsByHand.js';

const SIZE = 10_000;

/** Q5: a count per auction in each of the windows that hold the bid; at the end of a window the highest of them, with all that tie. */
export function hotAuctions(): Feed<NexmarkEvent> {
  const slide = 5_000;
  const digest = new Digest();
  const windows = new Map<number, Map<number, number>>();
  const close = keeper(windows, SIZE, (start, counts) => {
    let highest = 0;
    for (const count of counts.values()) if (count > highest) highest = count;
    for (const [auction, count] of counts) if (count === highest) digest.add(start, auction, count);
  });
  const batch = (events: readonly NexmarkEvent[]): void => {
    for (const { bid, ts, wm } of events) {
      if (bid) {
        for (let start = Math.floor(ts / slide) * slide; start > ts - SIZE; start -= slide) {
          let counts = windows.get(start);
          if (counts === undefined) windows.set(start, (counts = new Map()));
          counts.set(bid.auction, (counts.get(bid.auction) ?? 0) + 1);
        }
      }
      close(wm);
    }
  };
  return { digest, batch, end: () => close(Infinity) };
}

/** Q7: the bids of the highest price. */
export function highestBids(): Feed<NexmarkEvent> {
  const digest = new Digest();
  const windows = new Map<number, { price: number; bids: BidEvent[] }>();
  const close = keeper(windows, SIZE, (start, { price, bids }) => {
    for (const { bid } of bids) digest.add(start, bid.auction, price);
  });
  const batch = (events: readonly NexmarkEvent[]): void => {
    for (const event of events) {
      if (event.bid) {
        const start = Math.floor(event.ts / SIZE) * SIZE;
        let best = windows.get(start);
        if (best === undefined) windows.set(start, (best = { price: 0, bids: [] }));
        if (event.bid.price > best.price) {
          best.price = event.bid.price;
          best.bids = [event];
        } else if (event.bid.price === best.price) best.bids.push(event);
      }
      close(event.wm);
    }
  };
  return { digest, batch, end: () => close(Infinity) };
}

/** Q8: for each person what he or she did in the window. */
export function newSellersByHand(): Feed<NexmarkEvent> {
  const digest = new Digest();
  const windows = new Map<number, Map<number, { came: boolean; auctions: number[] }>>();
  const close = keeper(windows, SIZE, (start, people) => {
    for (const [id, { came, auctions }] of people) if (came) for (const auction of auctions) digest.add(start, id, auction);
  });
  const batch = (events: readonly NexmarkEvent[]): void => {
    for (const { person, auction, ts, wm } of events) {
      if (person || auction) {
        const start = Math.floor(ts / SIZE) * SIZE;
        let people = windows.get(start);
        if (people === undefined) windows.set(start, (people = new Map()));
        const id = person ? person.id : auction.seller;
        let doings = people.get(id);
        if (doings === undefined) people.set(id, (doings = { came: false, auctions: [] }));
        if (person) doings.came = true;
        else doings.auctions.push(auction.id);
      }
      close(wm);
    }
  };
  return { digest, batch, end: () => close(Infinity) };
}

/** Q11, by the sessions of `sessionsByHand`; the events are out of order by less than a second. */
export function sessionsOfBidders(): Feed<NexmarkEvent> {
  const sessions = new SessionsByHand<BidEvent, number>(
    SIZE,
    {
      key: event => event.bid.bidder,
      timestamp: event => event.ts,
      add: sum => {
        sum.count++;
      },
    },
    sum => sum.count,
    1_000,
  );
  return {
    digest: sessions.digest,
    batch: events => sessions.batch(events.filter(event => event.bid !== undefined)),
    end: () => sessions.end(),
  };
}

/** Q12: the clock stands at the watermark of the first event of a chunk. */
export function bidsPerBidder(): Feed<NexmarkEvent> {
  const digest = new Digest();
  const windows = new Map<number, Map<number, number>>();
  const close = keeper(windows, SIZE, (start, counts) => {
    for (const [bidder, count] of counts) digest.add(start, bidder, count);
  });
  const batch = (events: readonly NexmarkEvent[]): void => {
    const now = events[0]?.wm ?? 0;
    close(now);
    const start = Math.floor(now / SIZE) * SIZE;
    let counts = windows.get(start);
    if (counts === undefined) windows.set(start, (counts = new Map()));
    for (const { bid } of events) if (bid) counts.set(bid.bidder, (counts.get(bid.bidder) ?? 0) + 1);
  };
  return { digest, batch, end: () => close(Infinity) };
}

/** Says and drops windows that a watermark completes. Those of one size begin in order, save for little. */
function keeper<S>(windows: Map<number, S>, size: number, say: (start: number, state: S) => void): (watermark: number) => void {
  let looked = -Infinity;
  return watermark => {
    // Windows end at multiples of five seconds at the closest.
    if (watermark < looked) return;
    looked = (Math.floor(watermark / 5_000) + 1) * 5_000;
    for (const [start, state] of windows) {
      if (start + size > watermark) continue;
      say(start, state);
      windows.delete(start);
    }
  };
}
