/** Calls that are answered by hand, for tests of asynchronous operators. */
import { firstValueFrom, Observable, type Subscriber } from 'rxjs';

interface Call<R> {
  readonly value: unknown;
  readonly subscriber: Subscriber<R>;
}

/** Where calls lie until a test answers them, at once: by Observables, or, with `promises`, by promises. */
export class Desk<R = string> {
  /** Every value that was called with, in order. */
  readonly called: unknown[] = [];
  /** Values whose signal was aborted. */
  readonly aborted: unknown[] = [];
  /** Values whose Observable was let go of, answered or not. */
  readonly released: unknown[] = [];
  #open: Call<R>[] = [];
  readonly #promises: boolean;

  constructor(promises = false) {
    this.#promises = promises;
  }

  readonly call = (value: unknown, signal: AbortSignal): Observable<R> | Promise<R> => {
    this.called.push(value);
    signal.addEventListener('abort', () => this.aborted.push(value));
    const answer = new Observable<R>(subscriber => {
      const call = { value, subscriber };
      this.#open.push(call);
      return () => {
        this.#open = this.#open.filter(one => one !== call);
        this.released.push(value);
      };
    });
    return this.#promises ? firstValueFrom(answer) : answer;
  };

  /** Answers the first open call with this value. */
  answer(value: unknown, result: R): this {
    this.#take(value).next(result);
    return this;
  }

  fail(value: unknown, error: unknown = new Error(`no ${String(value)}`)): this {
    this.#take(value).error(error);
    return this;
  }

  #take(value: unknown): Subscriber<R> {
    const call = this.#open.find(one => one.value === value);
    if (!call) throw new Error(`no open call for ${String(value)}`);
    return call.subscriber;
  }
}
