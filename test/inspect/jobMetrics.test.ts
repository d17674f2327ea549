import { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { atMostOnce, count, eventTime, type JobEvent, run, tumbling, windowBy } from '../../src/index.js';
import { Histogram, type JobMetrics, metricsOf } from '../../src/inspect/jobMetrics.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { at, type Item } from '../streams.js';
import { watchedJob } from './jobs.js';

const soon = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

function numbersOf(metrics: JobMetrics): Record<string, number> {
  const numbers: Record<string, number> = {};
  metrics.read((metric, labels, value) => {
    numbers[[metric, ...Object.values(labels)].join(' ')] = value;
  });
  return numbers;
}

describe('the numbers of a job', () => {
  it('are those of its operators', async () => {
    const { source, job, begun, clock } = watchedJob();
    const metrics = metricsOf(job);
    expect(metricsOf(job)).toBe(metrics);
    expect(numbersOf(metrics)).toEqual({ running: 0, 'checkpoints completed': 0, 'checkpoints failed': 0 });
    await begun;
    for (const [t, v] of [
      [1, 1],
      [2, 2],
      [31, 1],
      [32, 2],
      [33, 1],
      [3, 1],
      [22, 2],
      [9_000, 2],
    ] as const) {
      source.next(at(t, v));
      await soon();
    }
    source.next(at(34, 9));
    clock.advanceTo(130_000);
    expect(numbersOf(metrics)).toEqual({
      running: 1,
      'checkpoints completed': 0,
      'checkpoints failed': 0,
      'elements devices': 8,
      'sources devices idle': 0,
      'sources devices active': 3,
      'source devices 2': 27,
      'source devices 1': 28,
      'source devices 9': 29,
      'dropped devices future': 1,
      'watermark devices eventTime': 27,
      'lag devices eventTime': 103,
      'inside look "up"': 1,
      'calls look "up"': 1,
      'watermark look "up" mapAsync': 27,
      'lag look "up" mapAsync': 103,
      'windows counts': 2,
      'panes counts on-time': 1,
      'dropped counts expired': 1,
      'watermark counts windowBy': 27,
      'lag counts windowBy': 103,
    });
    await job.stop();
    expect(numbersOf(metrics)).toEqual({ running: 0, 'checkpoints completed': 0, 'checkpoints failed': 0 });
    expect(job['~graph'].listeners.size).toBe(0);
  });

  it('count checkpoints', async () => {
    const { job, begun } = watchedJob();
    const metrics = metricsOf(job);
    const heard: number[] = [];
    metrics.listeners.add((_seconds, bytes) => void heard.push(bytes));
    await begun;
    await job.checkpoint();
    await job.stop({ drain: true });
    expect(numbersOf(metrics)['checkpoints completed']).toBe(2);
    expect([heard.length, heard.every(bytes => bytes > 0), metrics.size.sum]).toEqual([2, true, heard[0]! + heard[1]!]);
    expect(metrics.duration.counts.reduce((sum, n) => sum + n)).toBe(2);
  });

  it('go on when the job is begun again', async () => {
    let lives = 0;
    const source = new Observable<Item>(subscriber => {
      for (let t = 0; t < 3; t++) subscriber.next(at(t));
      if (++lives === 1) setImmediate(() => subscriber.error(new Error('boom')));
    });
    const stream = eventTime(atMostOnce(source), { name: 's', timestamp: (item: Item) => item.t }).pipe(
      windowBy(tumbling(10), { name: 'w', aggregate: count() }),
    );
    const job = run(stream, { name: 'job', clock: manualClock(0), restart: { delay: 0 } });
    const metrics = metricsOf(job);
    const begun = (): Promise<void> =>
      new Promise(resolve => job.events.subscribe((event: JobEvent) => event.type === 'started' && resolve()));
    await begun();
    expect(numbersOf(metrics)['elements s']).toBe(3);
    await begun();
    expect(numbersOf(metrics)['elements s']).toBe(6);
    await job.stop();
  });
});

describe('a histogram', () => {
  it('counts by upper bounds, which belong to what lies below', () => {
    const histogram = new Histogram([1, 10]);
    for (const value of [0, 1, 2, 10, 11]) histogram.add(value);
    expect([histogram.counts, histogram.sum]).toEqual([[2, 2, 1], 24]);
  });
});
