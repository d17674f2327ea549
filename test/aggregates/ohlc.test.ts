import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOf } from '../../src/aggregates/allOf.js';
import { count } from '../../src/aggregates/count.js';
import { ohlc } from '../../src/aggregates/ohlc.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { fold, refusal, resultOf } from './support.js';

interface Trade {
  readonly price: number;
  readonly size: number;
  readonly id: number;
}

const price = (trade: Trade): number => trade.price;
const size = (trade: Trade): number => trade.size;
const id = (trade: Trade): number => trade.id;
const trade = (price: number, size = 1, id = 0): Trade => ({ price, size, id });

const timedTrades = fc.array(
  fc.record({
    price: fc.integer({ min: -3, max: 3 }),
    size: fc.integer({ min: 0, max: 9 }),
    id: fc.integer({ min: 0, max: 2 }),
    at: fc.integer({ min: -2, max: 2 }),
  }),
  { minLength: 1, maxLength: 20 },
);

describe('ohlc', () => {
  it('is open, high, low and close by event time, not by arrival', () => {
    const trades = [trade(10), trade(12), trade(8), trade(11)];
    expect(resultOf(ohlc(price), trades, [20, 10, 40, 30])).toEqual({ open: 12, high: 12, low: 8, close: 8, count: 4 });
    expect(resultOf(ohlc(price, { volume: size }), [trade(10, 3), trade(10, 4)])).toEqual({
      open: 10,
      high: 10,
      low: 10,
      close: 10,
      count: 2,
      volume: 7,
    });
  });

  it('has NaN for prices and 0 for the rest if there is no element', () => {
    expect(resultOf(ohlc(price), [])).toEqual({ open: NaN, high: NaN, low: NaN, close: NaN, count: 0 });
    expect(resultOf(ohlc(price, { volume: size }), [])).toEqual({ open: NaN, high: NaN, low: NaN, close: NaN, count: 0, volume: 0 });
  });

  it('tells elements of one time apart by their prices, or by a sequence first', () => {
    const trades = [trade(11, 1, 2), trade(12, 1, 1), trade(10, 1, 3)];
    const at = [5, 5, 5];
    expect(resultOf(ohlc(price), trades, at)).toMatchObject({ open: 10, close: 12 });
    expect(resultOf(ohlc(price, { sequence: id }), trades, at)).toMatchObject({ open: 12, close: 10 });
    expect(resultOf(ohlc(price, { sequence: id }), [trade(11, 1, 2), trade(12, 1, 1)], [5, 6])).toMatchObject({ open: 11, close: 12 });
    const endless = [trade(1, 1, Infinity), trade(2, 1, -Infinity), trade(3, 1, Infinity)];
    expect(resultOf(ohlc(price, { sequence: id }), endless, at)).toMatchObject({ open: 2, close: 3 });
  });

  it('is what the sorted trades say, for any order of arrival and any merging', () => {
    fc.assert(
      fc.property(timedTrades, fc.nat(), fc.boolean(), (trades, cut, sequenced) => {
        const aggregate = sequenced ? ohlc(price, { volume: size, sequence: id }) : ohlc(price, { volume: size });
        const sorted = trades.toSorted((a, b) => a.at - b.at || (sequenced ? a.id - b.id : 0) || a.price - b.price);
        const expected = {
          open: sorted[0]?.price,
          high: Math.max(...trades.map(price)),
          low: Math.min(...trades.map(price)),
          close: sorted.at(-1)?.price,
          count: trades.length,
          volume: trades.reduce((all, { size }) => all + size, 0),
        };
        const at = trades.map(({ at }) => at);
        expect(resultOf(aggregate, trades, at)).toEqual(expected);
        const middle = cut % (trades.length + 1);
        const parts = [
          fold(aggregate, trades.slice(middle), at.slice(middle)),
          fold(aggregate, trades.slice(0, middle), at.slice(0, middle)),
        ] as const;
        expect(aggregate.result(aggregate.merge(...parts))).toEqual(expected);
      }),
    );
  });

  it('is one row, and so is allOf with it', () => {
    expect(ohlc(price).rows?.stride).toBe(7);
    expect(ohlc(price, { volume: size }).rows?.stride).toBe(8);
    expect(ohlc(price, { sequence: id }).rows?.stride).toBe(9);
    expect(ohlc(price, { volume: size, sequence: id }).rows?.stride).toBe(10);
    expect(allOf({ candle: ohlc(price), n: count() }).rows?.stride).toBe(8);
  });

  it('keeps the laws', () => {
    const samples = [trade(0), trade(-0), trade(5, 2, 1), trade(5, 2, 2), trade(-7, 3, 3), trade(Infinity, 0, 4), trade(1, 1, -1)];
    for (const options of [{}, { sequence: id }]) {
      assertAggregateLaws(ohlc(price, options), { samples });
      assertAggregateLaws(ohlc(price, options), { samples, timestamp: () => 3 });
      assertAggregateLaws(ohlc(price, { ...options, volume: size }), { samples });
      assertAggregateLaws(ohlc(price, { ...options, volume: size }), { samples, timestamp: () => 3 });
    }
  });

  it('cannot take retractions, and refuses bad arguments and values', () => {
    expect('remove' in ohlc(price)).toBe(false);
    expect(refusal(() => ohlc(undefined as never))).toMatch(/^BAD_OPTION: ohlc: .* ohlc\(trade => trade.price\), but came as undefined\.$/);
    expect(refusal(() => ohlc(price, { volume: 'size' as never }))).toBe(
      'BAD_OPTION: ohlc: volume must be a function, but came as "size".',
    );
    expect(refusal(() => ohlc(price, { sequence: 1 as never }))).toBe('BAD_OPTION: ohlc: sequence must be a function, but came as 1.');
    expect(refusal(() => ohlc(price, { size } as never))).toMatch(
      /^BAD_OPTION: ohlc: there is no option "size"\. There are: volume, sequence\./,
    );
    expect(refusal(() => resultOf(ohlc(price), [trade(NaN)]))).toMatch(/^BAD_VALUE: ohlc: .* came as NaN for the element {"price":null/);
    expect(refusal(() => resultOf(ohlc(price, { volume: size }), [trade(1, NaN)]))).toMatch(/^BAD_VALUE: ohlc: volume: .* came as NaN/);
    expect(refusal(() => resultOf(ohlc(price, { sequence: id }), [trade(1, 1, 7n as never)]))).toMatch(
      /^BAD_VALUE: ohlc: sequence: .* came as 7n .* Return Number\(value\)\.$/,
    );
  });
});
