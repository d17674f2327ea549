/**
 * A run as those see it who look into it: its streams, which operator is at work for each of them, and the last elements that did not count.
 * It is written to when operators connect and when elements are dropped, and at no other time.
 */
import type { LateRecord } from '../engine/pane.js';
import type { EventStream } from '../stream/eventStream.js';
import type { Lookout } from '../stream/sink.js';
import { systemClock } from '../stream/systemClock.js';
import type { Clock } from '../time/clock.js';

/** So many dropped elements of each operator are remembered. */
const DROPS = 16;

/** Hears of operators and of what they drop, as long as it listens. */
export interface GraphListener {
  works(stream: EventStream<any>, work: object): void;
  drops(stream: EventStream<any>, record: LateRecord<unknown>): void;
}

export class RunGraph implements Lookout {
  /** By which silence is measured. */
  clock: Clock = systemClock;
  /** Where the job is in its life. */
  state = 'starting';
  readonly outputs: readonly EventStream<any>[];
  /** By stream. */
  readonly atWork: Map<object, object> = new Map<object, object>();
  readonly listeners: Set<GraphListener> = new Set<GraphListener>();
  readonly #streams = new WeakMap<object, EventStream<any>>();
  readonly #dropped = new Map<object, LateRecord<unknown>[]>();
  /** What a watch has found out of sources: since when, by the clock, so many elements have come from them. */
  readonly silences: WeakMap<object, { readonly seen: number; readonly since: number }> = new WeakMap();

  constructor(outputs: readonly EventStream<any>[]) {
    this.outputs = outputs;
  }

  works(stream: object, work: object): void {
    this.atWork.set(stream, work);
    this.#streams.set(work, stream as EventStream<any>);
    for (const listener of this.listeners) listener.works(stream as EventStream<any>, work);
  }

  drops(work: object, record: LateRecord<unknown>): void {
    const stream = this.#streams.get(work) as EventStream<any>;
    const records = this.#dropped.get(stream) ?? [];
    if (records.push(record) > DROPS) records.shift();
    this.#dropped.set(stream, records);
    for (const listener of this.listeners) listener.drops(stream, record);
  }

  /** The last elements that an operator has dropped, the newest last. */
  droppedBy(stream: object): readonly LateRecord<unknown>[] {
    return this.#dropped.get(stream) ?? [];
  }

  /** A life of the job begins or is over: nobody is at work. */
  clear(): void {
    this.atWork.clear();
  }
}

/** Something at work that can be looked into: a job, or a recording of a test. */
export interface Inspectable {
  /** @internal */
  readonly '~graph': RunGraph;
}
