/**
 * Nexmark's windowed queries give the golden answers, whatever the order of the events and whichever watermark of the
 * two right ones: the generator's own, and one second behind the newest event. Nothing may come too late for either.
 */
import { createHash } from 'node:crypto';
import { Subject } from 'rxjs';
import {
  boundedOutOfOrderness,
  type EventStream,
  eventTime,
  type LateRecord,
  punctuated,
  type TimeWindow,
  type WatermarkStrategy,
} from 'tidemark';
import { describe, expect, it } from 'vitest';
import { BASE_TIME, type NexmarkEvent, nexmark } from '../../bench/nexmark/generator.js';
import { bidderSessions, highestBid, hotItems, newSellers } from '../../bench/nexmark/queries.js';
import { type BidderSession, type Digest, goldenAnswers, type HighestBids, type HotItems, type NewSeller } from './data.js';

const streams = new Map([1, 1000].map(group => [group, [...nexmark({ events: 100_000, outOfOrderGroupSize: group })]]));
const watermarks: Record<string, WatermarkStrategy<NexmarkEvent>> = {
  'perfect watermark': punctuated((event: NexmarkEvent) => event.wm),
  'bound of one second': boundedOutOfOrderness('1s'),
};

const cases = [...streams].flatMap(([group, events]) =>
  Object.entries(watermarks).map(([name, watermark]) => ({ name: `groups of ${group}, ${name}`, events, watermark })),
);

describe.each(cases)('Nexmark in $name', ({ events, watermark }) => {
  /** Everything that a query says of the whole stream. */
  function answer<R>(query: (stream: EventStream<NexmarkEvent>, late: Subject<LateRecord<unknown>>) => EventStream<R>): R[] {
    const late = new Subject<LateRecord<unknown>>();
    const dropped: LateRecord<unknown>[] = [];
    late.subscribe(record => dropped.push(record));
    const rows: R[] = [];
    let completed = false;
    query(eventTime(events, { timestamp: event => event.ts, watermark }), late).subscribe({
      next: row => rows.push(row),
      complete: () => {
        completed = true;
      },
    });
    expect(completed).toBe(true);
    expect(dropped).toEqual([]);
    return rows;
  }

  function q5(slide: '5s' | '2s'): HotItems[] {
    return answer((stream, late) => hotItems(stream, '10s', slide, late)).map(({ value: { rank: count, rows } }) => {
      const [{ start, end }, ...others] = rows.map(row => row.window) as [TimeWindow, ...TimeWindow[]];
      expect(others.every(other => other.start === start && other.end === end)).toBe(true);
      return { start: start - BASE_TIME, end: end - BASE_TIME, count, auctions: rows.map(row => row.key).sort((a, b) => a - b) };
    });
  }

  it('Q5: hot items of 10 s, every 5 s', () => {
    expect(q5('5s')).toEqual(goldenAnswers.q5_10s_5s);
  });

  it('Q5: hot items of 10 s, every 2 s', () => {
    const found = q5('2s');
    expect(found).toHaveLength(54);
    expect(found).toEqual(hotItemsByHand(events, 2_000));
  });

  it('Q7: highest bid of 10 s', () => {
    const found = answer((stream, late) => highestBid(stream, '10s', late)).map(
      ({ window, value: { rank, rows } }): HighestBids => ({
        start: window.start - BASE_TIME,
        price: rank,
        bids: rows.map(({ ts, bid: { auction, bidder, price } }) => ({ auction, bidder, price, ts: ts - BASE_TIME })),
      }),
    );
    expect(found).toEqual(goldenAnswers.q7_10s);
  });

  it('Q8: new users who sell, within 10 s', () => {
    const found = answer((stream, late) => newSellers(stream, '10s', late))
      .sort((a, b) => a.start - b.start || a.id - b.id || a.auction - b.auction)
      .map(({ start, id, name, reserve }): NewSeller => ({ start: start - BASE_TIME, id, name, reserve }));
    expectDigest(found, goldenAnswers.q8_10s);
    for (const [start, rows] of Object.entries(goldenAnswers.q8_10s.countPerWindow)) {
      expect(found.filter(row => row.start === Number(start))).toHaveLength(rows);
    }
  });

  function q11(gap: '10s' | '2s' | '1s', mergeTouching: boolean): BidderSession[] {
    return answer((stream, late) => bidderSessions(stream, gap, late, { mergeTouching }))
      .map(({ key, value, window }) => ({ bidder: key, count: value, start: window.start - BASE_TIME, end: window.end - BASE_TIME }))
      .sort((a, b) => a.bidder - b.bidder || a.start - b.start);
  }

  it('Q11: user sessions', () => {
    expectDigest(q11('10s', false), goldenAnswers.q11_gap10s);
    expectDigest(q11('2s', false), goldenAnswers.q11_gap2s);
    expect(q11('1s', false)).toHaveLength(15_529);
  });

  it('Q11: user sessions that merge when they touch', () => {
    expect(q11('10s', true)).toHaveLength(goldenAnswers.q11_flinkConvention.gap10s);
    const found = q11('2s', true);
    expect(found).toHaveLength(goldenAnswers.q11_flinkConvention.gap2s);
    expect(found.reduce((bids, { count }) => bids + count, 0)).toBe(goldenAnswers.counts.bids);
    expect(q11('1s', true)).toHaveLength(15_523);
  });
});

function expectDigest<R>(found: readonly R[], golden: Digest<R>): void {
  expect(found.slice(0, golden.first.length)).toEqual(golden.first);
  expect(found).toHaveLength(golden.count);
  expect(createHash('sha256').update(JSON.stringify(found)).digest('hex')).toBe(golden.sha256);
}

/** Q5 without the library, for the slide of which only the number of windows is known. */
function hotItemsByHand(events: readonly NexmarkEvent[], slide: number): HotItems[] {
  const size = 10_000;
  const counts = new Map<number, Map<number, number>>();
  for (const { ts, bid } of events) {
    if (!bid) continue;
    const time = ts - BASE_TIME;
    for (let start = Math.floor(time / slide) * slide; start > time - size; start -= slide) {
      const window = counts.get(start) ?? new Map<number, number>();
      counts.set(start, window.set(bid.auction, (window.get(bid.auction) ?? 0) + 1));
    }
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([start, window]) => {
      const count = Math.max(...window.values());
      const auctions = [...window].filter(([, bids]) => bids === count).map(([auction]) => auction);
      return { start, end: start + size, count, auctions: auctions.sort((a, b) => a - b) };
    });
}
