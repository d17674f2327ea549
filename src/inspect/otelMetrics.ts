import type { BatchObservableResult, Observable as Instrument, Meter } from '@opentelemetry/api';
import { Subscription, type Unsubscribable } from 'rxjs';
import { mustBe } from '../errors.js';
import type { Job } from '../job/job.js';
import { metricsOf } from './jobMetrics.js';
import { METRICS, type MetricName } from './metric.js';

/**
 * Gives the numbers of a job to OpenTelemetry: counters and gauges are observed when the meter's reader collects, and each checkpoint is
 * recorded in two histograms. What there is stands in docs/observe.md; `job` and `operator` are attributes.
 *
 * @param job Of which panes are counted from now on: call it right behind `run`.
 * @param meter Such as `metrics.getMeter('tidemark')` of `@opentelemetry/api`. Without an SDK it does nothing, as is its way.
 * @returns Unsubscribe, and nothing more is said. It is over by itself when the job is.
 * @throws TidemarkError `BAD_OPTION` for what is no meter.
 * @example
 * ```ts
 * import { metrics } from '@opentelemetry/api';
 * import { count, eventTime, replayable, run, tumbling, windowBy } from 'tidemark';
 * import { otelMetrics } from 'tidemark/otel';
 *
 * const clicks = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: click => click.at });
 * const job = run(clicks.pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() })), { name: 'clicks' });
 * otelMetrics(job, metrics.getMeter('tidemark'));
 * ```
 */
export function otelMetrics(job: Job<any>, meter: Meter): Unsubscribable {
  if (typeof meter?.createHistogram !== 'function')
    throw mustBe('otelMetrics: its second argument', "a meter, such as metrics.getMeter('tidemark')", meter);
  const of = { job: job.name };
  const numbers = metricsOf(job);
  const [duration, size] = (['duration', 'size'] as const).map(metric => {
    const { name, unit, help } = METRICS[metric];
    return meter.createHistogram(name, { unit, description: help, advice: { explicitBucketBoundaries: [...numbers[metric].bounds] } });
  });
  const record = (seconds: number, bytes: number): void => {
    duration?.record(seconds, of);
    size?.record(bytes, of);
  };
  const observed = observablesOf(meter);
  const instruments = [...observed.values()];
  const observe = (result: BatchObservableResult): void =>
    numbers.read((metric, labels, value) => {
      const instrument = observed.get(metric);
      if (instrument) result.observe(instrument, value, { ...of, ...labels });
    });
  meter.addBatchObservableCallback(observe, instruments);
  numbers.listeners.add(record);
  const all = new Subscription(() => {
    numbers.listeners.delete(record);
    meter.removeBatchObservableCallback(observe, instruments);
  });
  job.events.subscribe({ complete: () => all.unsubscribe() });
  return all;
}

/** An instrument for each number that is read when it is asked for. */
function observablesOf(meter: Meter): Map<MetricName, Instrument> {
  const made = new Map<MetricName, Instrument>();
  for (const [metric, { name, unit, kind, help }] of Object.entries(METRICS)) {
    const options = { unit, description: help };
    if (kind === 'counter') made.set(metric as MetricName, meter.createObservableCounter(name, options));
    else if (kind === 'gauge') made.set(metric as MetricName, meter.createObservableGauge(name, options));
  }
  return made;
}
