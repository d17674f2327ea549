/** What a job's graph consists of: every stream above those that it runs, once. */
import { operatorId } from '../checkpoint/operatorId.js';
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

/** The operators that a stream consists of, where they are not called as it is. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  joinWith: ['joinWith', 'windowBy'],
  coGroup: ['windowBy'],
  sides: ['sides', 'sides inputs'],
  intervalJoin: ['intervalJoin', 'intervalJoin inputs'],
};

/** By what the state of streams is known, if they have any: also of those that a restart does not connect. */
export function idsOf(streams: readonly EventStream<unknown>[]): Set<string> {
  return new Set(
    streams.flatMap(stream => {
      const kind = /^\w*/.exec(stream.kind)?.[0] as string;
      // Branches share the state of what they are branches of.
      const name = kind === 'split' ? stream.inputs[0]?.name : stream.name;
      return name === undefined ? [] : (PARTS[kind] ?? [kind]).map(part => operatorId(part, name));
    }),
  );
}
