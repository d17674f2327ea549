/**
 * One try at something that may hang: it has a time limit, and can be called off. Whatever is awaited through it ends when it does,
 * and what comes of that later is nobody's business: no rejection is left unhandled.
 */
import { TidemarkError } from '../errors.js';
import type { Env } from './env.js';

export class Attempt {
  /** Why it is over before its end; undefined: it is not. */
  failure: TidemarkError | undefined;
  readonly #gone: Promise<never>;
  #giveUp!: (error: TidemarkError) => void;
  readonly #stop: (() => void)[] = [];

  /** `what` is said in errors. `timeout`: milliseconds; Infinity: none. */
  constructor(env: Env, what: string, timeout: number, signal?: AbortSignal) {
    this.#gone = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    this.#gone.catch(() => undefined);
    const late = () => this.fail(new TidemarkError('TIMED_OUT', `${what} took longer than ${timeout} ms.`));
    if (timeout < Infinity) this.#stop.push(env.after(timeout, late));
    if (!signal) return;
    const called = () => this.fail(new TidemarkError('CHECKPOINT_FAILED', `${what} was called off.`, { cause: signal.reason }));
    if (signal.aborted) called();
    signal.addEventListener('abort', called);
    this.#stop.push(() => signal.removeEventListener('abort', called));
  }

  /** Ends it: what waits in `race` is rejected. */
  fail(error: TidemarkError): void {
    if (this.failure) return;
    this.failure = error;
    this.#giveUp(error);
    this.close();
  }

  /** What a promise comes to, or the failure of this attempt, whichever is first. */
  race<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined);
    if (this.failure) return Promise.reject(this.failure);
    return Promise.race([promise, this.#gone]);
  }

  /** It has succeeded: its timer is called off. */
  close(): void {
    for (const stop of this.#stop.splice(0)) stop();
  }
}

/** An error as one of ours: others are the cause of one with `code`. */
export function asFailure(error: unknown, what: string): TidemarkError {
  if (error instanceof TidemarkError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new TidemarkError('CHECKPOINT_FAILED', `${what}: ${said}`, { cause: error });
}
