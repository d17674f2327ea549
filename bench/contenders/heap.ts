/** A binary heap of times, each with what is due then, as programs write one for their timers. */
export interface Timer<T> {
  readonly time: number;
  readonly what: T;
}

export class TimerHeap<T> {
  readonly #timers: Timer<T>[] = [];

  push(timer: Timer<T>): void {
    const timers = this.#timers;
    let at = timers.length;
    timers.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = timers[parent] as Timer<T>;
      if (above.time <= timer.time) break;
      timers[at] = above;
      at = parent;
    }
    timers[at] = timer;
  }

  /** Takes out the earliest timer if it is due at `time`. */
  due(time: number): Timer<T> | undefined {
    const timers = this.#timers;
    const first = timers[0];
    if (first === undefined || first.time > time) return undefined;
    const last = timers.pop() as Timer<T>;
    if (timers.length > 0) this.#sink(last);
    return first;
  }

  #sink(timer: Timer<T>): void {
    const timers = this.#timers;
    let at = 0;
    for (let child = 1; child < timers.length; child = 2 * at + 1) {
      const right = timers[child + 1];
      if (right !== undefined && right.time < (timers[child] as Timer<T>).time) child++;
      const below = timers[child] as Timer<T>;
      if (below.time >= timer.time) break;
      timers[at] = below;
      at = child;
    }
    timers[at] = timer;
  }
}
