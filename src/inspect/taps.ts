/**
 * Looks at what goes on between the operators of a run. A tap is put between an operator and what stands behind it when the first listener
 * comes, and is taken out when the last one goes: so what nobody listens to costs nothing. Arrays are still worked off in one loop.
 */

import type { Stretch } from '../engine/machine.js';
import type { LateRecord, Pane } from '../engine/pane.js';
import { isSource, isWindows } from '../explain/atWork.js';
import type { GraphListener, RunGraph } from '../explain/runGraph.js';
import type { EventStream } from '../stream/eventStream.js';
import type { EventSink } from '../stream/sink.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';

type AnyStream = EventStream<any>;

/** Hears what happens. Must not throw. */
export interface TapListener {
  /** So many elements have come, of which this is the last. */
  elements(stream: AnyStream, value: unknown, timestamp: Timestamp, count: number): void;
  pane(stream: AnyStream, pane: Pane<unknown, unknown>): void;
  watermark(stream: AnyStream, time: Watermark): void;
  idle(stream: AnyStream): void;
  drop(stream: AnyStream, record: LateRecord<unknown>): void;
}

/** Something that says its results to a sink which can be exchanged. */
interface Tapped {
  sink: EventSink<any>;
}

const hubs = new WeakMap<RunGraph, Hub>();

/** Hears of all that happens in a run, until what is returned is called. */
export function listen(graph: RunGraph, listener: TapListener): () => void {
  const hub = hubs.get(graph) ?? new Hub(graph);
  hubs.set(graph, hub);
  return hub.add(listener);
}

/** All who listen to one run. */
class Hub implements GraphListener {
  readonly #graph: RunGraph;
  /** Replaced and not changed, so that a listener may go while it is told. */
  #listeners: readonly TapListener[] = [];
  /** Of the works that are tapped, by stream. */
  readonly #taps = new Map<AnyStream, { readonly work: Tapped; readonly tap: Tap }>();

  constructor(graph: RunGraph) {
    this.#graph = graph;
  }

  add(listener: TapListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    if (this.#listeners.length === 1) this.#open();
    return () => {
      const others = this.#listeners.filter(other => other !== listener);
      const last = others.length === 0 && this.#listeners.length > 0;
      this.#listeners = others;
      if (last) this.#close();
    };
  }

  works(stream: AnyStream, work: object): void {
    if (!isSource(work) && !isWindows(work)) return;
    const tap = new Tap(work.sink, stream, isWindows(work), call => {
      for (const listener of this.#listeners) call(listener);
    });
    work.sink = tap;
    this.#taps.set(stream, { work, tap });
  }

  drops(stream: AnyStream, record: LateRecord<unknown>): void {
    for (const listener of this.#listeners) listener.drop(stream, record);
  }

  #open(): void {
    this.#graph.listeners.add(this);
    for (const [stream, work] of this.#graph.atWork) this.works(stream as AnyStream, work);
  }

  #close(): void {
    this.#graph.listeners.delete(this);
    for (const { work, tap } of this.#taps.values()) work.sink = tap.inner;
    this.#taps.clear();
  }
}

class Tap implements EventSink<any> {
  readonly inner: EventSink<any>;
  readonly run: ((stretch: Stretch<any>) => void) | undefined;
  readonly #stream: AnyStream;
  /** Panes come here; otherwise elements. */
  readonly #panes: boolean;
  readonly #tell: (call: (listener: TapListener) => void) => void;

  constructor(inner: EventSink<any>, stream: AnyStream, panes: boolean, tell: (call: (listener: TapListener) => void) => void) {
    this.inner = inner;
    this.#stream = stream;
    this.#panes = panes;
    this.#tell = tell;
    if (inner.run) this.run = stretch => this.#run(stretch);
  }

  get closed(): boolean {
    return this.inner.closed;
  }

  next(value: any, timestamp: Timestamp, diff: 1 | -1): void {
    const stream = this.#stream;
    if (this.#panes) this.#tell(listener => listener.pane(stream, value as Pane<unknown, unknown>));
    else this.#tell(listener => listener.elements(stream, value, timestamp, 1));
    this.inner.next(value, timestamp, diff);
  }

  watermark(time: Watermark): void {
    this.#tell(listener => listener.watermark(this.#stream, time));
    this.inner.watermark(time);
  }

  idle(): void {
    this.#tell(listener => listener.idle(this.#stream));
    this.inner.idle();
  }

  error(error: unknown): void {
    this.inner.error(error);
  }

  complete(): void {
    this.inner.complete();
  }

  #run(stretch: Stretch<any>): void {
    const { at, watermark } = stretch;
    this.inner.run?.(stretch);
    const count = stretch.at - at;
    if (count === 0) return;
    const stream = this.#stream;
    const last: unknown = stretch.values[stretch.at - 1];
    this.#tell(listener => listener.elements(stream, last, stretch.timestampOf(last), count));
    if (stretch.watermark > watermark) this.#tell(listener => listener.watermark(stream, stretch.watermark));
  }
}
