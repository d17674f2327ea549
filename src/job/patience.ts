/** Waiting for what may hang, until somebody has had enough of it. What hangs is left to itself, and what it says later is not heard. */
import type { Env } from '../checkpoint/env.js';
import { quietly } from './quietly.js';

export class Patience {
  readonly #env: Env;
  readonly #gone: Promise<void>;
  #lose!: () => void;

  constructor(env: Env) {
    this.#env = env;
    this.#gone = new Promise(resolve => {
      this.#lose = resolve;
    });
  }

  /** Nothing is waited for any more. */
  lose(): void {
    this.#lose();
  }

  /** Waits for something; what it rejects with is of no use here. `most`: milliseconds. */
  async wait(what: () => unknown, most: number = Infinity): Promise<void> {
    let cancel: (() => void) | undefined;
    const limit = new Promise<void>(resolve => {
      if (most < Infinity) cancel = this.#env.after(most, resolve);
    });
    await Promise.race([quietly(what), this.#gone, limit]);
    cancel?.();
  }
}
