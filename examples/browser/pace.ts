/** How fast the feed is replayed: days of it per second, which may be changed at any time, and not at all while it is paused. */
import { DAY } from '../earthquakes/compare.js';
import type { Quake } from '../earthquakes/feed.js';

export class Pacer {
  #speed: number;
  #paused = false;
  #began: { readonly feed: number; readonly wall: number } | undefined;
  #changed: (() => void)[] = [];

  constructor(speed: number) {
    this.#speed = speed;
  }

  get paused(): boolean {
    return this.#paused;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    this.#change();
  }

  set speed(daysPerSecond: number) {
    this.#speed = daysPerSecond;
    this.#change();
  }

  /** Resolves when it is the turn of a quake. */
  async turn(quake: Quake): Promise<void> {
    for (;;) {
      if (this.#paused) await this.#wait(undefined);
      if (this.#paused) continue;
      this.#began ??= { feed: quake.updated, wall: performance.now() };
      const wait = ((quake.updated - this.#began.feed) / DAY / this.#speed) * 1000 - (performance.now() - this.#began.wall);
      // Short waits are saved up, for timers are coarse.
      if (wait < 15) return;
      await this.#wait(wait);
    }
  }

  /** From now on by other rules. */
  #change(): void {
    this.#began = undefined;
    for (const go of this.#changed.splice(0)) go();
  }

  #wait(milliseconds: number | undefined): Promise<void> {
    return new Promise(resolve => {
      this.#changed.push(resolve);
      if (milliseconds !== undefined) setTimeout(resolve, milliseconds);
    });
  }
}
