/**
 * EventStream: an Observable whose values have an event time. Its `pipe` takes our operators and any synchronous RxJS
 * operator; a run of stock operators is lifted at once, so that their lambdas see plain values. (design: two lanes)
 */
import { Observable, type OperatorFunction, type Subscriber, type Unsubscribable } from 'rxjs';
import { mustBe } from '../errors.js';
import type { Clock } from '../time/clock.js';
import type { Gate } from './gate.js';
import { LiftedRun } from './lifted.js';
import type { Connectable, EventSink, RuntimeContext } from './sink.js';
import { plainContext } from './systemClock.js';

/** Marks a stream whose values have an event time: only `eventTime()` and event-time operators make one. Exists for the compiler alone. */
export interface EventTimed {
  /** @internal */
  readonly '~eventTimed': true;
}

/** At run time the mark of our operators, by which `pipe` tells them from stock ones. One per realm, also for two copies of the package. */
const operatorMark: unique symbol = Symbol.for('tidemark.operator');

/** An operator of ours: consumes and produces event time. */
export interface EventOperator<in T, out R> {
  (source: Observable<T> & EventTimed): Observable<R> & EventTimed;
  /** @internal */
  readonly [operatorMark]: true;
}

/** What `EventStream.pipe` takes: an operator of ours, or any synchronous RxJS operator. */
export type Step<in A, out B> = (source: Observable<A> & EventTimed) => Observable<B>;

/** Makes an operator of ours of a function between streams; `kind` names it in errors. */
export function eventOperator<T, R>(kind: string, make: (source: EventStream<T>) => EventStream<R>): EventOperator<T, R> {
  const operator = (source: Observable<T> & EventTimed): EventStream<R> => {
    // The types say so, but a stock operator may call it with the plain Observable that it is given.
    if ('retracts' in source) return make(source as EventStream<T>);
    throw mustBe(
      `${kind}: its source`,
      'a stream with event time',
      source,
      'Start with eventTime(); join streams by union(); instead of groupBy() give windowBy a key.',
      'EVENT_TIME_LOST',
    );
  };
  return Object.assign(operator, { [operatorMark]: true as const });
}

/**
 * An Observable whose values have an event time. Cold, as in RxJS. Seen from outside it is an Observable of its values;
 * between our operators event time and watermarks travel beside them.
 */
export abstract class EventStream<out T> extends Observable<T> implements EventTimed, Connectable<T> {
  /** @internal */
  declare readonly '~eventTimed': true;
  /**
   * What holds back the source that it shares with other streams; undefined: it shares none.
   * @internal
   */
  declare readonly gate: Gate | undefined;
  /** What it is, for explanations and errors: `eventTime`, `windowBy(tumbling(1h))`. */
  readonly kind: string;
  /** The streams that it is made of. */
  readonly inputs: readonly EventStream<any>[];
  /** By which a job knows it: its own name, or those of what it stands on. Undefined: something there has none. */
  readonly name: string | undefined;

  /** @internal */
  constructor(kind: string, inputs: readonly EventStream<any>[] = [], name?: string) {
    super((subscriber: Subscriber<any>) => {
      this.checkEnd();
      return this.connect(new SubscriberSink(subscriber), { ...plainContext, clock: this.clock ?? plainContext.clock });
    });
    this.kind = kind;
    this.inputs = inputs;
    this.name = name ?? namesOf(inputs);
  }

  /**
   * Starts the stream: the protocol between our operators.
   * @internal
   */
  abstract connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable;

  /** The clock that one of its sources brings along; undefined: the system's. */
  get clock(): Clock | undefined {
    for (const input of this.inputs) if (input.clock) return input.clock;
    return undefined;
  }

  /** Whether it may withdraw values that it has said: true behind a retracting window. */
  get retracts(): boolean {
    return this.inputs.some(input => input.retracts);
  }

  /**
   * Refuses a plain subscriber where nothing would tell a value that is withdrawn from a new one. Panes say it themselves.
   * @internal
   */
  checkEnd(): void {
    for (const input of this.inputs) input.checkEnd();
  }

  // Longer overloads come first: TypeScript aligns overload lists from the end when it infers T from EventStream<T> to
  // Observable<T>, so the last eleven must mirror the eleven of RxJS one to one.
  override pipe<A, B, C, D, E, F, G, H, I, J, K, L>(
    a: Step<T, A>,
    b: Step<A, B>,
    c: Step<B, C>,
    d: Step<C, D>,
    e: Step<D, E>,
    f: Step<E, F>,
    g: Step<F, G>,
    h: Step<G, H>,
    i: Step<H, I>,
    j: Step<I, J>,
    k: Step<J, K>,
    l: Step<K, L>,
  ): EventStream<L>;
  override pipe<A, B, C, D, E, F, G, H, I, J, K>(
    a: Step<T, A>,
    b: Step<A, B>,
    c: Step<B, C>,
    d: Step<C, D>,
    e: Step<D, E>,
    f: Step<E, F>,
    g: Step<F, G>,
    h: Step<G, H>,
    i: Step<H, I>,
    j: Step<I, J>,
    k: Step<J, K>,
  ): EventStream<K>;
  override pipe<A, B, C, D, E, F, G, H, I, J>(
    a: Step<T, A>,
    b: Step<A, B>,
    c: Step<B, C>,
    d: Step<C, D>,
    e: Step<D, E>,
    f: Step<E, F>,
    g: Step<F, G>,
    h: Step<G, H>,
    i: Step<H, I>,
    j: Step<I, J>,
  ): EventStream<J>;
  override pipe(): EventStream<T>;
  override pipe<A>(a: Step<T, A>): EventStream<A>;
  override pipe<A, B>(a: Step<T, A>, b: Step<A, B>): EventStream<B>;
  override pipe<A, B, C>(a: Step<T, A>, b: Step<A, B>, c: Step<B, C>): EventStream<C>;
  override pipe<A, B, C, D>(a: Step<T, A>, b: Step<A, B>, c: Step<B, C>, d: Step<C, D>): EventStream<D>;
  override pipe<A, B, C, D, E>(a: Step<T, A>, b: Step<A, B>, c: Step<B, C>, d: Step<C, D>, e: Step<D, E>): EventStream<E>;
  override pipe<A, B, C, D, E, F>(a: Step<T, A>, b: Step<A, B>, c: Step<B, C>, d: Step<C, D>, e: Step<D, E>, f: Step<E, F>): EventStream<F>;
  override pipe<A, B, C, D, E, F, G>(
    a: Step<T, A>,
    b: Step<A, B>,
    c: Step<B, C>,
    d: Step<C, D>,
    e: Step<D, E>,
    f: Step<E, F>,
    g: Step<F, G>,
  ): EventStream<G>;
  override pipe<A, B, C, D, E, F, G, H>(
    a: Step<T, A>,
    b: Step<A, B>,
    c: Step<B, C>,
    d: Step<C, D>,
    e: Step<D, E>,
    f: Step<E, F>,
    g: Step<F, G>,
    h: Step<G, H>,
  ): EventStream<H>;
  override pipe<A, B, C, D, E, F, G, H, I>(
    a: Step<T, A>,
    b: Step<A, B>,
    c: Step<B, C>,
    d: Step<C, D>,
    e: Step<D, E>,
    f: Step<E, F>,
    g: Step<F, G>,
    h: Step<G, H>,
    i: Step<H, I>,
  ): EventStream<I>;
  override pipe<A, B, C, D, E, F, G, H, I>(
    a: Step<T, A>,
    b: Step<A, B>,
    c: Step<B, C>,
    d: Step<C, D>,
    e: Step<D, E>,
    f: Step<E, F>,
    g: Step<F, G>,
    h: Step<G, H>,
    i: Step<H, I>,
    ...rest: Step<any, any>[]
  ): EventStream<unknown>;
  /**
   * Puts operators behind this stream, as `pipe` of RxJS does: ours, and any synchronous one of RxJS. The types know up to twelve;
   * behind more, the values are `unknown`.
   *
   * @throws TidemarkError at assembly, whatever an operator says of its options and of what stands before it.
   */
  override pipe(...steps: Step<any, any>[]): EventStream<any> {
    let stream: EventStream<any> = this;
    let run: OperatorFunction<any, any>[] = [];
    const lift = (): void => {
      if (run.length > 0) stream = new LiftedStream(stream, run);
      run = [];
    };
    for (const step of steps) {
      if (operatorMark in step) {
        lift();
        stream = step(stream) as EventStream<any>;
      } else {
        run.push(step as OperatorFunction<any, any>);
      }
    }
    lift();
    return stream;
  }
}

/** The names of streams, as one; undefined: one of them has none. */
function namesOf(streams: readonly EventStream<any>[]): string | undefined {
  const names = [...new Set(streams.map(({ name }) => name))];
  return names.includes(undefined) ? undefined : names.join('+') || undefined;
}

/** A stream behind a run of stock operators. */
class LiftedStream<R> extends EventStream<R> {
  readonly #make: () => LiftedRun<unknown, R>;
  readonly #run: LiftedRun<unknown, R>;
  /** Several jobs may run at once over one graph: what `share()` shares is of one of them. */
  readonly #runs = new WeakMap<object, LiftedRun<unknown, R>>();

  constructor(from: EventStream<any>, run: readonly OperatorFunction<any, any>[]) {
    super(`rxjs(${run.length})`, [from]);
    this.#make = () => new LiftedRun(from, run);
    this.#run = this.#make();
  }

  override connect(sink: EventSink<R>, context: RuntimeContext): Unsubscribable {
    const { job } = context;
    let run = job ? this.#runs.get(job) : this.#run;
    if (!run) this.#runs.set(job as object, (run = this.#make()));
    return run.connect(sink, context);
  }
}

/** The end of the event-time world: values go on to a plain subscriber, time stays behind. */
class SubscriberSink<T> implements EventSink<T> {
  readonly #subscriber: Subscriber<T>;

  constructor(subscriber: Subscriber<T>) {
    this.#subscriber = subscriber;
  }

  get closed(): boolean {
    return this.#subscriber.closed;
  }

  next(value: T): void {
    this.#subscriber.next(value);
  }

  watermark(): void {}

  idle(): void {}

  error(error: unknown): void {
    this.#subscriber.error(error);
  }

  complete(): void {
    this.#subscriber.complete();
  }
}
