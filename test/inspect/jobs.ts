/** A job whose numbers are looked at. */
import { Subject } from 'rxjs';
import { atMostOnce, boundedOutOfOrderness, count, eventTime, type Job, mapAsync, run, tumbling, windowBy } from '../../src/index.js';
import { type ManualClock, manualClock } from '../../src/testing/manualClock.js';
import type { Item } from '../streams.js';

export interface Watched {
  readonly clock: ManualClock;
  readonly source: Subject<Item>;
  readonly job: Job<unknown>;
  /** Resolves when it is at work. */
  readonly begun: Promise<void>;
}

/** Three devices, with a watermark 5 s behind, and windows of 10 s with a lateness of 10 s. */
export function watchedJob(name = 'job'): Watched {
  const clock = manualClock(100_000);
  const source = new Subject<Item>();
  const stream = eventTime(atMostOnce(source), {
    name: 'devices',
    timestamp: (item: Item) => item.t * 1_000,
    watermark: boundedOutOfOrderness('5s'),
    source: item => item.v,
    idleAfter: '1m',
    maxFuture: '1h',
  }).pipe(
    mapAsync((item: Item) => (item.v === 9 ? new Promise<Item>(() => void item) : item), {
      concurrency: 4,
      ordered: false,
      name: 'look "up"',
    }),
    windowBy(tumbling('10s'), { name: 'counts', aggregate: count(), allowedLateness: '10s' }),
  );
  const job = run(stream, { name, clock, checkpoints: { every: '1h' } });
  job.values.subscribe();
  const begun = new Promise<void>(resolve => void job.events.subscribe(event => event.type === 'started' && resolve()));
  return { clock, source, job, begun };
}
