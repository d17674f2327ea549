/** The streams of a graph, from the sources to the ends. */
import type { EventStream } from './eventStream.js';

/** All streams above some, and themselves; those that are nearer to the sources come first. */
export function streamsOf(outputs: readonly EventStream<any>[]): EventStream<any>[] {
  const found = new Set<EventStream<any>>();
  const look = (stream: EventStream<any>): void => {
    if (found.has(stream)) return;
    stream.inputs.forEach(look);
    found.add(stream);
  };
  outputs.forEach(look);
  return [...found];
}
