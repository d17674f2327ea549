/**
 * What keeps a watermark from coming: a walk up the graph, from the stream whose time is waited for to the sources, through every operator
 * that has said less than that. Only those are named that are behind themselves; who merely hears of it late is passed by.
 */

import type { EventStream } from '../stream/eventStream.js';
import { END_OF_TIME, START_OF_TIME, shift, type Watermark } from '../time/timestamp.js';
import {
  type AsyncWork,
  type ConfluenceWork,
  heardOf,
  isAsync,
  isConfluence,
  isPanes,
  isSource,
  type SourceWork,
  sentOf,
} from './atWork.js';
import { behind, MOST } from './behind.js';
import { type HeldBack, type Hold, type IdleAll, type InFlight, reason, type WatermarkBehind } from './reason.js';
import type { RunGraph } from './runGraph.js';
import { instant, operatorName, several } from './words.js';

/** How far a stream has said that time is. */
export function sentBy(graph: RunGraph, stream: EventStream<any>): Watermark {
  const sent = sentOf(graph.atWork.get(stream));
  if (sent !== undefined) return sent;
  const [input] = stream.inputs;
  return input ? sentBy(graph, input) : START_OF_TIME;
}

/** What must move before `stream` says a watermark of `until` or more; empty: it has said it. `ahead`: others are there, and wait for it. */
export function holdsOf(graph: RunGraph, stream: EventStream<any>, until: Watermark, ahead = false): Hold[] {
  const work = graph.atWork.get(stream);
  if (sentBy(graph, stream) >= until) return [];
  if (isSource(work)) return ofSource(graph, stream, work, until, ahead);
  if (isConfluence(work)) return ofConfluence(graph, stream, work, until, ahead);
  const heard = heardOf(work);
  const [input] = stream.inputs;
  if (heard === undefined) return input ? holdsOf(graph, input, until, ahead) : [unknownSource(stream, sentBy(graph, stream), until)];
  const needs = isPanes(work) ? shift(until, work.delay) : until;
  if (heard < needs) return holdsOf(graph, input as EventStream<any>, needs, ahead);
  if (isAsync(work)) return [inFlight(stream, work, until)];
  // What it waits for comes with a later watermark.
  return [heldBack(stream, sentOf(work) as Watermark, heard, until), ...holdsOf(graph, input as EventStream<any>, shift(heard, 1), ahead)];
}

function ofSource(graph: RunGraph, stream: EventStream<any>, work: SourceWork, until: Watermark, ahead: boolean): Hold[] {
  const { inputs } = work;
  const all = inputs.all();
  if (inputs.idle) return [idleAll(stream, inputs.watermark, until, all.length)];
  const slow = all.filter(({ idle, watermark }) => !idle && watermark < until).sort((a, b) => a.watermark - b.watermark);
  if (all.length === 0) return [behind(graph, stream, work, undefined, until, ahead, 0)];
  const others = ahead || slow.length < all.length;
  const rest = Math.max(0, slow.length - MOST);
  return slow.slice(0, MOST).map((source, i) => behind(graph, stream, work, source, until, others, i === MOST - 1 ? rest : 0));
}

function ofConfluence(graph: RunGraph, stream: EventStream<any>, work: ConfluenceWork, until: Watermark, ahead: boolean): Hold[] {
  const { inputs, ends, sink } = work;
  const heard = inputs.watermark;
  // What it waits for comes with a later watermark.
  if (heard >= until)
    return [heldBack(stream, sink.machine?.sent ?? heard, heard, until), ...ofConfluence(graph, stream, work, shift(heard, 1), ahead)];
  const open = ends.filter(({ done }) => !done);
  if (inputs.idle) return [idleAll(stream, heard, until, open.length)];
  const slow = open.filter(({ idle, watermark }) => !idle && watermark < until);
  const others = ahead || slow.length < open.length;
  return slow.flatMap(({ number }) => holdsOf(graph, stream.inputs[number] as EventStream<any>, until, others));
}

function idleAll(stream: EventStream<any>, watermark: Watermark, until: Watermark, inputs: number): IdleAll {
  const operator = operatorName(stream);
  return reason<IdleAll>({
    code: 'idle-all',
    operator,
    watermark,
    until,
    inputs,
    text: `${inputs === 1 ? `${operator} is idle` : `All ${inputs} inputs of ${operator} are idle`}: time stands still at ${instant(watermark)}.`,
    hint: "It goes on with the next element. Windows that cannot wait for one need an early trigger by the clock: afterWatermark({ early: afterProcessingTime('1m') }).",
  });
}

function inFlight(stream: EventStream<any>, { held, calls }: AsyncWork, until: Watermark): InFlight {
  const oldest = held.first?.timestamp;
  const operator = operatorName(stream);
  const waiting = held.size > calls.size ? `${several(held.size, 'element')} inside, ` : '';
  return reason<InFlight>({
    code: 'in-flight',
    operator,
    watermark: held.sent,
    until,
    inside: held.size,
    calls: calls.size,
    oldest,
    text: `${operator} has ${waiting}${several(calls.size, 'call')} in flight, and time does not pass them: the oldest is for an element of ${instant(oldest as number, until)}.`,
    hint: 'Give it a timeout, so that a call that hangs ends, or a higher concurrency.',
  });
}

function heldBack(stream: EventStream<any>, watermark: Watermark, heard: Watermark, until: Watermark): HeldBack {
  const operator = operatorName(stream);
  return reason<HeldBack>({
    code: 'held-back',
    operator,
    watermark,
    until,
    heard,
    text: `${operator} has heard of ${instant(heard, until)}, but holds the watermark back at ${instant(watermark, until)}: something of that time is still to come out of it.`,
    hint: '',
  });
}

/** A source that is none of ours. */
function unknownSource(stream: EventStream<any>, watermark: Watermark, until: Watermark): Hold {
  const operator = operatorName(stream);
  return reason<WatermarkBehind>({
    code: 'watermark-behind',
    operator,
    input: undefined,
    watermark,
    until,
    lastEvent: undefined,
    elements: 0,
    silentFor: undefined,
    idleIn: undefined,
    others: 0,
    text: watermark === START_OF_TIME ? `${operator} has not said how far time is.` : `${operator} is at ${instant(watermark, until)}.`,
    hint: until === END_OF_TIME ? 'It has to complete.' : '',
  });
}
