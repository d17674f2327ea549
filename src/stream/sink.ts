/**
 * The protocol between event-time operators: values one lane, event time the other. Users never see it.
 * Laws: a watermark follows every value emitted before it; none goes back; nothing follows `error` or `complete`;
 * `idle` lasts until the next value or watermark. `complete` means the watermark END_OF_TIME.
 */
import type { Unsubscribable } from 'rxjs';
import type { Stretch } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import type { WindowsAtWork } from '../engine/windowsAtWork.js';
import type { OpenState } from '../engine/workingState.js';
import type { SavedState, StateCut } from '../state/cut.js';
import type { Clock } from '../time/clock.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';

/** Receives values with their event time. */
export interface EventSink<in T> {
  /** Nothing more is wanted: a source that loops must stop. */
  readonly closed: boolean;
  /** `timestamp` is NaN when event time was lost on the way; `diff` -1 withdraws a value said before. */
  next(value: T, timestamp: Timestamp, diff: 1 | -1): void;
  /**
   * Takes values of an array, each with its watermark behind it: the same as `next` and `watermark` for each, as one loop. Moves `stretch.at`
   * on by as many as it took, which may be none. Sinks without it are called singly.
   */
  run?: ((stretch: Stretch<T>) => void) | undefined;
  watermark(time: Watermark): void;
  idle(): void;
  error(error: unknown): void;
  complete(): void;
}

/** What one run of a graph of streams has in common. */
export interface RuntimeContext {
  readonly clock: Clock;
  /** Where stateful operators take part in snapshots; undefined: there are none. */
  readonly state: StateRegistry | undefined;
  /** The job that the run belongs to; absent: a plain subscription. */
  readonly job?: JobContext | undefined;
  /** Where windows have their state; absent: in memory. */
  readonly working?: Pick<OpenState, 'machine'> | undefined;
  /** Who may look into it; absent: nobody. */
  readonly lookout?: Lookout | undefined;
}

/** Whoever may look into a run. */
export interface Lookout {
  /** `work` does the work of `stream` from now on. */
  works(stream: object, work: object): void;
  /** An element did not count in what `work` does. */
  drops(work: object, record: LateRecord<any>): void;
}

/** Where the elements of a source go, an array at a time. */
export interface SourceTarget<in T> {
  /** Nothing more is wanted. */
  readonly closed: boolean;
  next(value: T): void;
  /** Takes values one after the other, as long as they are wanted. `arrivals`: when each has come, if that was before now. */
  all(values: readonly T[], arrivals?: readonly Timestamp[]): void;
  /** Of a source that keeps arrivals: none that is still to come has arrived before this. Set before anything comes. */
  front?: (() => Timestamp) | undefined;
  error(error: unknown): void;
  complete(): void;
}

/** What a job does for the operators of its graph: it reads the sources, so that it knows their positions, and has the sinks. */
export interface JobContext {
  /** Reads a source from where the job stands. `plain`: subscribes to it, as without a job. */
  read<T>(
    name: string | undefined,
    source: unknown,
    batches: boolean,
    target: SourceTarget<T>,
    plain: () => Unsubscribable,
  ): Unsubscribable;
  /** Says how many elements an operator can take now; what is returned is called when there is more room again. */
  room(room: () => number): () => void;
  /** An operator with windows, whose state can be read. */
  windows?(name: string | undefined, operator: WindowsAtWork<any, any, any>): void;
  /** What writes the values of a stream that ends in a sink. */
  writer<T>(stream: object): RowWriter<T>;
}

/** Takes the rows of a sink between two barriers. */
export interface RowWriter<in T> {
  /** `diff` -1: a row that was said before is withdrawn. */
  write(value: T, diff: 1 | -1): void;
}

/** Collects the state of all operators of a run, and gives it back after a restart. */
export interface StateRegistry {
  /**
   * Announces a stateful operator, in the order of connection; returns its state from the snapshot that the run starts from. `spec`: what
   * its state depends on, if it has options that matter to it.
   */
  register(kind: string, name: string | undefined, snapshot: () => unknown, spec?: unknown): unknown;
  /**
   * The same for an operator whose state may be large. `cut` gives it as it is at a barrier: `number` ascends from one barrier to the next,
   * and parts that have not changed since the cut of the number `since`, which has been read to its end, come without data. 0: all have data.
   */
  registerParts(
    kind: string,
    name: string | undefined,
    cut: (number: number, since: number) => StateCut,
    spec?: unknown,
  ): SavedState | undefined;
}

/** Starts a stream. */
export interface Connectable<out T> {
  connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable;
}
