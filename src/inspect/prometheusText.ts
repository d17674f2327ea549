import type { Job } from '../job/job.js';
import { metricsOf } from './jobMetrics.js';
import { type Distribution, METRICS, type MetricInfo, type MetricName, type Sample } from './metric.js';

/** What units are called at the end of a name. */
const UNITS: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/**
 * The numbers of a job in the text format of Prometheus (exposition format 0.0.4), for an endpoint `/metrics`. Serve it as
 * `text/plain; version=0.0.4`. Panes, and how long checkpoints take, are counted from the first call on: so call it once when the job begins.
 *
 * `job` is the label of the name of the job, and `operator` that of an operator's name. See docs/observe.md for all of them.
 *
 * @param jobs One job, or several of one process.
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { count, eventTime, prometheusText, replayable, run, tumbling, windowBy } from 'tidemark';
 *
 * const clicks = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: click => click.at });
 * const job = run(clicks.pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() })), { name: 'clicks' });
 * prometheusText(job); // counts from now on
 * createServer((_request, response) => {
 *   response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(prometheusText(job));
 * });
 * ```
 */
export function prometheusText(...jobs: readonly Job<any>[]): string {
  const samples = new Map<MetricName, Sample[]>();
  const histograms: { readonly metric: 'duration' | 'size'; readonly job: string; readonly of: Distribution }[] = [];
  for (const job of jobs) {
    const metrics = metricsOf(job);
    metrics.read((metric, labels, value) => {
      const said = samples.get(metric) ?? [];
      said.push({ labels: { job: job.name, ...labels }, value });
      samples.set(metric, said);
    });
    for (const metric of ['duration', 'size'] as const) histograms.push({ metric, job: job.name, of: metrics[metric] });
  }
  let text = '';
  for (const [metric, said] of samples) {
    const name = nameOf(METRICS[metric]);
    text += headOf(METRICS[metric], name);
    for (const { labels, value } of said) text += line(name, labels, value);
  }
  for (const metric of ['duration', 'size'] as const) {
    const name = nameOf(METRICS[metric]);
    text += headOf(METRICS[metric], name);
    for (const { job, of, ...one } of histograms) if (one.metric === metric) text += bucketsOf(name, job, of);
  }
  return text;
}

function nameOf({ name, unit, kind }: MetricInfo): string {
  return `${name.replaceAll('.', '_')}${UNITS[unit] ?? ''}${kind === 'counter' ? '_total' : ''}`;
}

function headOf({ help, kind }: MetricInfo, name: string): string {
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${kind}\n`;
}

function bucketsOf(name: string, job: string, { bounds, counts, sum }: Distribution): string {
  let text = '';
  let below = 0;
  counts.forEach((count, at) => {
    below += count;
    text += line(`${name}_bucket`, { job, le: at < bounds.length ? String(bounds[at]) : '+Inf' }, below);
  });
  return `${text}${line(`${name}_sum`, { job }, sum)}${line(`${name}_count`, { job }, below)}`;
}

function line(name: string, labels: Sample['labels'], value: number): string {
  const all = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`);
  return `${name}{${all.join(',')}} ${value}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
