/** So many of each kind in a second, by the clock of the run; how many were left out is said with the next. */
import type { Timestamp } from '../time/timestamp.js';

interface Second {
  number: number;
  said: number;
  left: number;
}

export class Sampler {
  readonly #perSecond: number;
  readonly #seconds = new Map<object, Map<string, Second>>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** How many were left out before this one, which stands for `count`; undefined: it is left out, too. */
  take(of: object, kind: string, now: Timestamp, count = 1): number | undefined {
    const second = this.#of(of, kind);
    const number = Math.floor(now / 1_000);
    if (number !== second.number) {
      second.number = number;
      second.said = 0;
    }
    if (second.said >= this.#perSecond) {
      second.left += count;
      return undefined;
    }
    const left = second.left + count - 1;
    second.said++;
    second.left = 0;
    return left;
  }

  #of(of: object, kind: string): Second {
    let kinds = this.#seconds.get(of);
    if (!kinds) this.#seconds.set(of, (kinds = new Map()));
    let second = kinds.get(kind);
    if (!second) kinds.set(kind, (second = { number: NaN, said: 0, left: 0 }));
    return second;
  }
}
