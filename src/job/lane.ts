/**
 * One of several graphs that are run over the same input: it says what it reads and hears what is read, its sinks take nothing, and what
 * comes out of it goes to who compares.
 */
import { Subscription, type Unsubscribable } from 'rxjs';
import { mustBe } from '../errors.js';
import type { EventStream } from '../stream/eventStream.js';
import { together } from '../stream/gate.js';
import type { EventSink, JobContext, RowWriter, SourceTarget, StateRegistry } from '../stream/sink.js';
import type { Clock } from '../time/clock.js';
import { END_OF_TIME, START_OF_TIME, type Watermark } from '../time/timestamp.js';
import { eachOf } from './reading.js';
import { Replayable } from './replayable.js';
import type { Rooms } from './rooms.js';

/** Hears what comes out of a lane; `output`: the number of the pipeline. */
export interface LaneListener {
  said(output: number, row: unknown, diff: 1 | -1): void;
  watermark(output: number, time: Watermark): void;
  failed(error: unknown): void;
  /** All its pipelines have completed. */
  completed(): void;
}

/** What a lane reads. */
export interface LaneSource {
  readonly name: string;
  readonly source: Replayable<any>;
  readonly target: SourceTarget<any>;
  /** Its values are arrays of elements. */
  readonly batches: boolean;
}

const NOWHERE: RowWriter<unknown> = { write() {} };

export class Lane implements JobContext {
  /** In the order of connection. */
  readonly sources: LaneSource[] = [];
  readonly #where: string;
  readonly #outputs: readonly EventStream<unknown>[];
  readonly #listener: LaneListener;
  readonly #rooms: Rooms;
  readonly #graph = new Subscription();
  readonly #watermarks: Watermark[];
  #open: number;

  constructor(where: string, outputs: readonly EventStream<unknown>[], listener: LaneListener, rooms: Rooms) {
    this.#where = where;
    this.#outputs = outputs;
    this.#listener = listener;
    this.#rooms = rooms;
    this.#watermarks = outputs.map(() => START_OF_TIME);
    this.#open = outputs.length;
  }

  /** How far event time is at the end of all its pipelines. */
  get watermark(): Watermark {
    return Math.min(...this.#watermarks);
  }

  connect(state: StateRegistry, clock: Clock): void {
    together(this.#outputs, (output, number) => {
      this.#graph.add(output.connect(this.#end(number), { clock, state, job: this }));
    });
  }

  stop(): void {
    this.#graph.unsubscribe();
  }

  read<T>(name: string | undefined, source: unknown, batches: boolean, target: SourceTarget<T>): Unsubscribable {
    if (!(source instanceof Replayable)) {
      throw mustBe(
        `${this.#where}: the source of eventTime ${name === undefined ? '' : `"${name}"`}`,
        'replayable(...)',
        source,
        'All sides read the same elements from the same position: write replayable(array), or what else can be read again.',
      );
    }
    // Without a name the registry refuses its operator, in the same sentence as others.
    const id = name ?? '';
    this.sources.push({ name: id, source, target: batches ? eachOf(target, id) : target, batches });
    return Subscription.EMPTY;
  }

  writer<T>(): RowWriter<T> {
    return NOWHERE;
  }

  room(room: () => number): () => void {
    return this.#rooms.add(room);
  }

  #end(number: number): EventSink<unknown> {
    const graph = this.#graph;
    const listener = this.#listener;
    const reach = (time: Watermark): void => {
      this.#watermarks[number] = time;
      listener.watermark(number, time);
    };
    return {
      get closed() {
        return graph.closed;
      },
      next: (row, _timestamp, diff) => listener.said(number, row, diff),
      watermark: reach,
      idle() {},
      error: error => listener.failed(error),
      complete: () => {
        reach(END_OF_TIME);
        if (--this.#open === 0) listener.completed();
      },
    };
  }
}
