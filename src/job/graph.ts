/** What a job's graph consists of: every stream above those that it runs, once. */
import type { EventStream } from '../stream/eventStream.js';
import { SinkStream } from './defineSink.js';

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
