/** Calls of one owner, which take turns, until he is over: then those that have not begun find that out by themselves. */
export class Turns {
  #over = false;
  #queue: Promise<unknown> = Promise.resolve();

  /** He has failed, or was closed. */
  get over(): boolean {
    return this.#over;
  }

  /** Does it when all before it have ended, however they did. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** At once. */
  stop(): void {
    this.#over = true;
  }

  /** Behind all that wait. */
  async end(): Promise<void> {
    await this.#queue;
    this.#over = true;
  }
}
