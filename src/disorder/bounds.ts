/** What bounds would have done: the trade-off between elements that come late and results that have to wait. */
import { Histogram } from '../time/histogram.js';

/** Buckets of lags are at most 1 / 128 (0.8 %) wide. */
const BITS = 7;

/** What one bound would have done. */
export interface BoundRow {
  /** How far the watermark stays behind, in milliseconds. */
  readonly bound: number;
  /** How many elements would have come behind the watermark: exactly. */
  readonly late: number;
  /** Their share of the elements that were measured, from 0 to 1. */
  readonly lateShare: number;
  /** How far the watermark would have been behind the clock (`arrival`; without it, the highest timestamp) at each arrival, in milliseconds. */
  readonly resultLag: {
    /** The mean. */
    readonly mean: number;
    /** The median. */
    readonly median: number;
    /** The 99th percentile. */
    readonly p99: number;
  };
}

/** The least bound for a share of elements on time. */
export interface Suggestion extends BoundRow {
  /** The share that is to be on time: 0.99, 0.999 or 1. */
  readonly completeness: number;
}

/** What bounds would have done with one way of forming the watermark. */
export interface Bounds {
  /** How many elements were measured. */
  readonly elements: number;
  /** Those behind the watermark if it had no bound at all. */
  readonly outOfOrder: number;
  /** The furthest behind, in milliseconds: with this bound nothing is late. */
  readonly longest: number;
  /** The least bounds for 90 %, 99 %, 99.9 %, 99.99 % and all elements on time, each at most 0.8 % larger than need be. */
  readonly suggestions: readonly Suggestion[];
  /** The whole trade-off, from bound 0 to the longest: what the picture shows. About eight rows for each doubling of the bound. */
  readonly curve: readonly BoundRow[];
}

const COMPLETENESS = [0.9, 0.99, 0.999, 0.9999, 1] as const;

/** Counts how far elements are behind the watermark of bound 0, and that behind the clock. */
export class BoundsMeter {
  readonly #behind: Histogram;
  readonly #wait: Histogram;

  constructor(behind: Histogram = new Histogram(BITS), wait: Histogram = new Histogram(BITS)) {
    this.#behind = behind;
    this.#wait = wait;
  }

  /** The mean distance behind the watermark. */
  get mean(): number {
    return this.#behind.mean;
  }

  /** An element so far behind the watermark of bound 0 (0 if it is not), which then is so far behind the clock. */
  add(behind: number, wait: number): void {
    this.#behind.add(behind);
    this.#wait.add(wait);
  }

  /** One of its own, to be counted on apart. */
  copy(): BoundsMeter {
    return new BoundsMeter(this.#behind.copy(), this.#wait.copy());
  }

  bounds(): Bounds {
    const behind = this.#behind;
    return {
      elements: behind.count,
      outOfOrder: behind.countAbove(0),
      longest: behind.largest,
      suggestions: COMPLETENESS.map(completeness => ({ completeness, ...this.#row(this.#boundFor(completeness)) })),
      curve: [...thinned(behind.tops())].map(bound => this.#row(bound)),
    };
  }

  #boundFor(completeness: number): number {
    // Without the millionth, 0.1 % of 1,000 would be 0 elements, not 1: 1 - 0.999 is a little less than 0.001.
    return this.#behind.exceededBy(Math.floor((1 - completeness) * this.#behind.count + 1e-6));
  }

  #row(bound: number): BoundRow {
    const { count } = this.#behind;
    const late = this.#behind.countAbove(bound);
    const wait = this.#wait;
    const resultLag = {
      mean: Math.round(bound + wait.mean),
      median: bound + wait.exceededBy(Math.floor(count * 0.5)),
      p99: bound + wait.exceededBy(Math.floor(count * 0.01)),
    };
    return { bound, late, lateShare: count === 0 ? 0 : late / count, resultLag };
  }
}

/** 0, the last, and of the others those that are an eighth apart. */
function* thinned(tops: Iterable<number>): Generator<number> {
  yield 0;
  let [said, last] = [0, 0];
  for (const top of tops) {
    last = top;
    if (top <= said * 1.09) continue;
    yield (said = top);
  }
  if (last > said) yield last;
}
