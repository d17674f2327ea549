/**
 * Open, high, low and close: a candle. A row is `[count, high, low, time of open, open, time of close, close]`, then the volume if
 * it is asked for, then the sequence numbers of open and close if there are such.
 */
import { checkFunction as checkCallback, checkOptions } from '../errors.js';
import type { Aggregate, Rows } from './aggregate.js';
import { badNumber, checkFunction } from './check.js';
import { rowAggregate } from './rows.js';

/** The prices of a window, by event time. */
export interface Candle {
  /** The price of the earliest element. */
  readonly open: number;
  /** The highest price. */
  readonly high: number;
  /** The lowest price. */
  readonly low: number;
  /** The price of the latest element. */
  readonly close: number;
  /** How many elements there are. */
  readonly count: number;
}

/** A {@link Candle} with the volume. */
export interface VolumeCandle extends Candle {
  /** The sum of the volumes. */
  readonly volume: number;
}

/** Options of {@link ohlc}. */
export interface OhlcOptions<T> {
  /** The volume of an element, which the candle then sums up. Default: the candle has no volume. */
  readonly volume?: (value: T) => number;
  /** Tells elements of the same event time apart: the lower number came earlier, as in trade ids that count up. Default: the price does. */
  readonly sequence?: (value: T) => number;
}

const COUNT = 0;
const HIGH = 1;
const LOW = 2;
const OPEN = 3;
const CLOSE = 5;
const VOLUME = 7;

/**
 * The candle of a window: `open`, `high`, `low` and `close` of a price by *event time*, the `count` of elements, and the `volume` if it is
 * asked for. For no elements the prices are NaN, count and volume 0. An element that comes late corrects the candle like any other.
 *
 * The same for any order of arrival. Of several elements at the earliest time the lowest `sequence` opens, and then the lowest
 * price; of several at the latest time the highest `sequence` closes, and then the highest price. The volume promises what
 * {@link sum} does: fractions may differ in the last bits. Cannot take retractions, since the next highest price is not kept.
 *
 * Memory per window and key: a row of 56 bytes, 8 more with `volume`, 16 more with `sequence`.
 *
 * @throws TidemarkError `BAD_OPTION` for what is not a function and for options that do not exist; `BAD_VALUE`, when an element
 * arrives, if price, volume or sequence is NaN or no number.
 *
 * @example
 * ```ts
 * import { ohlc } from 'tidemark';
 *
 * interface Trade { id: number; price: number; size: number }
 *
 * const candles = ohlc((trade: Trade) => trade.price, { volume: trade => trade.size, sequence: trade => trade.id });
 * ```
 */
export function ohlc<T>(
  price: (value: T) => number,
  options: OhlcOptions<T> & { readonly volume: (value: T) => number },
): Aggregate<T, Float64Array, VolumeCandle>;
export function ohlc<T>(price: (value: T) => number, options?: OhlcOptions<T>): Aggregate<T, Float64Array, Candle>;
export function ohlc<T>(price: (value: T) => number, options: OhlcOptions<T> = {}): Aggregate<T, Float64Array, Candle> {
  checkFunction(price, 'ohlc', 'ohlc(trade => trade.price)');
  checkOptions(options, ['volume', 'sequence'], 'ohlc');
  const { volume, sequence } = options;
  if (volume !== undefined) checkCallback(volume, 'ohlc: volume');
  if (sequence !== undefined) checkCallback(sequence, 'ohlc: sequence');
  return rowAggregate('ohlc', candleRows(price, volume, sequence));
}

function candleRows<T>(
  price: (value: T) => number,
  volume: OhlcOptions<T>['volume'],
  sequence: OhlcOptions<T>['sequence'],
): Rows<T, Candle> {
  const sequences = volume === undefined ? VOLUME : VOLUME + 1;
  const stride = sequence === undefined ? sequences : sequences + 2;
  /** Where the sequence numbers of open and close are; -1 if there are none. */
  const [first, last] = sequence === undefined ? [-1, -1] : [sequences, sequences + 1];
  const single = new Float64Array(stride);
  const join = (rows: Float64Array, at: number, from: Float64Array, fromAt: number): void => {
    if (from[fromAt + COUNT] === 0) return;
    if (rows[at + COUNT] === 0) {
      for (let i = 0; i < stride; i++) rows[at + i] = from[fromAt + i] as number;
      return;
    }
    (rows[at + COUNT] as number) += from[fromAt + COUNT] as number;
    if ((from[fromAt + HIGH] as number) > (rows[at + HIGH] as number)) rows[at + HIGH] = from[fromAt + HIGH] as number;
    if ((from[fromAt + LOW] as number) < (rows[at + LOW] as number)) rows[at + LOW] = from[fromAt + LOW] as number;
    if (compare(from, fromAt, rows, at, OPEN, first) < 0) take(rows, at, from, fromAt, OPEN, first);
    if (compare(from, fromAt, rows, at, CLOSE, last) > 0) take(rows, at, from, fromAt, CLOSE, last);
    if (volume !== undefined) (rows[at + VOLUME] as number) += from[fromAt + VOLUME] as number;
  };
  return {
    stride,
    init: (rows, at) => {
      rows.fill(0, at, at + stride);
    },
    add: (rows, at, value, timestamp) => {
      const x = number(price(value), 'ohlc', value);
      const traded = volume === undefined ? 0 : number(volume(value), 'ohlc: volume', value);
      const place = sequence === undefined ? 0 : number(sequence(value), 'ohlc: sequence', value);
      single[COUNT] = 1;
      single[HIGH] = single[LOW] = single[OPEN + 1] = single[CLOSE + 1] = x;
      single[OPEN] = single[CLOSE] = timestamp;
      if (volume !== undefined) single[VOLUME] = traded;
      if (sequence !== undefined) single[first] = single[last] = place;
      join(rows, at, single, 0);
    },
    merge: join,
    result: (rows, at) => {
      const none = rows[at + COUNT] === 0;
      const candle = {
        open: none ? NaN : (rows[at + OPEN + 1] as number),
        high: none ? NaN : (rows[at + HIGH] as number),
        low: none ? NaN : (rows[at + LOW] as number),
        close: none ? NaN : (rows[at + CLOSE + 1] as number),
        count: rows[at + COUNT] as number,
      };
      return volume === undefined ? candle : { ...candle, volume: rows[at + VOLUME] as number };
    },
  };
}

/** By time, sequence number and price, which lie at `end`, `sequence` and `end + 1` of both rows: below 0 if `a` is the earlier. */
function compare(a: Float64Array, at: number, b: Float64Array, bt: number, end: number, sequence: number): number {
  const apart = (a[at + end] as number) - (b[bt + end] as number);
  if (apart !== 0) return apart;
  const numbers = sequence < 0 ? 0 : order(a[at + sequence] as number, b[bt + sequence] as number);
  return numbers !== 0 ? numbers : order(a[at + end + 1] as number, b[bt + end + 1] as number);
}

/** Not by difference, which is NaN of infinite numbers. */
function order(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function take(rows: Float64Array, at: number, from: Float64Array, fromAt: number, end: number, sequence: number): void {
  rows[at + end] = from[fromAt + end] as number;
  rows[at + end + 1] = from[fromAt + end + 1] as number;
  if (sequence >= 0) rows[at + sequence] = from[fromAt + sequence] as number;
}

/** Adding 0 turns -0 into 0: they compare as equal, and the result must not tell which of them came first. */
function number(x: number, name: string, element: unknown): number {
  if (typeof x !== 'number' || x !== x) throw badNumber(name, x, element);
  return x + 0;
}
