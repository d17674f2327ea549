/** Wakes whoever waits for something to change. */
export class Bell {
  #waiting: (() => void)[] = [];

  /** Resolves when it rings the next time. */
  wait(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** All that wait go on, and look for themselves. */
  ring(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
