/** What a job's graph consists of: every stream above those that it runs, once. */
import type { Observable } from 'rxjs';
import { mustBe } from '../errors.js';
import { EventStream, type EventTimed } from '../stream/eventStream.js';
import { SinkStream } from './defineSink.js';

/** A pipeline, or several. */
export type Pipelines<T> = (Observable<T> & EventTimed) | readonly (Observable<T> & EventTimed)[];

/** Pipelines as the streams that they are; refuses what is none. */
export function outputsOf<T>(pipelines: Pipelines<T>, where: string): readonly EventStream<T>[] {
  const outputs = (Array.isArray(pipelines) ? pipelines : [pipelines]) as readonly EventStream<T>[];
  if (outputs.length === 0) throw mustBe(where, 'a pipeline or several', pipelines);
  for (const output of outputs)
    if (!(output instanceof EventStream)) throw mustBe(where, 'a stream with event time', output, 'Use eventTime().');
  return outputs;
}

/** All streams above some, and themselves; those that are nearer to the sources come first. */
export function streamsOf(outputs: readonly EventStream<unknown>[]): EventStream<unknown>[] {
  const found = new Set<EventStream<unknown>>();
  const look = (stream: EventStream<unknown>): void => {
    if (found.has(stream)) return;
    stream.inputs.forEach(look);
    found.add(stream);
  };
  outputs.forEach(look);
  return [...found];
}

/** The sinks among them. */
export function sinksOf(streams: readonly EventStream<unknown>[]): SinkStream<unknown>[] {
  return streams.filter(stream => stream instanceof SinkStream);
}
