/**
 * Pond 0.9, the time-series library of ESnet: windows by event time, but in order alone. It emits a window when an event of the
 * next one comes and forgets it, so that what comes late starts the window anew: other results than ours.
 * It needs `@babel/runtime` beside it, which it does not declare, and changes the built-in objects of the whole process.
 */
import { createRequire } from 'node:module';
import type { Event } from '../workloads/events.js';
import { Digest } from './digest.js';

/** The part of the module that is used here; it comes without types. */
interface Pond {
  readonly Pipeline: () => Pipeline;
  readonly Stream: new () => Stream;
  readonly EventOut: unknown;
  readonly TimeEvent: new (time: Date, data: object) => unknown;
  readonly keep: () => unknown;
  readonly sum: () => unknown;
}

interface Stream {
  addEvent(event: unknown): void;
}

interface Pipeline {
  from(source: Stream): Pipeline;
  windowBy(window: string): Pipeline;
  groupBy(field: string): Pipeline;
  emitOn(when: 'discard'): Pipeline;
  aggregate(fields: object): Pipeline;
  to(out: unknown, callback: (event: Result) => void): Pipeline;
}

interface Result {
  get(field: string): unknown;
  timerange(): { begin(): Date };
}

const { Pipeline, Stream, EventOut, TimeEvent, keep, sum } = createRequire(import.meta.url)('pondjs') as Pond;

export function pondWindows(events: readonly Event<string>[], window: string): Digest {
  const digest = new Digest();
  const stream = new Stream();
  Pipeline()
    .from(stream)
    .windowBy(window)
    .groupBy('key')
    .emitOn('discard')
    .aggregate({ key: { key: keep() }, total: { value: sum() } })
    .to(EventOut, result => digest.add(result.timerange().begin().getTime(), result.get('key'), result.get('total') as number));
  for (const { key, value, timestamp } of events) stream.addEvent(new TimeEvent(new Date(timestamp), { key, value }));
  return digest;
}
