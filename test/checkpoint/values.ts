/** Any plain data, for properties. */
import fc from 'fast-check';

const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, false, -0, Number.NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 30), 2 ** 30, 127, 128),
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map(units => String.fromCharCode(...units)),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.constantFrom<unknown>(/a+(b)/giu, new ArrayBuffer(3), new DataView(new ArrayBuffer(5), 1, 2)),
);

/** Also arrays with holes. */
export const plainData: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('value')),
    fc.sparseArray(tie('value'), { maxNumElements: 5, maxLength: 12 }),
    fc.dictionary(fc.string(), tie('value')),
    fc.array(fc.tuple(leaf, tie('value'))).map(entries => new Map(entries)),
    fc.array(tie('value')).map(values => new Set(values)),
  ),
})).value;
