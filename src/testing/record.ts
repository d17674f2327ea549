import type { OpenState } from '../engine/workingState.js';
import { mustBe, TidemarkError } from '../errors.js';
import { type Inspectable, RunGraph } from '../explain/runGraph.js';
import type { SavedState, StateCut, StatePart } from '../state/cut.js';
import { EventStream } from '../stream/eventStream.js';
import type { StateRegistry } from '../stream/sink.js';
import { systemClock } from '../stream/systemClock.js';
import type { Watermark } from '../time/timestamp.js';

/** What a stream has said. */
export interface Recording<T> extends Inspectable {
  /** What came since the last call, retractions included. Throws what the stream failed with. */
  take(): T[];
  /** The watermarks that came behind the values since the last call. */
  takeWatermarks(): Watermark[];
  /** Whether the stream has completed. */
  readonly completed: boolean;
  /** What the stream failed with; undefined: it has not. */
  readonly error: unknown;
  /** Ends the subscription. */
  stop(): void;
  /** All state of the stream's operators, as plain data: start another run from it by `record(stream, { from })`. */
  snapshot(): Snapshot;
  /**
   * The same as of now, to be read later, once: what comes meanwhile is not in it. Large state is not copied before it is read.
   */
  barrier(): () => Snapshot;
}

/** The state of all operators of a run, by the order in which they connect. */
export type Snapshot = readonly {
  /** What the operator is, and its name if it has one. */
  readonly operator: string;
  /** Its state. */
  readonly state: unknown;
}[];

/**
 * Starts a stream and records what it says, on the clock of its `testStream`.
 *
 * @param options.from A snapshot of an earlier run of the same pipeline, to go on from.
 * @param options.state Where windows have their state: what `lmdb(path).open()` gives, for one recording at a time. Default: in memory.
 * @example
 * ```ts
 * import { count, tumbling, windowBy } from 'tidemark';
 * import { record, testStream } from 'tidemark/testing';
 *
 * const clicks = testStream<string>();
 * const perHour = clicks.pipe(windowBy(tumbling('1h'), { aggregate: count() }));
 * const first = record(perHour);
 * clicks.add('a', 5);
 * const snapshot = first.snapshot();
 * first.stop(); // a crash
 * const second = record(perHour, { from: snapshot });
 * clicks.complete();
 * console.log(second.take().map(pane => pane.value)); // [1]
 * ```
 */
export function record<T>(
  stream: EventStream<T>,
  options: { readonly from?: Snapshot; readonly state?: OpenState | undefined } = {},
): Recording<T> {
  if (!(stream instanceof EventStream)) throw mustBe('record: its argument', 'a stream with event time', stream);
  let values: T[] = [];
  let watermarks: Watermark[] = [];
  const recording = { completed: false, error: undefined as unknown };
  const registry = new Registry(options.from);
  const lookout = new RunGraph([stream]);
  const clock = (lookout.clock = stream.clock ?? systemClock);
  lookout.state = 'running';
  const subscription = stream.connect(
    {
      closed: false,
      next: value => void values.push(value),
      watermark: time => void watermarks.push(time),
      idle() {},
      error: error => void (recording.error = error),
      complete: () => void (recording.completed = true),
    },
    { clock, state: registry, working: options.state && numbered(options.state), lookout },
  );
  return {
    '~graph': lookout,
    take() {
      if (recording.error !== undefined) throw recording.error;
      const taken = values;
      values = [];
      return taken;
    },
    takeWatermarks() {
      const taken = watermarks;
      watermarks = [];
      return taken;
    },
    get completed() {
      return recording.completed;
    },
    get error() {
      return recording.error;
    },
    stop: () => subscription.unsubscribe(),
    snapshot: () => registry.barrier()(),
    barrier: () => registry.barrier(),
  };
}

/** Operators without a name have one each here: that of their place. */
function numbered(state: OpenState): Pick<OpenState, 'machine'> {
  let operators = 0;
  return { machine: (name, spec) => state.machine(`${++operators} ${name}`, spec) };
}

/** An operator of the run, and the last cut of it that was read to its end: what others are compared with. */
interface Operator {
  readonly operator: string;
  readonly cut: (number: number, since: number) => { readonly rest: unknown; readonly parts?: Iterable<StatePart> };
  base: { readonly number: number; readonly parts: ReadonlyMap<number, StatePart> };
}

class Registry implements StateRegistry {
  readonly #from: Snapshot | undefined;
  readonly #operators: Operator[] = [];
  #barriers = 0;

  constructor(from: Snapshot | undefined) {
    this.#from = from;
  }

  register(kind: string, name: string | undefined, snapshot: () => unknown): unknown {
    return this.#add(kind, name, () => ({ rest: snapshot() }));
  }

  registerParts(kind: string, name: string | undefined, cut: (number: number, since: number) => StateCut): SavedState | undefined {
    return this.#add(kind, name, cut) as SavedState | undefined;
  }

  /** A cut of all operators, and what reads it. */
  barrier(): () => Snapshot {
    const number = ++this.#barriers;
    const reads = this.#operators.map(operator => {
      const { base } = operator;
      const { rest, parts } = operator.cut(number, base.number);
      // Now, so that what is no plain data is found out here and not after a crash.
      const copied: unknown = structuredClone(rest);
      const read = (): unknown => {
        if (!parts) return copied;
        const saved = { rest: copied, parts: whole(structuredClone([...parts]), base.parts) };
        if (number > operator.base.number) operator.base = { number, parts: new Map(saved.parts.map(part => [part.id, part])) };
        return structuredClone(saved);
      };
      return { operator: operator.operator, read };
    });
    return () => reads.map(({ operator, read }) => ({ operator, state: read() }));
  }

  #add(kind: string, name: string | undefined, cut: Operator['cut']): unknown {
    const operator = name === undefined ? kind : `${kind} "${name}"`;
    const saved = this.#from?.[this.#operators.length];
    this.#operators.push({ operator, cut, base: { number: 0, parts: new Map() } });
    if (saved && saved.operator !== operator) {
      throw new TidemarkError(
        'BAD_SNAPSHOT',
        `record: operator ${this.#operators.length} of the snapshot is ${saved.operator}, but that of this pipeline is ${operator}. Restore it into the same pipeline, or start anew.`,
      );
    }
    return saved?.state;
  }
}

/** Parts that have not changed are as they were before. */
function whole(parts: readonly StatePart[], before: ReadonlyMap<number, StatePart>): StatePart[] {
  return parts.map(part => ('data' in part ? part : (before.get(part.id) as StatePart)));
}
