/** A source that is behind: how far it is, since when nothing has come from it, and what can be done about it. */
import { show } from '../errors.js';
import type { SourceState } from '../operators/timeSource.js';
import type { EventStream } from '../stream/eventStream.js';
import { END_OF_TIME, START_OF_TIME, shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { SourceWork } from './atWork.js';
import { reason, type WatermarkBehind } from './reason.js';
import type { RunGraph } from './runGraph.js';
import { inputName, instant, operatorName, span } from './words.js';

/** So many sources of a stream are named. */
export const MOST = 5;

/** For how long nothing has come from a source; undefined: nobody has looked. */
export function silenceOf(graph: RunGraph, { spec }: SourceWork, source: SourceState<any>): number | undefined {
  const now = graph.clock.now();
  if (spec.idleAfter !== Infinity || spec.tick !== undefined) return now - source.heard;
  const watched = graph.silences.get(source);
  return watched?.seen === source.seen ? now - watched.since : undefined;
}

/** The highest event time of a source, where its strategy lets it be known. */
export function lastEventOf({ spec }: SourceWork, { watermark }: SourceState<any>): Timestamp | undefined {
  const { bound } = spec.strategy;
  return watermark === START_OF_TIME || bound === undefined || spec.tick !== undefined ? undefined : watermark + bound;
}

/** Why a source is not where it must be. `source` undefined: none has been heard of. */
export function behind(
  graph: RunGraph,
  stream: EventStream<any>,
  work: SourceWork,
  source: SourceState<any> | undefined,
  until: Watermark,
  ahead: boolean,
  others: number,
): WatermarkBehind {
  const { idleAfter } = work.spec;
  const watermark = source?.watermark ?? START_OF_TIME;
  const silentFor = source && silenceOf(graph, work, source);
  const facts = {
    code: 'watermark-behind' as const,
    operator: operatorName(stream),
    input: source?.id,
    watermark,
    until,
    lastEvent: source && lastEventOf(work, source),
    elements: source?.seen ?? 0,
    silentFor,
    idleIn: idleAfter === Infinity || silentFor === undefined ? undefined : Math.max(0, idleAfter - silentFor),
    others,
  };
  return reason<WatermarkBehind>({
    ...facts,
    text: textOf(facts, work),
    hint: hintOf(facts, work, ahead),
  });
}

type Facts = Omit<WatermarkBehind, 'text' | 'hint' | 'toString'>;

function textOf({ operator, input, watermark, until, lastEvent, silentFor, others }: Facts, { spec }: SourceWork): string {
  const name = inputName(operator, input);
  const { bound, name: strategy } = spec.strategy;
  const silence = silentFor ? ` for ${span(silentFor)}` : '';
  const more = others > 0 ? ` ${others} more of its sources ${others === 1 ? 'is' : 'are'} behind, too.` : '';
  if (watermark === START_OF_TIME) return `No element that moves time has come from ${name}${silence}.${more}`;
  const last = instant(lastEvent ?? 0, until);
  const far = bound === 0 ? ', the time of its latest event' : `, ${span(bound ?? 0)} behind its latest event, of ${last}`;
  const by = lastEvent === undefined ? `, by ${strategy}` : far;
  return `${name} is at ${instant(watermark, until)}${by}${silence && `; nothing has come from it${silence}`}.${more}`;
}

function hintOf({ input, watermark, until, idleIn, elements }: Facts, { spec }: SourceWork, ahead: boolean): string {
  const { tick, strategy, sources } = spec;
  if (until === END_OF_TIME) return 'It has to complete.';
  if (tick !== undefined) return 'Its watermark is the clock: it comes by itself.';
  if (!ahead) {
    if (until === watermark + 1) return 'It goes on with its next element.';
    return strategy.bound === undefined ? '' : `An element of ${instant(shift(until, strategy.bound), until)} or later moves it there.`;
  }
  if (idleIn !== undefined) return `If it stays silent, it holds nobody back any more in ${span(idleIn)}.`;
  const declared =
    elements === 0 && sources.includes(input) ? `${show(input)} is in the option sources: take it out if it is no more. ` : '';
  return `${declared}Set idleAfter on ${spec.kind}, so that a source that is silent does not hold the others back.`;
}
