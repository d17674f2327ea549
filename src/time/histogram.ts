/**
 * Counts of whole, non-negative numbers in buckets that widen with the value: numbers below `2 ** (bits + 1)` have a bucket each, and
 * above that each power of two is cut into `2 ** bits` buckets. So a bucket is at most 1 / 2^bits of its least number wide, whatever
 * the numbers, and there are at most `(54 - bits) * 2^bits` buckets. (The layout of HdrHistogram by Gil Tene, with the guarantee of
 * DDSketch by Masson, Rim and Lee, 2019.) Bits are read from the number itself: no logarithm, the same on every machine.
 */

/** The largest number that has a bucket; larger ones count as this. */
const MOST = Number.MAX_SAFE_INTEGER;

/** The number of the bucket that holds a whole number from 0 to 2^53 - 1. */
export function bucketOf(value: number, bits: number): number {
  if (value < 2 ** 31) {
    const shift = 31 - bits - Math.clz32(value);
    return shift <= 0 ? value : (shift << bits) + (value >> shift);
  }
  const shift = 53 - bits - Math.clz32(Math.floor(value / 2 ** 22));
  return shift * 2 ** bits + Math.floor(value / 2 ** shift);
}

/** The largest number in a bucket. */
export function topOf(bucket: number, bits: number): number {
  const shift = (bucket >> bits) - 1;
  if (shift <= 0) return bucket;
  const leading = bucket - (shift << bits) + 1;
  // A power costs more than all the rest, and is only needed beyond 32 bits.
  return shift + bits < 29 ? (leading << shift) - 1 : leading * 2 ** shift - 1;
}

/** Room for bucket `bucket` and some more. */
export function grown(counts: Float64Array, bucket: number): Float64Array {
  const larger = new Float64Array(Math.max(2 * counts.length, bucket + 1));
  larger.set(counts);
  return larger;
}

/** How often which numbers came. Memory grows with the largest number, by its logarithm, and not with how many there are. */
export class Histogram {
  readonly #bits: number;
  #counts: Float64Array = new Float64Array(16);
  #count = 0;
  #sum = 0;
  #largest = 0;

  /** Buckets are at most `1 / 2 ** bits` of their value wide. */
  constructor(bits: number) {
    this.#bits = bits;
  }

  /** How many numbers there are. */
  get count(): number {
    return this.#count;
  }

  /** Their mean; 0 if there are none. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** The largest of them, exactly; 0 if there are none. */
  get largest(): number {
    return this.#largest;
  }

  /** Counts a whole number of zero or more. */
  add(value: number): void {
    const number = value > MOST ? MOST : value;
    const bucket = bucketOf(number, this.#bits);
    if (bucket >= this.#counts.length) this.#counts = grown(this.#counts, bucket);
    this.#counts[bucket]! += 1;
    this.#count += 1;
    this.#sum += number;
    if (number > this.#largest) this.#largest = number;
  }

  /**
   * The least number that no more than `count` numbers exceed: exactly if it is below `2 ** (bits + 1)` or `count` is 0, else at most
   * one bucket too large.
   */
  exceededBy(count: number): number {
    let above = 0;
    for (let bucket = this.#counts.length - 1; bucket >= 0; bucket--) {
      above += this.#counts[bucket]!;
      if (above > count) return Math.min(topOf(bucket, this.#bits), this.#largest);
    }
    return 0;
  }

  /** How many numbers are larger: exact if `value` is the top of a bucket, else those of its own bucket are taken for larger if it has larger ones. */
  countAbove(value: number): number {
    if (value >= this.#largest) return 0;
    const own = bucketOf(value, this.#bits);
    let above = 0;
    for (let bucket = this.#counts.length - 1; bucket > own; bucket--) above += this.#counts[bucket]!;
    return topOf(own, this.#bits) > value ? above + (this.#counts[own] ?? 0) : above;
  }

  /** The tops of the buckets that hold something, ascending; the last one is the largest number. */
  *tops(): Generator<number> {
    for (let bucket = 0; bucket < this.#counts.length; bucket++)
      if (this.#counts[bucket]! > 0) yield Math.min(topOf(bucket, this.#bits), this.#largest);
  }

  /** One of its own with the same numbers. */
  copy(): Histogram {
    const copy = new Histogram(this.#bits);
    copy.#counts = this.#counts.slice();
    copy.#count = this.#count;
    copy.#sum = this.#sum;
    copy.#largest = this.#largest;
    return copy;
  }
}
