/**
 * One call at a time. A call that comes while another is at work (a subscriber that feeds the source) waits for its turn,
 * instead of being worked on in the midst of the other, or on top of it: the stack does not grow.
 */
export class Turnstile {
  /** A call is at work. */
  busy = false;
  readonly #waiting: (() => void)[] = [];
  #draining = false;

  /** Whether calls wait. */
  get crowded(): boolean {
    return this.#waiting.length > 0;
  }

  /** Lets a call wait until those before it are over. */
  wait(call: () => void): void {
    this.#waiting.push(call);
  }

  /** The call at work is over: those that wait come one after the other. */
  leave(): void {
    this.busy = false;
    if (this.#draining || this.#waiting.length === 0) return;
    this.#draining = true;
    try {
      while (this.#waiting.length > 0) this.#waiting.shift()?.();
    } finally {
      this.#draining = false;
    }
  }

  /** Those that wait are sent away. */
  clear(): void {
    this.#waiting.length = 0;
  }
}
