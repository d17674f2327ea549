/** What the aggregates make of the element type, and misuse that must not compile. */
import {
  type ApproximateFrequent,
  allOf,
  approximateDistinct,
  approximateMostFrequent,
  type Bucket,
  type Candle,
  count,
  distinct,
  distinctValues,
  type EventStream,
  type Frequent,
  histogram,
  mostFrequent,
  ohlc,
  type Pane,
  quantiles,
  topK,
  tumbling,
  type VolumeCandle,
  windowBy,
} from 'tidemark';
import { type Flight, is, timed } from './exact.js';

const top = timed.pipe(windowBy(tumbling('1h'), { aggregate: topK(3, f => f.delay) }));
is<typeof top>().exactly<EventStream<Pane<undefined, Flight[]>>>(true);
const topNumbers = timed.pipe(windowBy(tumbling('1h'), { aggregate: topK(3, f => f.delay, { of: f => f.number, retractable: true }) }));
is<typeof topNumbers>().exactly<EventStream<Pane<undefined, string[]>>>(true);
const airports = timed.pipe(windowBy(tumbling('1h'), { aggregate: distinctValues(f => f.airport) }));
is<typeof airports>().exactly<EventStream<Pane<undefined, string[]>>>(true);
const frequent = timed.pipe(windowBy(tumbling('1h'), { aggregate: mostFrequent(3, f => f.airport) }));
is<typeof frequent>().exactly<EventStream<Pane<undefined, Frequent<string>[]>>>(true);
const hitters = timed.pipe(windowBy(tumbling('1h'), { aggregate: approximateMostFrequent(3, f => f.airport, { capacity: 100 }) }));
is<typeof hitters>().exactly<EventStream<Pane<undefined, ApproximateFrequent<string>[]>>>(true);
const ofFlights = timed.pipe(windowBy(tumbling('1h'), { aggregate: approximateMostFrequent(3) }));
is<typeof ofFlights>().exactly<EventStream<Pane<undefined, ApproximateFrequent<Flight>[]>>>(true);
const ofFewer = timed.pipe(windowBy(tumbling('1h'), { aggregate: approximateMostFrequent(3, undefined, { capacity: 100 }) }));
is<typeof ofFewer>().exactly<EventStream<Pane<undefined, ApproximateFrequent<Flight>[]>>>(true);
const pair = timed.pipe(windowBy(tumbling('1h'), { key: f => f.airport, aggregate: quantiles([0.5, 0.99], f => f.delay) }));
is<typeof pair>().exactly<EventStream<Pane<string, readonly [number, number]>>>(true);
const named = timed.pipe(windowBy(tumbling('1h'), { aggregate: quantiles({ p50: 0.5, p99: 0.99 }, f => f.delay, { accuracy: 0.001 }) }));
is<typeof named>().exactly<EventStream<Pane<undefined, { readonly p50: number; readonly p99: number }>>>(true);
const candles = timed.pipe(windowBy(tumbling('1h'), { aggregate: ohlc(f => f.delay, { volume: f => f.landedAt }) }));
is<typeof candles>().exactly<EventStream<Pane<undefined, VolumeCandle>>>(true);

const whole = timed.pipe(
  windowBy(tumbling('1h'), {
    aggregate: allOf({
      n: count(),
      airports: distinct(f => f.airport),
      flights: approximateDistinct(f => f.number, { error: 0.05 }),
      buckets: histogram(f => f.delay, [0, 15]),
      delays: quantiles([0.5], f => f.delay),
      candle: ohlc(f => f.delay),
    }),
  }),
);
is<typeof whole>().exactly<
  EventStream<
    Pane<
      undefined,
      {
        readonly n: number;
        readonly airports: number;
        readonly flights: number;
        readonly buckets: Bucket[];
        readonly delays: readonly [number];
        readonly candle: Candle;
      }
    >
  >
>(true);

// The top of results.
const counts = timed.pipe(windowBy(tumbling('1h'), { key: f => f.airport, aggregate: count(), accumulation: 'retracting' }));
const best = counts.pipe(windowBy(tumbling('1h'), { aggregate: topK(2, p => p.value, { of: p => p.key, retractable: true }) }));
is<typeof best>().exactly<EventStream<Pane<undefined, string[]>>>(true);

// By themselves, with the element type in the first function alone.
topK(3, (f: Flight) => f.delay, { of: f => f.number });
ohlc((f: Flight) => f.delay, { volume: f => f.landedAt, sequence: f => f.landedAt });
quantiles([0.5], (f: Flight) => f.delay);

// @ts-expect-error no number to rank by
timed.pipe(windowBy(tumbling('1h'), { aggregate: topK(3, f => f.number) }));
// @ts-expect-error no such option
timed.pipe(windowBy(tumbling('1h'), { aggregate: topK(3, f => f.delay, { lowest: true }) }));
// @ts-expect-error no such field
timed.pipe(windowBy(tumbling('1h'), { aggregate: distinct(f => f.nope) }));
// @ts-expect-error capacity is a number
approximateMostFrequent(3, (f: Flight) => f.airport, { capacity: '100' });
// @ts-expect-error quantiles are numbers
timed.pipe(windowBy(tumbling('1h'), { aggregate: quantiles(['p50'], f => f.delay) }));
// @ts-expect-error two quantiles were asked for
pair.subscribe(({ value }) => value[2]);
// @ts-expect-error no volume was asked for
whole.subscribe(({ value }) => value.candle.volume);
// @ts-expect-error boundaries are needed
histogram((f: Flight) => f.delay);
