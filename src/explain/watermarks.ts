import { show, TidemarkError } from '../errors.js';
import type { EventStream } from '../stream/eventStream.js';
import { streamsOf } from '../stream/streamsOf.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import { heardOf, isConfluence, isSource, type SourceWork, sentOf } from './atWork.js';
import { lastEventOf, silenceOf } from './behind.js';
import { holdsOf } from './holds.js';
import { type Hold, linesOf } from './reason.js';
import type { Inspectable, RunGraph } from './runGraph.js';
import { instant, operatorName, span } from './words.js';

/** How far one of the sources of an `eventTime` is. */
export interface SourceWatermark {
  /** Which it is, as the option `source` says; undefined: the stream has one alone. */
  readonly input: unknown;
  /** How far it is. */
  readonly watermark: Watermark;
  /** It was silent for `idleAfter`, and holds nobody back. */
  readonly idle: boolean;
  /** The highest event time that has come; undefined: none has, or its strategy does not tell. */
  readonly lastEvent: Timestamp | undefined;
  /** How many elements have come in this run. */
  readonly elements: number;
  /** For how long none has come, by the clock of the run; undefined: that is not known. */
  readonly silentFor: number | undefined;
}

/** How far time has come at one operator. `String()` says it in a line, and below what holds it back. */
export interface OperatorWatermark {
  /** Its name, else what it is. */
  readonly operator: string;
  /** What it is: `windowBy(tumbling(1h)) "delays"`. */
  readonly kind: string;
  /** How far it has said that time is. */
  readonly watermark: Watermark;
  /** How far time has come to it: the same, unless it holds the watermark back. Undefined for sources. */
  readonly heard: Watermark | undefined;
  /** How far the watermark is behind the clock, in milliseconds; undefined while it has said none, and at the end of time. */
  readonly lag: number | undefined;
  /** All of its inputs are idle. */
  readonly idle: boolean;
  /** Of an `eventTime`: its sources. Empty for all others. */
  readonly sources: readonly SourceWatermark[];
  /** What must move before its watermark does. */
  readonly heldBy: readonly Hold[];
  /** In sentences. */
  toString(): string;
}

/**
 * How far time has come in a job: at each operator that has a say in it, from the sources on, and what holds it back there.
 *
 * @param job A job, or in tests a recording.
 * @param operator The name of one operator: then of those alone that bear it. Default: all.
 * @throws TidemarkError `BAD_OPTION` where no operator has this name.
 * @example
 * ```ts
 * import { count, eventTime, replayable, run, tumbling, watermarks, windowBy } from 'tidemark';
 *
 * const clicks = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: click => click.at });
 * const job = run(clicks.pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() })), { name: 'clicks' });
 * for (const { operator, watermark, lag } of watermarks(job)) console.log(operator, watermark, lag);
 * console.log(watermarks(job, 'perHour').join('\n')); // perHour is at ..., and what holds it back
 * ```
 */
export function watermarks(job: Inspectable, operator?: string): readonly OperatorWatermark[] {
  const graph = job['~graph'];
  const streams = streamsOf(graph.outputs).filter(stream => operator === undefined || stream.name === operator);
  if (streams.length === 0) throw new TidemarkError('BAD_OPTION', `watermarks: no operator is called ${show(operator)}.`);
  return streams.flatMap(stream => {
    const work = graph.atWork.get(stream);
    return work && sentOf(work) !== undefined ? [new AtOperator(graph, stream, work)] : [];
  });
}

class AtOperator implements OperatorWatermark {
  readonly operator: string;
  readonly kind: string;
  readonly watermark: Watermark;
  readonly heard: Watermark | undefined;
  readonly lag: number | undefined;
  readonly idle: boolean;
  readonly sources: readonly SourceWatermark[];
  readonly heldBy: readonly Hold[];

  constructor(graph: RunGraph, stream: EventStream<any>, work: object) {
    const watermark = sentOf(work) as Watermark;
    const speaks = watermark > START_OF_TIME && watermark < END_OF_TIME;
    this.operator = operatorName(stream);
    this.kind = stream.kind;
    this.watermark = watermark;
    this.heard = heardOf(work);
    this.lag = speaks ? graph.clock.now() - watermark : undefined;
    this.idle = (isSource(work) || isConfluence(work)) && work.inputs.idle;
    this.sources = isSource(work) ? sourcesOf(graph, work) : [];
    this.heldBy = watermark < END_OF_TIME ? holdsOf(graph, stream, watermark + 1) : [];
  }

  toString(): string {
    const { kind, watermark, lag, heldBy } = this;
    const behind = lag === undefined ? '' : `, ${lag < 0 ? `${span(-lag)} ahead of` : `${span(lag)} behind`} the clock`;
    const first = watermark === START_OF_TIME ? `${kind} has said no watermark yet.` : `${kind} is at ${instant(watermark)}${behind}.`;
    return [first, ...linesOf(heldBy)].join('\n');
  }
}

function sourcesOf(graph: RunGraph, work: SourceWork): SourceWatermark[] {
  return [...work.inputs.all()].map(source => ({
    input: source.id,
    watermark: source.watermark,
    idle: source.idle,
    lastEvent: lastEventOf(work, source),
    elements: source.seen,
    silentFor: silenceOf(graph, work, source),
  }));
}
