/** What is measured of a job, in the words that OpenTelemetry and Prometheus have in common. */

/** One number, or one distribution, with what it is of. */
export interface Sample {
  /** `operator`, `timing`, ... */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A histogram so far. */
export interface Distribution {
  /** Upper bounds, ascending; one more bucket has what lies above. */
  readonly bounds: readonly number[];
  /** How many lie in each bucket. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** What is measured, and as what. */
export interface MetricInfo {
  /** `tidemark.watermark.lag`. */
  readonly name: string;
  /** In seconds, bytes, or of what is counted: `s`, `By`, `{element}`. */
  readonly unit: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
}

/** Which of them. */
export type MetricName =
  | 'elements'
  | 'panes'
  | 'dropped'
  | 'watermark'
  | 'lag'
  | 'source'
  | 'sources'
  | 'windows'
  | 'inside'
  | 'calls'
  | 'checkpoints'
  | 'duration'
  | 'size'
  | 'running';

const info = (name: string, unit: string, kind: MetricInfo['kind'], help: string): MetricInfo => ({
  name: `tidemark.${name}`,
  unit,
  kind,
  help,
});

/** All that is measured. */
export const METRICS: Readonly<Record<MetricName, MetricInfo>> = {
  elements: info('elements', '{element}', 'counter', 'Elements that have come from a source.'),
  panes: info('panes', '{pane}', 'counter', 'Panes that windows have said, by timing; retractions on their own.'),
  dropped: info('elements.dropped', '{element}', 'counter', 'Elements that did not count, by reason.'),
  watermark: info('watermark.time', 's', 'gauge', 'How far an operator has said that event time is, in seconds since the epoch.'),
  lag: info('watermark.lag', 's', 'gauge', 'How far the watermark of an operator is behind the clock.'),
  source: info('source.watermark.time', 's', 'gauge', 'How far a source of an operator is: those that are furthest behind.'),
  sources: info('sources', '{source}', 'gauge', 'Sources of an operator, by whether they are idle.'),
  windows: info('windows.open', '{window}', 'gauge', 'Windows that an operator holds; of sessions, keys that have one.'),
  inside: info('async.elements', '{element}', 'gauge', 'Elements inside an asynchronous operator.'),
  calls: info('async.calls', '{call}', 'gauge', 'Asynchronous calls in flight.'),
  checkpoints: info('checkpoints', '{checkpoint}', 'counter', 'Checkpoints, by whether they were completed.'),
  duration: info('checkpoint.duration', 's', 'histogram', 'From the barrier of a checkpoint until its rows were committed.'),
  size: info('checkpoint.size', 'By', 'histogram', 'What was written for a checkpoint.'),
  running: info('job.running', '1', 'gauge', '1 while the job is at work, else 0.'),
};
