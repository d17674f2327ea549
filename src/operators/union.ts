import { Subscription, type Unsubscribable } from 'rxjs';
import { mustBe } from '../errors.js';
import { EventStream } from '../stream/eventStream.js';
import { together } from '../stream/gate.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { Turnstile } from '../stream/turnstile.js';
import { type Input, Inputs } from '../time/inputs.js';
import { START_OF_TIME, type Watermark } from '../time/timestamp.js';

/**
 * All elements of several streams, with the lowest of their watermarks: the union is complete up to where each of its inputs
 * is. An idle input does not hold the others back; one that has completed never does again. (Stock `merge` loses event time.)
 *
 * @throws TidemarkError `BAD_OPTION` when there is no stream, or one without event time.
 * @example
 * ```ts
 * import { count, eventTime, tumbling, union, windowBy } from 'tidemark';
 *
 * const flights = eventTime([{ id: 'KL1', at: 5 }], { timestamp: f => f.at });
 * const radar = eventTime([{ id: 'KL1', at: 7 }], { timestamp: r => r.at, idleAfter: '30s' });
 * const seen = union(flights, radar).pipe(windowBy(tumbling('1m'), { key: p => p.id, aggregate: count() }));
 * ```
 */
export function union<S extends readonly EventStream<any>[]>(
  ...streams: S
): EventStream<S[number] extends EventStream<infer T> ? T : never> {
  if (streams.length === 0) throw mustBe('union: its arguments', 'one stream or more', streams);
  streams.forEach((stream, i) => {
    if (!(stream instanceof EventStream)) {
      throw mustBe(`union: argument ${i + 1}`, 'a stream with event time', stream, 'Give it one by eventTime().');
    }
  });
  return new UnionStream(streams);
}

interface UnionInput extends Input {
  done: boolean;
}

class UnionStream<T> extends EventStream<T> {
  constructor(streams: readonly EventStream<T>[]) {
    super('union', streams);
  }

  override connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    const all = new Subscription();
    const turnstile = new Turnstile();
    const inputs = new Inputs<UnionInput>();
    const ends: UnionInput[] = this.inputs.map(() => ({ watermark: START_OF_TIME, idle: false, at: 0, done: false }));
    const restored = context.state?.register('union', undefined, () => ({
      watermark: inputs.watermark,
      inputs: ends.map(({ watermark, idle, done }) => ({ watermark, idle, done })),
    })) as { watermark: Watermark; inputs: Pick<UnionInput, 'watermark' | 'idle' | 'done'>[] } | undefined;
    ends.forEach((end, i) => {
      Object.assign(end, restored?.inputs[i]);
      if (!end.done) inputs.join(end);
    });
    if (restored) inputs.restore(restored.watermark);
    together(this.inputs, (stream, i) => {
      if (!sink.closed && !all.closed)
        all.add(stream.connect(new UnionEnd(sink, inputs, ends, ends[i] as UnionInput, all, turnstile), context));
    });
    // Restored after its end: all inputs had completed, and say nothing more.
    if (restored && ends.every(end => end.done)) sink.complete();
    return all;
  }
}

/** One input's end of a union. The inputs are independent, so one may speak while another is at work: they take turns. */
class UnionEnd<T> implements EventSink<T> {
  readonly #sink: EventSink<T>;
  readonly #inputs: Inputs<UnionInput>;
  readonly #ends: readonly UnionInput[];
  readonly #own: UnionInput;
  readonly #all: Subscription;
  readonly #turnstile: Turnstile;

  constructor(
    sink: EventSink<T>,
    inputs: Inputs<UnionInput>,
    ends: readonly UnionInput[],
    own: UnionInput,
    all: Subscription,
    turnstile: Turnstile,
  ) {
    this.#sink = sink;
    this.#inputs = inputs;
    this.#ends = ends;
    this.#own = own;
    this.#all = all;
    this.#turnstile = turnstile;
  }

  get closed(): boolean {
    return this.#all.closed || this.#sink.closed;
  }

  next(value: T, timestamp: number, diff: 1 | -1): void {
    this.#inTurn(() => {
      this.#sink.next(value, timestamp, diff);
      if (this.#own.idle) this.#advance(this.#own.watermark);
    });
  }

  watermark(time: Watermark): void {
    this.#inTurn(() => this.#advance(time));
  }

  idle(): void {
    this.#inTurn(() => this.#freed(this.#inputs.rest(this.#own)));
  }

  error(error: unknown): void {
    this.#inTurn(() => {
      this.#all.unsubscribe();
      this.#sink.error(error);
    });
  }

  complete(): void {
    this.#inTurn(() => {
      this.#own.done = true;
      if (this.#ends.every(end => end.done)) this.#sink.complete();
      // It leaves the minimum altogether: with the others idle, its END_OF_TIME must not end the stream.
      else this.#freed(this.#inputs.leave(this.#own));
    });
  }

  /** It no longer holds the others back; `moved`: so the watermark has. */
  #freed(moved: boolean): void {
    if (moved) this.#sink.watermark(this.#inputs.watermark);
    if (this.#inputs.idle) this.#sink.idle();
  }

  #advance(time: Watermark): void {
    if (this.#inputs.advance(this.#own, time)) this.#sink.watermark(this.#inputs.watermark);
  }

  /** An input that had completed before a restart has nothing more to say. */
  #inTurn(call: () => void): void {
    const turnstile = this.#turnstile;
    if (turnstile.busy) {
      turnstile.wait(() => this.#inTurn(call));
      return;
    }
    turnstile.busy = true;
    if (!this.#own.done && !this.#all.closed) call();
    turnstile.leave();
  }
}
