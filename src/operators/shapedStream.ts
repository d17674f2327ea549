/**
 * What the operators that shape a stream have in common: the protocol around them and their state. A call that comes while another
 * is being worked on is queued, and what a call throws ends the stream.
 */
import { type Observer, Subscription, type Unsubscribable } from 'rxjs';
import type { LateRecord } from '../engine/pane.js';
import type { Shaper, ShaperFactory, ShaperOutput } from '../engine/shaper.js';
import { eventTimeLost, located } from '../errors.js';
import { EventStream } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { Turnstile } from '../stream/turnstile.js';
import { END_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';

/** What an operator is, and who hears of what it does not pass on. */
export interface ShapedSpec<T> {
  readonly operator: string;
  readonly name: string | undefined;
  readonly late: Partial<Observer<LateRecord<T>>> | undefined;
  readonly duplicates?: Partial<Observer<T>> | undefined;
}

/** The name of an operator in sentences. */
export function named(operator: string, name: string | undefined): string {
  return name === undefined ? operator : `${operator} "${name}"`;
}

export class ShapedStream<T> extends EventStream<T> {
  readonly #spec: ShapedSpec<T>;
  readonly #make: ShaperFactory<T>;

  constructor(source: EventStream<T>, spec: ShapedSpec<T>, make: ShaperFactory<T>) {
    super(named(spec.operator, spec.name), [source], spec.name);
    this.#spec = spec;
    this.#make = make;
  }

  override connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    const entry = new ShapedSink(this.kind, this.#spec, this.#make, sink, context);
    const subscription = new Subscription(() => entry.stop());
    entry.upstream = subscription;
    context.lookout?.works(this, entry);
    subscription.add((this.inputs[0] as EventStream<T>).connect(entry, context));
    return subscription;
  }
}

class ShapedSink<T> implements EventSink<T>, ShaperOutput<T> {
  upstream: Unsubscribable | undefined = undefined;
  readonly #kind: string;
  readonly #spec: ShapedSpec<T>;
  readonly #sink: EventSink<T>;
  readonly shaper: Shaper<T>;
  readonly #lookout: RuntimeContext['lookout'];
  readonly #turnstile: Turnstile = new Turnstile();
  #stopped = false;
  /** Downstream believes that nothing comes. */
  #resting = false;
  /** How far it has said that time is. */
  sent: Watermark;

  constructor(kind: string, spec: ShapedSpec<T>, make: ShaperFactory<T>, sink: EventSink<T>, context: RuntimeContext) {
    this.#kind = kind;
    this.#spec = spec;
    this.#sink = sink;
    this.#lookout = context.lookout;
    const restored = context.state?.registerParts(spec.operator, spec.name, (number, since) => {
      const { rest, parts } = this.shaper.cut(number, since);
      return { rest: { resting: this.#resting, shaper: rest }, parts };
    });
    const rest = restored?.rest as { resting: boolean; shaper: unknown } | undefined;
    if (rest) this.#resting = rest.resting;
    this.shaper = make(this, restored && { ...restored, rest: rest?.shaper }, context.state !== undefined);
    this.sent = this.shaper.watermark;
  }

  get closed(): boolean {
    return this.#stopped || this.#sink.closed;
  }

  next(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    if (this.#stopped) return;
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.next(value, timestamp, diff));
      return;
    }
    this.#turnstile.busy = true;
    try {
      if (timestamp !== timestamp) throw eventTimeLost(this.#kind, value);
      this.shaper.element(value, timestamp, diff);
      this.#settle();
    } catch (error) {
      this.#fail(located(error, this.#kind, value));
    }
    this.#turnstile.leave();
  }

  watermark(time: Watermark): void {
    if (this.#stopped) return;
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.watermark(time));
      return;
    }
    this.#turnstile.busy = true;
    this.#advance(time);
    this.#turnstile.leave();
  }

  idle(): void {
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.idle());
    } else if (!this.#stopped) {
      this.#resting = true;
      this.#sink.idle();
    }
  }

  error(error: unknown): void {
    if (this.#turnstile.busy) this.#turnstile.wait(() => this.error(error));
    else this.#fail(error);
  }

  complete(): void {
    if (this.#stopped) return;
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.complete());
      return;
    }
    this.#turnstile.busy = true;
    this.#advance(END_OF_TIME);
    if (this.#stopped) return;
    this.stop();
    this.#sink.complete();
  }

  /** Nothing more is wanted. */
  stop(): void {
    this.#stopped = true;
    this.#turnstile.clear();
  }

  element(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    this.#sink.next(value, timestamp, diff);
  }

  late(record: LateRecord<T>): void {
    this.#spec.late?.next?.(record);
    this.#lookout?.drops(this, record);
  }

  duplicate(value: T): void {
    this.#spec.duplicates?.next?.(value);
  }

  #advance(time: Watermark): void {
    try {
      this.shaper.advance(time);
      this.#settle();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Says how far time is, behind what has gone on. After a rest it is said again, since what has come may be held back. */
  #settle(): void {
    const { watermark } = this.shaper;
    if ((watermark <= this.sent && !this.#resting) || this.#stopped) return;
    this.#resting = false;
    this.sent = watermark;
    this.#sink.watermark(watermark);
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.upstream?.unsubscribe();
    this.#sink.error(error);
  }
}
