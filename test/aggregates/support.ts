/** What the tests of aggregates share: folding elements, results with a tolerance, exact sums, the sentence of a refusal, and keys of all kinds. */
import fc from 'fast-check';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { equal } from '../../src/aggregates/equal.js';
import { TidemarkError } from '../../src/errors.js';
import type { Timestamp } from '../../src/time/timestamp.js';

/** The accumulator of `values`, which come at the times 0, 1, 2, ... unless `times` says otherwise. */
export function fold<T, A>(aggregate: Aggregate<T, A, unknown>, values: readonly T[], times?: readonly Timestamp[]): A {
  let acc = aggregate.create();
  values.forEach((value, i) => {
    acc = aggregate.add(acc, value, times?.[i] ?? i);
  });
  return acc;
}

export function resultOf<T, A, R>(aggregate: Aggregate<T, A, R>, values: readonly T[], times?: readonly Timestamp[]): R {
  return aggregate.result(fold(aggregate, values, times));
}

/** The result after `values` are added and then `gone` are taken back. */
export function resultWithout<T, A, R>(aggregate: Aggregate<T, A, R>, values: readonly T[], gone: readonly T[]): R {
  if (!aggregate.remove) throw new Error(`${aggregate.name} has no remove`);
  let acc = fold(aggregate, values);
  for (const value of gone) acc = aggregate.remove(acc, value, 0);
  return aggregate.result(acc);
}

/** Adds the values to accumulators that it merges in a random tree, as sessions and slices do. */
export function mergedResult<A>(aggregate: Aggregate<number, A, number>, values: readonly number[], choices: readonly number[]): number {
  const accs = values.map(value => fold(aggregate, [value]));
  for (let step = 0; accs.length > 1; step++) {
    const [taken] = accs.splice((choices[step % choices.length] ?? 0) % accs.length, 1) as [A];
    const into = (choices[(step + 1) % choices.length] ?? 0) % accs.length;
    accs[into] = aggregate.merge(accs[into] as A, taken);
  }
  return aggregate.result(accs[0] ?? aggregate.create());
}

/** Equal by structure, but numbers up to an error of 1e-9, relative or absolute. */
export function close(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  }
  return equal(a, b);
}

/** The error that `act` throws, as `CODE: sentence`. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof TidemarkError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing was thrown';
}

/** A finite number as a whole number of units of 2^-1074. */
export function units(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n ? -size : size;
}

/** The number nearest to a whole number of units of 2^-1074, halves to even; infinite beyond the range. */
export function nearest(total: bigint): number {
  if (total < 0n) return -nearest(-total);
  const excess = BigInt(Math.max(0, total.toString(2).length - 53));
  const half = excess === 0n ? 0n : 1n << (excess - 1n);
  const rest = total & ((1n << excess) - 1n);
  const kept = total >> excess;
  const rounded = rest > half || (rest === half && excess > 0n && kept & 1n) ? kept + 1n : kept;
  return Number(rounded) * 2 ** (Number(excess) - 1074);
}

/** Finite numbers of every size, with enough of like size that they cancel and round. */
export const finite: fc.Arbitrary<number> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 1000 }).map(n => n / 10),
  fc.tuple(fc.integer({ min: -(2 ** 53), max: 2 ** 53 }), fc.integer({ min: -60, max: 60 })).map(([n, e]) => n * 2 ** e),
);

/** Finite numbers at the ends of the range: sums of these overflow, come back, and end in the middle between two numbers. */
export const extreme: fc.Arbitrary<number> = fc
  .tuple(
    fc.constantFrom(
      Number.MAX_VALUE,
      Number.MAX_VALUE - 2 ** 971,
      2 ** 1023,
      2 ** 1023 - 2 ** 970,
      2 ** 971,
      2 ** 970,
      2 ** 969,
      1,
      2 ** -53,
      Number.MIN_VALUE,
    ),
    fc.boolean(),
  )
  .map(([x, negative]) => (negative ? -x : x));

/** Keys of all kinds, nested. */
export const keys: fc.Arbitrary<unknown> = fc.letrec<{ key: unknown }>(tie => ({
  key: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(
      undefined,
      null,
      true,
      false,
      0,
      -0,
      Number.NaN,
      1,
      '1',
      1n,
      'a',
      '',
      'null',
      'undefined',
      '1n',
      '[]',
      'Date(0)',
    ),
    fc.integer({ min: -3, max: 3 }),
    fc.double(),
    fc.string({ maxLength: 3, unit: 'binary' }),
    fc.bigInt({ min: -3n, max: 3n }),
    fc.constantFrom(new Date(0), new Date(1), new Date(Number.NaN)),
    fc.array(tie('key'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'a,b', '"', ''), tie('key'), { maxKeys: 3 }),
  ),
})).key;

/** Whether two keys are the same: what the text stands for, written down once more. */
export function sameKey(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b || (a !== a && b !== b);
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && Object.is(a.getTime(), b.getTime());
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  if (left.length !== right.length) return false;
  return left.every(([name, value]) => Object.hasOwn(b, name) && sameKey(value, (b as Record<string, unknown>)[name]));
}
