/**
 * The sum that no order of arrival can change: correctly rounded from the exact one.
 *
 * The accumulator is an expansion (Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997; Python's math.fsum): numbers
 * of increasing size whose bits do not overlap, so that together they are the exact sum. Values of like size need a handful of
 * them, and each `add` walks them all. What a sum on the way exceeds the range by is counted in units of 2^1024, and may come back.
 */
import type { Aggregate } from './aggregate.js';
import { badNumber, checkFunction } from './check.js';

/** The exact sum of the finite values is the sum of `partials` and of `overflow` times 2^1024; the infinite ones are counted. */
export interface ExactSum {
  readonly partials: number[];
  overflow: number;
  plusInfinity: number;
  minusInfinity: number;
}

const TWO_1023 = 2 ** 1023;
/** Half the distance from `Number.MAX_VALUE` to 2^1024. */
const HALF_LAST_STEP = 2 ** 970;

/**
 * The sum of a number of each element, exact and rounded once at the end: the same to the last bit for any order of arrival and
 * any merging, and as if it had never been added for what was taken back; 0 for none. Takes retractions.
 *
 * Sums on the way may exceed the range of a number; the result is infinite only if the rounded sum itself does. Infinite values
 * are counted: the result is infinite while there is one, and NaN while there are both. -0 counts as 0.
 * It takes several times as long as {@link sum}, and an object per window and key.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is not a function; `BAD_VALUE`, when an element arrives, if `of` gives NaN or no number.
 *
 * @example
 * ```ts
 * import { exactSum } from 'tidemark';
 *
 * // 0.1 + 0.2 + 0.3 is 0.6 here; the plain sum gives 0.6000000000000001 in one order and 0.6 in another.
 * const total = exactSum((item: { price: number }) => item.price);
 * ```
 */
export function exactSum<T>(of: (value: T) => number): Aggregate<T, ExactSum, number> {
  checkFunction(of, 'exactSum');
  const count = (acc: ExactSum, value: T, times: 1 | -1): ExactSum => {
    const x = of(value);
    if (typeof x !== 'number' || x !== x) throw badNumber('exactSum', x, value);
    if (x === Infinity) acc.plusInfinity += times;
    else if (x === -Infinity) acc.minusInfinity += times;
    else grow(acc, times * x);
    return acc;
  };
  return Object.freeze<Aggregate<T, ExactSum, number>>({
    name: 'exactSum',
    create: () => ({ partials: [], overflow: 0, plusInfinity: 0, minusInfinity: 0 }),
    add: (acc, value) => count(acc, value, 1),
    merge: (a, b) => {
      for (const partial of b.partials) grow(a, partial);
      a.overflow += b.overflow;
      a.plusInfinity += b.plusInfinity;
      a.minusInfinity += b.minusInfinity;
      return a;
    },
    result: rounded,
    remove: (acc, value) => count(acc, value, -1),
    copy: acc => ({ ...acc, partials: acc.partials.slice() }),
  });
}

/** Adds a finite number to the expansion: each partial leaves what rounding would lose, and hands the rest on. */
function grow(acc: ExactSum, added: number): void {
  const { partials } = acc;
  let x = added;
  let kept = 0;
  for (let i = 0; i < partials.length; i++) {
    let y = partials[i] as number;
    if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
    let high = x + y;
    if (high === Infinity || high === -Infinity) {
      // Take 2^1024 out of the larger one, in two exact steps since it is no number itself. What is left has the other sign and
      // is hardly larger than y, so that the new sum is exact, whichever of the two is larger.
      const sign = high > 0 ? 1 : -1;
      acc.overflow += sign;
      x = x - sign * TWO_1023 - sign * TWO_1023;
      high = x + y;
    }
    const low = y - (high - x);
    if (low !== 0) partials[kept++] = low;
    x = high;
  }
  partials.length = kept;
  if (x !== 0) partials.push(x);
}

function rounded({ partials, overflow, plusInfinity, minusInfinity }: ExactSum): number {
  // NaN when there are both.
  if (plusInfinity || minusInfinity) return (plusInfinity && Infinity) - (minusInfinity && Infinity);
  return overflow === 0 ? roundedPartials(partials) : roundedOverflow(partials, overflow);
}

/** The sum of the partials, rounded once, halves to even. */
function roundedPartials(partials: readonly number[]): number {
  let i = partials.length - 1;
  if (i < 0) return 0;
  let high = partials[i] as number;
  let low = 0;
  while (i > 0 && low === 0) {
    const x = high;
    const y = partials[--i] as number;
    high = x + y;
    low = y - (high - x);
  }
  // The rest lies exactly in the middle of two numbers only if nothing follows: what follows decides where it goes.
  const next = i > 0 ? (partials[i - 1] as number) : 0;
  if ((low < 0 && next < 0) || (low > 0 && next > 0)) {
    const twice = low * 2;
    const moved = high + twice;
    if (moved - high === twice) high = moved;
  }
  return high;
}

/** The same with an overflow that is not zero. The partials together are less than 2^1024, so only one of it can come back. */
function roundedOverflow(partials: readonly number[], overflow: number): number {
  const sign = overflow > 0 ? 1 : -1;
  const top = partials.at(-1) ?? 0;
  if (Math.abs(overflow) > 1 || top * sign >= 0) return sign * Infinity;
  // Halves, so that 2^1024 fits. The top is so large that halving it is exact, or so small that the result is infinite anyway.
  const high = sign * TWO_1023 + top / 2;
  const low = 2 * (top / 2 - (high - sign * TWO_1023));
  if (Math.abs(high) < TWO_1023) return roundedPartials([...partials.slice(0, -1), ...(low === 0 ? [] : [low]), 2 * high]);
  // Rounded up to 2^1024: right unless the exact sum lies below the middle between the largest number and it.
  const next = partials.at(-2) ?? 0;
  return low * sign === -HALF_LAST_STEP && next * sign < 0 ? sign * Number.MAX_VALUE : sign * Infinity;
}
