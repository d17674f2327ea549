/** The testing kit. */
import { mean, type Pane, tumbling, windowBy } from 'tidemark';
import { record, testStream } from 'tidemark/testing';
import { type Flight, is } from './exact.js';

const input = testStream<Flight>();
const seen = record(input.pipe(windowBy(tumbling('1h'), { key: f => f.airport, aggregate: mean(f => f.delay) })));
input
  .add({ number: 'KL1', airport: 'AMS', landedAt: 0, delay: 3, cancelled: false, gap: '5m' }, '10:05')
  .advanceWatermarkTo('11:00')
  .advanceProcessingTime('1s')
  .complete();
is<ReturnType<typeof seen.take>>().exactly<Pane<string, number>[]>(true);
// @ts-expect-error not a flight
input.add({ number: 'KL1' }, '10:05');
