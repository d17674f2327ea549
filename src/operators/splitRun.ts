/**
 * One run of a split: one subscription to the stream above, and all who listen to its branches. Each value goes to the branch it belongs
 * to, time to all. Begins with the first who listens, unless the gate is shut, and ends with the last; after its end, whoever comes
 * begins anew (as `share()` does).
 */
import { Subscription, type Unsubscribable } from 'rxjs';
import type { EventStream } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { Turnstile } from '../stream/turnstile.js';
import { START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';

/** Who listens to a branch. */
interface Listener<T> {
  readonly branch: number;
  readonly sink: EventSink<T>;
  /** It has not unsubscribed. */
  open: boolean;
}

export class SplitRun<T> implements EventSink<T> {
  readonly #source: EventStream<T>;
  /** The number of the branch that a value belongs to. */
  readonly #branchOf: (value: T) => number;
  readonly #context: RuntimeContext;
  /** Called once, when nobody listens any more or there is nothing to listen to. */
  readonly #over: () => void;
  readonly #turnstile: Turnstile = new Turnstile();
  readonly #upstream: Subscription = new Subscription();
  /** Replaced and not changed, so that a call goes to those who listened when it came. */
  #listeners: readonly Listener<T>[] = [];
  #begun = false;
  #ended = false;
  #time: Watermark = START_OF_TIME;
  #resting = false;

  constructor(source: EventStream<T>, branchOf: (value: T) => number, context: RuntimeContext, over: () => void) {
    this.#source = source;
    this.#branchOf = branchOf;
    this.#context = context;
    this.#over = over;
  }

  get closed(): boolean {
    for (const { sink } of this.#listeners) if (!sink.closed) return false;
    return true;
  }

  /** One more listens; if the run is under way it hears how far time is. */
  join(branch: number, sink: EventSink<T>): Unsubscribable {
    const listener: Listener<T> = { branch, sink, open: true };
    this.#listeners = [...this.#listeners, listener];
    if (this.#time > START_OF_TIME) sink.watermark(this.#time);
    if (this.#resting) sink.idle();
    return new Subscription(() => {
      listener.open = false;
      this.#listeners = this.#listeners.filter(other => other !== listener);
      if (this.#listeners.length === 0) this.#end();
    });
  }

  /** Connects to the stream above; only the first call counts. */
  begin(): void {
    if (this.#begun || this.#ended) return;
    this.#begun = true;
    const restored = this.#context.state?.register('split', this.#source.name, () => ({ time: this.#time, resting: this.#resting })) as
      | { time: Watermark; resting: boolean }
      | undefined;
    if (restored) {
      this.#time = restored.time;
      this.#resting = restored.resting;
    }
    this.#upstream.add(this.#source.connect(this, this.#context));
  }

  next(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.next(value, timestamp, diff));
      return;
    }
    if (this.#ended) return;
    this.#turnstile.busy = true;
    const listeners = this.#listeners;
    try {
      const branch = this.#branchOf(value);
      for (const listener of listeners) if (listener.branch === branch && listener.open) listener.sink.next(value, timestamp, diff);
      // The other branches hear that the rest is over.
      if (this.#resting) this.#say(this.#time);
    } catch (error) {
      this.#finish(sink => sink.error(error));
    }
    this.#turnstile.leave();
  }

  watermark(time: Watermark): void {
    this.#inTurn(() => this.#say(time));
  }

  idle(): void {
    this.#inTurn(() => {
      this.#resting = true;
      for (const { sink, open } of this.#listeners) if (open) sink.idle();
    });
  }

  error(error: unknown): void {
    this.#inTurn(() => this.#finish(sink => sink.error(error)));
  }

  complete(): void {
    this.#inTurn(() => this.#finish(sink => sink.complete()));
  }

  #say(time: Watermark): void {
    this.#resting = false;
    if (time > this.#time) this.#time = time;
    for (const listener of this.#listeners) if (listener.open) listener.sink.watermark(time);
  }

  #inTurn(call: () => void): void {
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.#inTurn(call));
      return;
    }
    if (this.#ended) return;
    this.#turnstile.busy = true;
    call();
    this.#turnstile.leave();
  }

  /** The run is over before anyone hears of it, so that who subscribes again begins anew. */
  #finish(call: (sink: EventSink<T>) => void): void {
    const listeners = this.#listeners;
    this.#end();
    for (const listener of listeners) if (listener.open) call(listener.sink);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#turnstile.clear();
    this.#over();
    this.#upstream.unsubscribe();
  }
}
