/**
 * The numbers of a job. What operators count anyway is read when it is asked for; panes and checkpoints are counted from the first question
 * on. Nothing walks state.
 */
import type { Pane } from '../engine/pane.js';
import { isAsync, isSource, isWindows, type SourceWork, sentOf } from '../explain/atWork.js';
import { countsOf } from '../explain/dropped.js';
import { openIn } from '../explain/heldWindows.js';
import type { RunGraph } from '../explain/runGraph.js';
import { operatorName } from '../explain/words.js';
import type { Job } from '../job/job.js';
import type { JobEvent } from '../job/jobEvent.js';
import type { EventStream } from '../stream/eventStream.js';
import { streamsOf } from '../stream/streamsOf.js';
import { END_OF_TIME, START_OF_TIME, type Watermark } from '../time/timestamp.js';
import type { Distribution, MetricName, Sample } from './metric.js';
import { listen } from './taps.js';

/** So many sources of an operator are shown one by one, lest a number for each device fill the store of them. */
const SOURCES = 10;

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const BYTES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** Whoever wants to hear of checkpoints as they come. */
export type CheckpointListener = (seconds: number, bytes: number) => void;

type Say = (metric: MetricName, labels: Sample['labels'], value: number) => void;

const all = new WeakMap<RunGraph, JobMetrics>();

/** The metrics of a job: the same whoever asks. */
export function metricsOf(job: Job<unknown>): JobMetrics {
  const graph = job['~graph'];
  const metrics = all.get(graph) ?? new JobMetrics(job);
  all.set(graph, metrics);
  return metrics;
}

export class JobMetrics {
  readonly duration: Histogram = new Histogram(SECONDS);
  readonly size: Histogram = new Histogram(BYTES);
  readonly listeners: Set<CheckpointListener> = new Set<CheckpointListener>();
  readonly #job: Job<unknown>;
  /** By operator and timing. */
  readonly #panes = new Map<string, Map<string, number>>();
  /** Elements of lives before the one at work, by stream, and the source that counts now. */
  readonly #before = new Map<EventStream<any>, { readonly work: SourceWork; readonly elements: number }>();
  #completed = 0;
  #failed = 0;

  constructor(job: Job<unknown>) {
    this.#job = job;
    const graph = job['~graph'];
    const leave = listen(graph, {
      elements() {},
      watermark() {},
      idle() {},
      drop() {},
      pane: (stream, pane) => this.#pane(operatorName(stream), pane),
    });
    job.events.subscribe({ next: event => this.#hear(event), complete: leave });
  }

  /** Says each number there is now. */
  read(say: Say): void {
    const graph = this.#job['~graph'];
    const now = graph.clock.now();
    say('running', {}, this.#job.status.state === 'running' ? 1 : 0);
    say('checkpoints', { result: 'completed' }, this.#completed);
    say('checkpoints', { result: 'failed' }, this.#failed);
    for (const stream of streamsOf(graph.outputs)) {
      const work = graph.atWork.get(stream);
      if (!work) continue;
      const operator = operatorName(stream);
      if (isSource(work)) this.#source(stream, work, operator, say);
      if (isWindows(work)) {
        const open = openIn(work.machine);
        if (open !== undefined) say('windows', { operator }, open);
        for (const [timing, count] of this.#panes.get(operator) ?? []) say('panes', { operator, timing }, count);
      }
      if (isAsync(work)) {
        say('inside', { operator }, work.held.size);
        say('calls', { operator }, work.calls.size);
      }
      for (const [reason, count] of Object.entries(countsOf(graph, stream))) say('dropped', { operator, reason }, count);
      const watermark = sentOf(work);
      if (watermark === undefined || !isTime(watermark)) continue;
      // An operator on panes has the name of the windows that it stands on.
      const labels = { operator, kind: /^\w*/.exec(stream.kind)?.[0] as string };
      say('watermark', labels, watermark / 1_000);
      say('lag', labels, (now - watermark) / 1_000);
    }
  }

  #source(stream: EventStream<any>, work: SourceWork, operator: string, say: Say): void {
    const sources = work.inputs.all();
    let elements = 0;
    let idle = 0;
    for (const source of sources) {
      elements += source.seen;
      if (source.idle) idle++;
    }
    const known = this.#before.get(stream);
    if (known?.work !== work) this.#before.set(stream, { work, elements: known ? known.elements + elementsOf(known.work) : 0 });
    say('elements', { operator }, elements + (this.#before.get(stream)?.elements ?? 0));
    say('sources', { operator, state: 'idle' }, idle);
    say('sources', { operator, state: 'active' }, sources.length - idle);
    if (work.spec.source === undefined) return;
    const slow = sources.filter(source => !source.idle && isTime(source.watermark)).sort((a, b) => a.watermark - b.watermark);
    for (const { id, watermark } of slow.slice(0, SOURCES)) say('source', { operator, source: String(id) }, watermark / 1_000);
  }

  #pane(operator: string, pane: Pane<unknown, unknown>): void {
    let timings = this.#panes.get(operator);
    if (!timings) this.#panes.set(operator, (timings = new Map()));
    const timing = pane.retraction ? 'retraction' : pane.timing;
    timings.set(timing, (timings.get(timing) ?? 0) + 1);
  }

  #hear(event: JobEvent): void {
    if (event.type === 'checkpointFailed') this.#failed++;
    if (event.type !== 'checkpoint') return;
    const { milliseconds, bytes } = event.checkpoint;
    this.#completed++;
    this.duration.add(milliseconds / 1_000);
    this.size.add(bytes);
    for (const listener of this.listeners) listener(milliseconds / 1_000, bytes);
  }
}

function elementsOf({ inputs }: SourceWork): number {
  return inputs.all().reduce((sum, { seen }) => sum + seen, 0);
}

/** Neither of the ends is an instant. */
function isTime(watermark: Watermark): boolean {
  return watermark > START_OF_TIME && watermark < END_OF_TIME;
}

/** Counts by upper bound. */
export class Histogram implements Distribution {
  readonly bounds: readonly number[];
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    const at = this.bounds.findIndex(bound => value <= bound);
    const bucket = at < 0 ? this.bounds.length : at;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sum += value;
  }
}
