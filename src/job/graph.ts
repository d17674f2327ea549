/** What a job's graph consists of: every stream above those that it runs, once. */

import type { Observable } from 'rxjs';
import { operatorId } from '../checkpoint/operatorId.js';
import { mustBe } from '../errors.js';
import { EventStream, type EventTimed } from '../stream/eventStream.js';
import { SinkStream } from './defineSink.js';
import type { Job } from './job.js';
import type { JobSpec } from './jobSpec.js';

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

/** The sinks among them. */
export function sinksOf(streams: readonly EventStream<unknown>[]): SinkStream<unknown>[] {
  return streams.filter(stream => stream instanceof SinkStream);
}

/** A source that many processes divide among themselves runs the jobs that read it: as tasks, each of which is a job over its part. */
export interface DividedSource {
  runInTasks<T>(outputs: readonly EventStream<T>[], spec: JobSpec): Job<T>;
}

/** The source among them that is divided, if there is one. */
export function dividedOf(streams: readonly EventStream<unknown>[]): DividedSource | undefined {
  return streams.find(stream => 'runInTasks' in stream) as DividedSource | undefined;
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
