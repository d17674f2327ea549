/**
 * Several streams become one run: the elements of all, one call at a time, with the lowest of their watermarks. Idle inputs do
 * not hold it back, one that has completed never does again, and one that fails fails all. What unions and joins stand on.
 */
import { Subscription } from 'rxjs';
import type { EventStream } from '../stream/eventStream.js';
import { together } from '../stream/gate.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { Turnstile } from '../stream/turnstile.js';
import { type Input, Inputs } from '../time/inputs.js';
import { START_OF_TIME, type Watermark } from '../time/timestamp.js';

/** Receives what comes of several inputs, as a sink does, and of which input each element is. */
export interface ConfluenceSink<in T> extends Pick<EventSink<unknown>, 'closed' | 'watermark' | 'idle' | 'error' | 'complete'> {
  next(value: T, timestamp: number, diff: 1 | -1, input: number): void;
}

interface ConfluenceInput extends Input {
  readonly number: number;
  done: boolean;
}

/** Starts the inputs of a stream, in their order, and leads them to one sink. `kind` and `name`: by which its state is known. */
export function connectAll<T>(
  owner: Pick<EventStream<any>, 'inputs'>,
  sink: ConfluenceSink<T>,
  context: RuntimeContext,
  kind: string,
  name: string | undefined,
): Subscription {
  const streams: readonly EventStream<T>[] = owner.inputs;
  const all = new Subscription();
  const turnstile = new Turnstile();
  const inputs = new Inputs<ConfluenceInput>();
  const ends: ConfluenceInput[] = streams.map((_stream, number) => ({ watermark: START_OF_TIME, idle: false, at: 0, number, done: false }));
  const restored = context.state?.register(kind, name, () => ({
    watermark: inputs.watermark,
    inputs: ends.map(({ watermark, idle, done }) => ({ watermark, idle, done })),
  })) as { watermark: Watermark; inputs: Pick<ConfluenceInput, 'watermark' | 'idle' | 'done'>[] } | undefined;
  ends.forEach((end, i) => {
    Object.assign(end, restored?.inputs[i]);
    if (!end.done) inputs.join(end);
  });
  if (restored) inputs.restore(restored.watermark);
  context.lookout?.works(owner, { inputs, ends, sink });
  together(streams, (stream, i) => {
    if (!sink.closed && !all.closed)
      all.add(stream.connect(new ConfluenceEnd(sink, inputs, ends, ends[i] as ConfluenceInput, all, turnstile), context));
  });
  // Restored after its end: all inputs had completed, and say nothing more.
  if (restored && ends.every(end => end.done)) sink.complete();
  return all;
}

/** The end of one input. The inputs are independent, so one may speak while another is at work: they take turns. */
class ConfluenceEnd<T> implements EventSink<T> {
  readonly #sink: ConfluenceSink<T>;
  readonly #inputs: Inputs<ConfluenceInput>;
  readonly #ends: readonly ConfluenceInput[];
  readonly #own: ConfluenceInput;
  readonly #all: Subscription;
  readonly #turnstile: Turnstile;

  constructor(
    sink: ConfluenceSink<T>,
    inputs: Inputs<ConfluenceInput>,
    ends: readonly ConfluenceInput[],
    own: ConfluenceInput,
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
    const turnstile = this.#turnstile;
    if (turnstile.busy) {
      turnstile.wait(() => this.next(value, timestamp, diff));
      return;
    }
    turnstile.busy = true;
    if (!this.#own.done && !this.#all.closed) {
      this.#sink.next(value, timestamp, diff, this.#own.number);
      if (this.#own.idle) this.#advance(this.#own.watermark);
    }
    turnstile.leave();
  }

  watermark(time: Watermark): void {
    const turnstile = this.#turnstile;
    if (turnstile.busy) {
      turnstile.wait(() => this.watermark(time));
      return;
    }
    turnstile.busy = true;
    if (!this.#own.done && !this.#all.closed) this.#advance(time);
    turnstile.leave();
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
