/**
 * A run of stock RxJS operators between two of ours: values go through it, event time goes around it.
 *
 * What the run emits while a call from upstream is on the stack carries the time of that call's element; what it emits by
 * itself (delay, debounceTime, a request) has no event time, and is marked with NaN. The run is applied once, at assembly, so
 * that `share()` multicasts values and time, and `retry()` resubscribes both.
 */
import { Observable, type OperatorFunction, type Subscriber, Subscription, type Unsubscribable } from 'rxjs';
import { START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { Connectable, EventSink, RuntimeContext } from './sink.js';
import { plainContext } from './systemClock.js';

/** One subscription of the run to the stream above it, and who hears its time. */
interface Lane {
  now: Timestamp;
  diff: 1 | -1;
  /** Something has come out of the run since the last call from upstream. */
  said: boolean;
  readonly sinks: Set<EventSink<never>>;
}

export class LiftedRun<T, R> implements Connectable<R> {
  readonly #from: Connectable<T>;
  readonly #values: Observable<R>;
  /** The lane whose call from upstream is on the stack. */
  #current: Lane | undefined;
  /** Who is subscribing at this moment. */
  #joining: { readonly sink: EventSink<R>; readonly context: RuntimeContext } | undefined;
  #context: RuntimeContext = plainContext;
  /** The newest last. */
  readonly #lanes: Lane[] = [];
  /** Sinks whose lane has ended while their subscription lives on: they join the next lane (a `retry` with a delay). */
  #orphans = new Set<EventSink<never>>();

  constructor(from: Connectable<T>, run: readonly OperatorFunction<any, any>[]) {
    this.#from = from;
    this.#values = run.reduce<Observable<any>>((values, step) => step(values), new Observable<T>(subscriber => this.#open(subscriber)));
  }

  connect(sink: EventSink<R>, context: RuntimeContext): Unsubscribable {
    const outer = this.#joining;
    this.#joining = { sink, context };
    const leave = (): void => {
      this.#orphans.delete(sink);
      for (const lane of this.#lanes) lane.sinks.delete(sink);
    };
    const subscription = new Subscription(leave);
    subscription.add(
      this.#values.subscribe({
        next: value => {
          const lane = this.#current;
          if (lane) {
            lane.said = true;
            sink.next(value, lane.now, lane.diff);
          } else {
            sink.next(value, NaN, 1);
          }
        },
        // The run may end before the stream above it; no time follows.
        error(error) {
          leave();
          sink.error(error);
        },
        complete() {
          leave();
          sink.complete();
        },
      }),
    );
    // Nobody subscribed upstream: the run shares a subscription that is there already, or will make one later.
    if (this.#joining?.sink === sink) (this.#lanes.at(-1)?.sinks ?? this.#orphans).add(sink);
    this.#joining = outer;
    return subscription;
  }

  #open(subscriber: Subscriber<T>): Unsubscribable {
    const joining = this.#joining;
    const lane: Lane = { now: NaN, diff: 1, said: false, sinks: joining ? new Set([joining.sink]) : this.#orphans };
    if (!joining) this.#orphans = new Set();
    this.#context = joining?.context ?? this.#context;
    this.#joining = undefined;
    this.#lanes.push(lane);
    const close = (): void => {
      const place = this.#lanes.indexOf(lane);
      if (place < 0) return;
      this.#lanes.splice(place, 1);
      for (const sink of lane.sinks) this.#orphans.add(sink);
    };
    const connection = this.#from.connect(this.#entry(lane, subscriber, close), this.#context);
    return new Subscription(() => {
      close();
      connection.unsubscribe();
    });
  }

  /** Where a lane of the run begins: splits what comes from upstream into values and time. */
  #entry(lane: Lane, subscriber: Subscriber<T>, close: () => void): EventSink<T> {
    const run = this;
    // Until an element has come there is no time to stamp anything with.
    let latest = NaN;
    // If the run keeps the element that ends a rest, downstream must hear of it all the same: it is told again how far time is. (At the beginning too, if it may be a restart within a rest.)
    let resting = run.#context.state !== undefined;
    let reached: Watermark = START_OF_TIME;
    const inside = (call: () => void): void => {
      const outer = run.#current;
      run.#current = lane;
      try {
        call();
      } finally {
        run.#current = outer;
      }
    };
    return {
      get closed() {
        if (subscriber.closed) return true;
        // While a source that never ends loops inside `connect`, nobody could unsubscribe: who has enough says so here.
        for (const sink of lane.sinks) if (!sink.closed) return false;
        return lane.sinks.size > 0;
      },
      next(value, timestamp, diff) {
        const outer = run.#current;
        const { now: outerNow, diff: outerDiff } = lane;
        run.#current = lane;
        lane.now = timestamp;
        lane.diff = diff;
        lane.said = false;
        if (!(timestamp <= latest)) latest = timestamp;
        try {
          subscriber.next(value);
        } finally {
          // Calls may nest, when a subscriber feeds another source: the outer one goes on with its own time.
          run.#current = outer;
          lane.now = outerNow;
          lane.diff = outerDiff;
        }
        if (resting && !lane.said) this.watermark(reached);
        resting = false;
      },
      watermark(time) {
        resting = false;
        reached = time;
        for (const sink of lane.sinks) sink.watermark(time);
      },
      idle() {
        resting = true;
        for (const sink of lane.sinks) sink.idle();
      },
      error(error) {
        close();
        inside(() => subscriber.error(error));
      },
      complete() {
        // What the run held back and lets go of now is stamped by the latest element: it is still on time.
        lane.now = latest;
        lane.diff = 1;
        close();
        inside(() => subscriber.complete());
      },
    };
  }
}
