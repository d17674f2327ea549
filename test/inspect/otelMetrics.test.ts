import { type BatchObservableCallback, createNoopMeter, type Meter, type MetricOptions, metrics } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/inspect/metric.js';
import { otelMetrics } from '../../src/inspect/otelMetrics.js';
import { at } from '../streams.js';
import { refusal } from '../support.js';
import { watchedJob } from './jobs.js';

/** A meter that writes down what it is given. */
function meterOf() {
  const made = new Map<string, string>();
  const recorded: [string, number, unknown][] = [];
  const callbacks = new Set<BatchObservableCallback>();
  const make = (kind: string) => (name: string, options?: MetricOptions) => {
    made.set(name, `${kind} ${options?.unit}`);
    return { name, record: (value: number, attributes: unknown) => void recorded.push([name, value, attributes]) };
  };
  const meter = {
    createHistogram: make('histogram'),
    createObservableCounter: make('counter'),
    createObservableGauge: make('gauge'),
    addBatchObservableCallback: (callback: BatchObservableCallback) => void callbacks.add(callback),
    removeBatchObservableCallback: (callback: BatchObservableCallback) => void callbacks.delete(callback),
  } as unknown as Meter;
  const collect = (): [string, number, unknown][] => {
    const said: [string, number, unknown][] = [];
    const result = {
      observe: (of: unknown, value: number, attributes: unknown) => void said.push([(of as { name: string }).name, value, attributes]),
    };
    for (const callback of callbacks) void callback(result as never);
    return said;
  };
  return { meter, made, recorded, callbacks, collect };
}

describe('the numbers for OpenTelemetry', () => {
  it('are instruments of all that is measured', async () => {
    const { job } = watchedJob();
    const { meter, made } = meterOf();
    otelMetrics(job, meter);
    expect(Object.fromEntries(made)).toEqual(
      Object.fromEntries(Object.values(METRICS).map(({ name, kind, unit }) => [name, `${kind} ${unit}`])),
    );
    await job.stop();
  });

  it('are observed when they are collected, and recorded with each checkpoint', async () => {
    const { job, source, begun } = watchedJob();
    const { meter, recorded, collect } = meterOf();
    otelMetrics(job, meter);
    await begun;
    source.next(at(20, 1));
    expect(collect()).toContainEqual(['tidemark.watermark.lag', 85, { job: 'job', operator: 'devices', kind: 'eventTime' }]);
    await job.checkpoint();
    expect(recorded.map(([name, , attributes]) => [name, attributes])).toEqual([
      ['tidemark.checkpoint.duration', { job: 'job' }],
      ['tidemark.checkpoint.size', { job: 'job' }],
    ]);
    await job.stop();
  });

  it('end with the job, or before', async () => {
    const { job, begun } = watchedJob();
    const [one, two] = [meterOf(), meterOf()];
    otelMetrics(job, one.meter).unsubscribe();
    expect(one.callbacks.size).toBe(0);
    otelMetrics(job, two.meter);
    await begun;
    await job.stop();
    expect(two.callbacks.size).toBe(0);
  });

  it('need a meter; that of an absent SDK will do', async () => {
    const { job } = watchedJob();
    expect(refusal(() => otelMetrics(job, {} as never))).toMatch(/^BAD_OPTION: otelMetrics: its second argument/);
    otelMetrics(job, metrics.getMeter('tidemark'));
    otelMetrics(job, createNoopMeter());
    await job.stop();
  });
});
