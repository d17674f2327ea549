/** How much the graph of a job may be given at once: operators that wait for the world, and sinks, say how much room they have. */
import type { Room } from './reading.js';

export class Rooms implements Room {
  readonly #rooms: (() => number)[] = [];
  #waiting: (() => void)[] = [];

  /** `room`: how many elements may come. Returns what is called when room has been made. */
  add(room: () => number): () => void {
    this.#rooms.push(room);
    return () => this.relieve();
  }

  get room(): number {
    let least = Infinity;
    for (const room of this.#rooms) least = Math.min(least, room());
    return least;
  }

  wait(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** Whoever waits looks again. */
  relieve(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
