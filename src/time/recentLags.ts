/**
 * A quantile of the recent numbers of a stream, followed from element to element. Each element weighs `1 + 1 / memory` times the one
 * before it ("forward decay" of Cormode, Shkapenyuk, Srivastava and Xu, 2009), in buckets at most a 32nd of their value wide. A pointer
 * stays at the quantile, and walks a step or two when an element comes; nothing is allocated.
 */
import { bucketOf, grown, topOf } from './histogram.js';

/** Buckets are at most 1 / 32 of their value wide: small enough for thousands of devices with a sketch each. */
const BITS = 5;

/** When the newest element weighs this much the weights are scaled down, and what weighs less than one first did is forgotten. */
const HEAVIEST = 64;

/** All that it remembers, as plain data. */
export interface RecentLagsMemory {
  readonly weight: number;
  readonly total: number;
  readonly at: number;
  readonly above: number;
  /** The buckets that hold something, and their weights, in turns. */
  readonly buckets: readonly number[];
}

/** The recent numbers, the newer the heavier. */
export class RecentLags {
  readonly #growth: number;
  #weights: Float64Array = new Float64Array(64);
  /** What the next element weighs. */
  #weight = 1;
  #total = 0;
  /** The highest bucket that holds something. */
  #top = 0;
  /** The bucket of the quantile, and the weight of what lies above it. */
  #at = 0;
  #above = 0;

  /** `memory`: after so many elements the weight of one has fallen to 1/e of a new one's; it is forgotten after four to eight times as many. */
  constructor(memory: number, from?: RecentLagsMemory) {
    this.#growth = 1 + 1 / memory;
    if (from) this.#restore(from);
  }

  /** Counts a whole number of zero or more. */
  add(value: number): void {
    const bucket = bucketOf(value, BITS);
    if (bucket >= this.#weights.length) this.#weights = grown(this.#weights, bucket);
    this.#weights[bucket]! += this.#weight;
    this.#total += this.#weight;
    if (bucket > this.#at) this.#above += this.#weight;
    if (bucket > this.#top) this.#top = bucket;
    this.#weight *= this.#growth;
    if (this.#weight > HEAVIEST) this.#scaleDown();
  }

  /**
   * The number that the next element exceeds with a chance of at most `share`, if it is like the recent ones: what exceeds it, and one
   * more, is at most that share of all, and one more. (The rule of conformal prediction.) If no number is as safe, the largest.
   */
  exceededBy(share: number): number {
    const room = share * (this.#total + this.#weight) - this.#weight;
    const weights = this.#weights;
    while (this.#above > room && this.#at < this.#top) this.#above -= weights[++this.#at]!;
    // No rounding is left where nothing lies above.
    if (this.#at >= this.#top) this.#above = 0;
    while (this.#at > 0 && this.#above + weights[this.#at]! <= room) this.#above += weights[this.#at--]!;
    return topOf(this.#at, BITS);
  }

  memory(): RecentLagsMemory {
    const buckets: number[] = [];
    for (let bucket = 0; bucket <= this.#top; bucket++) if (this.#weights[bucket]! > 0) buckets.push(bucket, this.#weights[bucket]!);
    return { weight: this.#weight, total: this.#total, at: this.#at, above: this.#above, buckets };
  }

  #restore({ weight, total, at, above, buckets }: RecentLagsMemory): void {
    this.#weight = weight;
    this.#total = total;
    this.#at = at;
    this.#above = above;
    for (let index = 0; index < buckets.length; index += 2) {
      this.#top = buckets[index]!;
      if (this.#top >= this.#weights.length) this.#weights = grown(this.#weights, this.#top);
      this.#weights[this.#top] = buckets[index + 1]!;
    }
  }

  #scaleDown(): void {
    const weights = this.#weights;
    let [total, above, top] = [0, 0, 0];
    for (let bucket = 0; bucket <= this.#top; bucket++) {
      const scaled = weights[bucket]! / this.#weight;
      weights[bucket] = scaled < 1 / HEAVIEST ? 0 : scaled;
      if (weights[bucket] === 0) continue;
      total += scaled;
      if (bucket > this.#at) above += scaled;
      top = bucket;
    }
    this.#weight = 1;
    this.#total = total;
    this.#top = top;
    this.#above = above;
    if (this.#at > top) this.#at = top;
  }
}
