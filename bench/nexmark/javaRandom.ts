/**
 * `java.util.Random`, draw for draw: the 48-bit linear congruential generator s = s * 0x5DEECE66D + 0xB mod 2^48.
 * The state is two halves of 24 bits, so that every product is exact in a double and no BigInt stands in the way.
 * Seeds are non-negative safe integers.
 */
const HALF = 0x1000000;
const MASK = 0xffffff;
const MULTIPLIER_HIGH = 0x5de;
const MULTIPLIER_LOW = 0xece66d;

/** A generator that can be seeded again, so that one object serves a whole stream. */
export class JavaRandom {
  private high = 0;
  private low = 0;

  constructor(seed = 0) {
    this.seed(seed);
  }

  /** Starts anew, as `new Random(seed)` does. */
  seed(seed: number): void {
    this.high = ((seed / HALF) & MASK) ^ MULTIPLIER_HIGH;
    this.low = (seed % HALF) ^ MULTIPLIER_LOW;
  }

  /** `nextInt()`: any 32-bit integer, signed. */
  int(): number {
    this.step();
    return (this.high << 8) | (this.low >>> 16);
  }

  /** `nextInt(bound)`: from 0 to below `bound`. */
  below(bound: number): number {
    let bits = this.bits31();
    if ((bound & (bound - 1)) === 0) return bits >>> Math.clz32(bound);
    let value = bits % bound;
    // Java sees the incomplete last run of values as an overflow of its int, and draws again.
    while (bits - value + (bound - 1) > 0x7fffffff) {
      bits = this.bits31();
      value = bits % bound;
    }
    return value;
  }

  /** `nextDouble()`: from 0 to below 1. */
  double(): number {
    this.step();
    const upper = (this.high << 2) | (this.low >>> 22);
    this.step();
    const lower = (this.high << 3) | (this.low >>> 21);
    return (upper * 0x8000000 + lower) * 2 ** -53;
  }

  private bits31(): number {
    this.step();
    return (this.high << 7) | (this.low >>> 17);
  }

  private step(): void {
    const { high, low } = this;
    const carry = Math.floor((low * MULTIPLIER_LOW + 0xb) / HALF);
    this.low = (Math.imul(low, MULTIPLIER_LOW) + 0xb) & MASK;
    this.high = (Math.imul(high, MULTIPLIER_LOW) + Math.imul(low, MULTIPLIER_HIGH) + carry) & MASK;
  }
}
