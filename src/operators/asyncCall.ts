/**
 * The call for one element: what it answers, its timeout, its retries. It has one outcome, a result or an error, which it reports
 * once; whatever comes after that is not heard. All that it does by itself happens in turn, as a step of the operator.
 */
import { isObservable, type Observable, Subscription, take, type Unsubscribable } from 'rxjs';
import type { AsyncCounts } from '../engine/asyncCounts.js';
import { show, TidemarkError } from '../errors.js';
import type { Cancelable, Clock } from '../time/clock.js';
import type { Timestamp } from '../time/timestamp.js';

/** What calls are made by. */
export interface CallSpec<T, R> {
  readonly kind: string;
  readonly fn: (value: T, signal: AbortSignal) => R | PromiseLike<R> | Observable<R>;
  /** Milliseconds, retries included; Infinity: none. */
  readonly timeout: number;
  readonly onTimeout: ((value: T, timestamp: Timestamp) => R) | undefined;
  readonly onError: ((error: unknown, value: T) => R) | undefined;
  /** How often a call may be repeated. */
  readonly retries: number;
  /** Milliseconds before a repetition. */
  readonly pause: (retry: number, error: unknown) => number;
  readonly mayRetry: (error: unknown, value: T) => boolean;
  readonly counts: AsyncCounts;
}

/** Does something in turn; what it throws ends the stream. */
export type InTurn = (task: () => void) => void;

export class AsyncCall<T, R> {
  readonly #spec: CallSpec<T, R>;
  readonly #value: T;
  readonly #timestamp: Timestamp;
  readonly #clock: Clock;
  readonly #inTurn: InTurn;
  readonly #done: (result: R) => void;
  /** Made only for a function that has a parameter for its signal: a signal costs several times what the rest does. */
  readonly #abort: AbortController | undefined;
  #over = false;
  #retries = 0;
  #deadline: Cancelable | undefined = undefined;
  /** What would bring the outcome: an Observable, or the pause before the next attempt. */
  #pending: Unsubscribable | undefined = undefined;

  /** `done` gets the result, in turn. */
  constructor(spec: CallSpec<T, R>, value: T, timestamp: Timestamp, clock: Clock, inTurn: InTurn, done: (result: R) => void) {
    this.#spec = spec;
    this.#value = value;
    this.#timestamp = timestamp;
    this.#clock = clock;
    this.#inTurn = inTurn;
    this.#done = done;
    this.#abort = spec.fn.length === 1 ? undefined : new AbortController();
  }

  /** To be called in turn. */
  start(): void {
    const { timeout } = this.#spec;
    if (timeout < Infinity) this.#deadline = this.#clock.at(this.#clock.now() + timeout, () => this.#next(() => this.#timeOut()));
    this.#attempt();
  }

  /** Its result is no longer wanted. */
  cancel(reason?: unknown): void {
    if (this.#over) return;
    this.#end();
    this.#abort?.abort(reason);
  }

  #attempt(): void {
    const { fn } = this.#spec;
    try {
      const answer = fn(this.#value, this.#abort?.signal as AbortSignal);
      if (isObservable(answer)) this.#watch(answer);
      else if (isThenable(answer))
        Promise.resolve(answer).then(
          result => this.#settle(result),
          error => this.#fail(error),
        );
      else this.#settle(answer as R);
    } catch (error) {
      this.#fail(error);
    }
  }

  #settle(result: R): void {
    this.#next(() => {
      this.#end();
      this.#done(result);
    });
  }

  #fail(error: unknown): void {
    this.#next(() => this.#retry(error));
  }

  /** The first value of an Observable is the result; the rest is not wanted. */
  #watch(answer: Observable<R>): void {
    // The function itself may have ended the stream.
    if (this.#over) return;
    let empty = true;
    const pending = new Subscription();
    this.#pending = pending;
    pending.add(
      answer.pipe(take(1)).subscribe({
        next: result => {
          empty = false;
          this.#settle(result);
        },
        error: error => this.#fail(error),
        complete: () => {
          if (empty) this.#fail(noValue(this.#spec.kind, this.#value));
        },
      }),
    );
  }

  #retry(error: unknown): void {
    const { retries, mayRetry, pause, counts } = this.#spec;
    if (this.#retries >= retries || !mayRetry(error, this.#value)) {
      this.#giveUp(error);
      return;
    }
    const wait = pause(++this.#retries, error);
    counts.retries++;
    if (wait === 0) this.#attempt();
    else this.#pending = this.#clock.at(this.#clock.now() + wait, () => this.#next(() => this.#attempt()));
  }

  #timeOut(): void {
    const { kind, timeout, onTimeout, counts } = this.#spec;
    const error = new TidemarkError(
      'TIMED_OUT',
      `${kind}: the call for ${show(this.#value)} took longer than ${timeout} ms. Raise timeout, or give a result in its place by onTimeout.`,
    );
    counts.timeouts++;
    this.cancel(error);
    if (onTimeout) this.#done(onTimeout(this.#value, this.#timestamp));
    else this.#giveUp(error);
  }

  #giveUp(error: unknown): void {
    const { onError } = this.#spec;
    this.#end();
    if (!onError) throw error;
    this.#done(onError(error, this.#value));
  }

  #end(): void {
    this.#over = true;
    this.#deadline?.unsubscribe();
    this.#pending?.unsubscribe();
  }

  /** In turn, unless it is over by then. */
  #next(task: () => void): void {
    this.#inTurn(() => {
      if (!this.#over) task();
    });
  }
}

/** Whether an answer is to come: anything with a `then`. */
export function isThenable<R>(answer: R | PromiseLike<R>): answer is PromiseLike<R> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function';
}

function noValue(kind: string, value: unknown): TidemarkError {
  return new TidemarkError(
    'BAD_VALUE',
    `${kind}: the Observable for ${show(value)} completed without a value, but each element needs one result. Use defaultIfEmpty().`,
  );
}
