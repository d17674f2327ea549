/** A source that several lanes hear: each slice goes to all of them before the next one, and all stand at the same position in between. */
import type { SourceTarget } from '../stream/sink.js';

/** What the driver of the lanes is told. */
export interface LockstepDriver {
  /** Does something in all lanes, as one step. */
  turn(work: () => void): void;
  /** Processing time goes on, in all lanes. */
  move(): void;
  /** So many elements have come, in all lanes. */
  took(count: number): void;
  /** Asked after each element, if it is singly: whether the lanes have come to where they are to end. */
  readonly arrived: boolean;
  /** The source has failed. */
  failed(error: unknown): void;
}

export class Lockstep<T> implements SourceTarget<T> {
  readonly #targets: readonly SourceTarget<T>[];
  readonly #driver: LockstepDriver;
  readonly #singly: boolean;
  readonly #batches: boolean;
  #ended = false;

  /** `singly`: the lanes may have to end after any element. `batches`: each value is an array of elements. */
  constructor(targets: readonly SourceTarget<T>[], driver: LockstepDriver, singly: boolean, batches: boolean) {
    this.#targets = targets;
    this.#driver = driver;
    this.#singly = singly;
    this.#batches = batches;
  }

  get closed(): boolean {
    return this.#ended || this.#targets.every(target => target.closed);
  }

  next(value: T): void {
    this.all([value]);
  }

  all(values: readonly T[]): void {
    this.#driver.move();
    this.#driver.turn(() => {
      let taken = values.length;
      if (this.#singly) taken = this.#each(values);
      else for (const target of this.#targets) if (!target.closed) target.all(values);
      this.#driver.took(this.#batches ? elementsIn(values.slice(0, taken)) : taken);
    });
  }

  /** One after the other, in all lanes; returns how many there were before the end. */
  #each(values: readonly T[]): number {
    for (let at = 0; at < values.length; at++) {
      if (this.closed || this.#driver.arrived) return at;
      for (const target of this.#targets) if (!target.closed) target.next(values[at] as T);
    }
    return values.length;
  }

  error(error: unknown): void {
    this.#driver.failed(error);
  }

  /** The source has ended, or is cut off here: all lanes hear it. */
  complete(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#driver.turn(() => {
      for (const target of this.#targets) target.complete();
    });
  }
}

function elementsIn(batches: readonly unknown[]): number {
  return batches.reduce<number>((sum, batch) => sum + (Array.isArray(batch) ? batch.length : 1), 0);
}
