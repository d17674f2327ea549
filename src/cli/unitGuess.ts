/** Notices numbers that were read as milliseconds and are none: those since 1970 that people write have magnitudes that do not overlap. */
import type { Unit } from './options.js';

/** Counts times by what they look like. */
export class UnitGuess {
  #times = 0;
  #seconds = 0;
  #micros = 0;

  /** A time that was read as milliseconds. */
  add(time: number): void {
    const size = Math.abs(time);
    this.#times++;
    // As milliseconds 1970 to 1973, as seconds 1973 to 5138. Below: times that begin anew, such as those of a simulation.
    if (size > 1e8 && size < 1e11) this.#seconds++;
    // As milliseconds from 5138 on, as microseconds from 1973.
    else if (size > 1e14) this.#micros++;
  }

  /** What more than half of them look like, and with it their median; undefined: milliseconds. */
  get found(): Unit | undefined {
    return 2 * this.#seconds > this.#times ? 's' : 2 * this.#micros > this.#times ? 'us' : undefined;
  }
}
