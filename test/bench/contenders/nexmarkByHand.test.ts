/** The loops for Nexmark's queries against the published answers, and against counting where there are none. */
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';
import { inArrays } from '../../../bench/contenders/feed.js';
import { bidsPerBidder, highestBids, hotAuctions, newSellersByHand, sessionsOfBidders } from '../../../bench/contenders/nexmarkByHand.js';
import { BASE_TIME, nexmark } from '../../../bench/nexmark/generator.js';
import { chunksOf } from '../../../bench/workloads/events.js';
import { goldenAnswers } from '../../golden/data.js';

const events = [...nexmark({ events: 100_000, outOfOrderGroupSize: 1_000 })];
const chunks = chunksOf(events, 256);

function digestOf(rows: readonly (readonly [start: number, key: number, value: number])[]): Digest {
  const digest = new Digest();
  for (const [start, key, value] of rows) digest.add(start, key, value);
  return digest;
}

describe('Nexmark by hand', () => {
  it('Q5', () => {
    const rows = goldenAnswers.q5_10s_5s.flatMap(({ start, count, auctions }) =>
      auctions.map(auction => [start + BASE_TIME, auction, count] as const),
    );
    expect(inArrays(hotAuctions(), chunks)).toEqual(digestOf(rows));
  });

  it('Q7', () => {
    const rows = goldenAnswers.q7_10s.flatMap(({ start, price, bids }) =>
      bids.map(bid => [start + BASE_TIME, bid.auction, price] as const),
    );
    expect(inArrays(highestBids(), chunks)).toEqual(digestOf(rows));
  });

  it('Q8 and Q11: the number of rows', () => {
    expect(inArrays(newSellersByHand(), chunks).results).toBe(goldenAnswers.q8_10s.count);
    expect(inArrays(sessionsOfBidders(), chunks).results).toBe(goldenAnswers.q11_gap10s.count);
  });

  it('Q12: a count per bidder and window of the clock, which stands still within an array', () => {
    const counts = new Map<string, number>();
    for (const chunk of chunks) {
      const start = Math.floor((chunk[0]?.wm as number) / 10_000) * 10_000;
      for (const { bid } of chunk) if (bid) counts.set(`${start} ${bid.bidder}`, (counts.get(`${start} ${bid.bidder}`) ?? 0) + 1);
    }
    const rows = [...counts].map(([id, count]) => [Number(id.split(' ')[0]), Number(id.split(' ')[1]), count] as const);
    expect(inArrays(bidsPerBidder(), chunks)).toEqual(digestOf(rows));
  });
});
