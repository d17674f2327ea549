import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equal } from '../../src/aggregates/equal.js';

class Point {
  readonly x: number;
  readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

describe('equal', () => {
  it('compares primitives as Object.is does', () => {
    expect(equal(NaN, NaN)).toBe(true);
    expect(equal(0, -0)).toBe(false);
    expect(equal(1, '1')).toBe(false);
    expect(equal(null, undefined)).toBe(false);
    expect(equal(null, {})).toBe(false);
    expect(equal(1n, 1n)).toBe(true);
  });

  it('compares what arrays and objects hold, fields in any order', () => {
    expect(equal({ a: [1, { b: NaN }], c: 2 }, { c: 2, a: [1, { b: NaN }] })).toBe(true);
    expect(equal({ a: 1 }, { a: 2 })).toBe(false);
    expect(equal({ a: undefined }, {})).toBe(false);
    expect(equal({ a: undefined }, { b: undefined })).toBe(false);
    expect(equal([1, 2], [2, 1])).toBe(false);
    expect(equal([1], [1, 2])).toBe(false);
    expect(equal(new Array(1), [5])).toBe(false);
    expect(equal([], {})).toBe(false);
    expect(equal({}, {})).toBe(true);
  });

  it('compares Dates, Maps, Sets, typed arrays and instances of one class', () => {
    expect(equal(new Date(5), new Date(5))).toBe(true);
    expect(equal(new Date(5), new Date(6))).toBe(false);
    expect(equal(new Map([['a', [1]]]), new Map([['a', [1]]]))).toBe(true);
    expect(equal(new Map([['a', [1]]]), new Map([['a', [2]]]))).toBe(false);
    expect(equal(new Set([1, 2]), new Set([1, 2]))).toBe(true);
    expect(equal(new Set([1, 2]), new Set([1, 3]))).toBe(false);
    expect(equal(new Float64Array([1, NaN]), new Float64Array([1, NaN]))).toBe(true);
    expect(equal(new Float64Array([1]), new Float64Array([2]))).toBe(false);
    expect(equal(new Float64Array(0), new Float64Array(0))).toBe(true);
    expect(equal(new Point(1, 2), new Point(1, 2))).toBe(true);
    expect(equal(new Point(1, 2), new Point(1, 3))).toBe(false);
    expect(equal(new Point(1, 2), { x: 1, y: 2 })).toBe(false);
  });

  it('never takes what shows no field for equal, unless it is the same', () => {
    expect(equal(/a/, /b/)).toBe(false);
    expect(equal(new DataView(new ArrayBuffer(1)), new DataView(new ArrayBuffer(1)))).toBe(false);
    const f = () => 1;
    expect(equal(f, () => 1)).toBe(false);
    expect(equal(f, f)).toBe(true);
  });

  it('ends on cycles', () => {
    const ring = (value: number) => {
      const a: { value: number; next?: unknown } = { value };
      a.next = { value: 1, next: a };
      return a;
    };
    expect(equal(ring(1), ring(1))).toBe(true);
    expect(equal(ring(1), ring(2))).toBe(false);
  });

  it('takes a clone for equal, and two values only if JSON does not tell them apart', () => {
    fc.assert(fc.property(fc.jsonValue(), x => void expect(equal(x, structuredClone(x))).toBe(true)));
    const small = fc.array(fc.record({ a: fc.nat(1), b: fc.array(fc.nat(1), { maxLength: 2 }) }), { maxLength: 2 });
    fc.assert(fc.property(small, small, (a, b) => void expect(equal(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b))));
  });
});
