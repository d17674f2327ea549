/** Medians, percentiles and other quantiles, to a relative accuracy. */
import { checkOptions, mustBe } from '../errors.js';
import type { Aggregate } from './aggregate.js';
import { absent, badNumber, checkFunction } from './check.js';
import { Binning, type Bins, collapse, countDown, countUp, joined, keyAt } from './ddSketch.js';

/** Options of {@link quantiles}. */
export interface QuantilesOptions {
  /** How far a result may be from the true value, in proportion to it: from 0.000001 up to but without 1. Default: 0.01, which is 1 %. */
  readonly accuracy?: number;
  /** How many bins to keep at most; the lowest are put together beyond that. Default: as many as the values need. */
  readonly maxBins?: number;
}

/**
 * Quantiles of a number of each element: 0.5 is the median, 0.99 what 99 of 100 do not exceed. The result has the form of the
 * question: a list of numbers for a list, an object for an object; NaN everywhere for no elements. Takes retractions.
 *
 * By DDSketch (Masson, Rim, Lee, VLDB 2019): of n elements in the order of their numbers, the quantile q is the one at the place
 * `Math.floor(q * (n - 1))`, counted from 0, and the result is at most `accuracy` times its number away from it. That holds for
 * numbers of any size and sign; those below 2.3e-308 count as 0, and infinite ones as themselves. The result is the same, to the last
 * bit, for any order of arrival and any merging, and as if it had never been added for what was taken back.
 *
 * Memory per window and key: 400 bytes for a few values, 16 to 24 a bin beyond. At 1 % a factor of 10 between the smallest and the
 * largest number makes some 116 bins, so that from a millisecond to a day there are some 920, which is 20 kB; all numbers that there
 * are need 142,000. `maxBins` sets a limit: what lies below the `maxBins` highest bins then counts in the lowest of these, which
 * makes low quantiles too high, and retractions cannot be taken.
 *
 * @throws TidemarkError `BAD_OPTION` for quantiles that are no list or object of numbers from 0 to 1, an `of` that is not a function,
 * and wrong options; `BAD_VALUE`, when an element arrives, if `of` gives NaN or no number, or if a retraction names a number of which
 * there is none.
 *
 * @example
 * ```ts
 * import { quantiles } from 'tidemark';
 *
 * const delays = quantiles([0.5, 0.99], (request: { ms: number }) => request.ms); // [median, p99]
 * const named = quantiles({ median: 0.5, p99: 0.99 }, (request: { ms: number }) => request.ms, { accuracy: 0.001 });
 * ```
 */
export function quantiles<T, const Q extends readonly number[] | Readonly<Record<string, number>>>(
  asked: Q,
  of: (value: T) => number,
  options: QuantilesOptions = {},
): Aggregate<T, Bins, { readonly [P in keyof Q]: number }> {
  const answer = answerer(asked);
  checkFunction(of, 'quantiles', 'quantiles([0.5, 0.99], request => request.ms)');
  const { accuracy, maxBins } = checked(options);
  const binning = new Binning(accuracy);
  const keyOf = (value: T): number => {
    const x = of(value);
    if (typeof x !== 'number' || x !== x) throw badNumber('quantiles', x, value);
    return binning.keyOf(x);
  };
  const whole: Aggregate<T, Bins, unknown> = {
    name: `quantiles(${Object.values(asked).join(', ')})`,
    create: () => ({ keys: [], counts: [] }),
    add: (bins, value) => {
      countUp(bins, keyOf(value));
      if (bins.keys.length > maxBins) collapse(bins, maxBins);
      return bins;
    },
    merge: (a, b) => {
      const bins = joined(a, b);
      collapse(bins, maxBins);
      return bins;
    },
    result: bins => answer(bins, binning),
    copy: ({ keys, counts }) => ({ keys: keys.slice(), counts: counts.slice() }),
  };
  const removal: Pick<Required<Aggregate<T, Bins, unknown>>, 'remove'> = {
    remove: (bins, value) => {
      if (!countDown(bins, keyOf(value))) throw absent('quantiles', of(value), value);
      return bins;
    },
  };
  const aggregate = Object.freeze(maxBins === Infinity ? { ...whole, ...removal } : whole);
  return aggregate as Aggregate<T, Bins, { readonly [P in keyof Q]: number }>;
}

/** What makes results of bins: in the form of what was asked. */
function answerer(asked: unknown): (bins: Bins, binning: Binning) => unknown {
  const names = typeof asked === 'object' && asked !== null ? Object.keys(asked) : [];
  const places = names.map(name => (asked as Record<string, unknown>)[name] as number);
  if (places.length === 0 || !places.every(q => typeof q === 'number' && q >= 0 && q <= 1)) {
    throw mustBe('quantiles: the first argument', 'a list of numbers from 0 to 1, such as [0.5, 0.99], or an object of such', asked);
  }
  return (bins, binning) => {
    let n = 0;
    for (const count of bins.counts) n += count;
    const values = places.map(q => {
      const key = keyAt(bins, Math.floor(q * (n - 1)));
      return key === undefined ? NaN : binning.valueOf(key);
    });
    return Array.isArray(asked) ? values : Object.fromEntries(names.map((name, i) => [name, values[i]]));
  };
}

function checked(options: QuantilesOptions): Required<QuantilesOptions> {
  checkOptions(options, ['accuracy', 'maxBins'], 'quantiles');
  const { accuracy = 0.01, maxBins = Infinity } = options;
  if (!(typeof accuracy === 'number' && accuracy >= 1e-6 && accuracy < 1)) {
    throw mustBe('quantiles: accuracy', 'a number from 0.000001 up to but without 1', accuracy);
  }
  if (maxBins !== Infinity && !(Number.isSafeInteger(maxBins) && maxBins >= 1)) {
    throw mustBe('quantiles: maxBins', 'a whole number of at least 1', maxBins);
  }
  return { accuracy, maxBins };
}
