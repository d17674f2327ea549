/** How much the graph of a job may be given at once: operators that wait for the world, and sinks, say how much room they have. */
import { Bell } from './bell.js';
import type { Room } from './reading.js';

export class Rooms implements Room {
  readonly #rooms: (() => number)[] = [];
  readonly #bell: Bell = new Bell();

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
    return this.#bell.wait();
  }

  /** Whoever waits looks again. */
  relieve(): void {
    this.#bell.ring();
  }
}
