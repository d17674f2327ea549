import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hash, hashInto } from '../../src/aggregates/hash.js';
import { keys, refusal, sameKey } from './support.js';

/** Both halves as one number. */
function hashOf(value: unknown): bigint {
  const hash: Hash = new Uint32Array(2);
  hashInto(hash, value, 'test', value);
  return (BigInt(hash[0] as number) << 32n) | BigInt(hash[1] as number);
}

/** Values that differ little: what bad hashes map to little else. */
const SERIES: Readonly<Record<string, (i: number) => unknown>> = {
  integers: i => i,
  'large integers': i => 2 ** 52 + i,
  'multiples of 4096': i => i * 4096,
  fractions: i => i / 7,
  'short texts': i => String(i),
  'texts with one end': i => `${i}:the same long end of a text`,
  'texts with one beginning': i => `https://example.org/users/${i}`,
  arrays: i => [i % 100, Math.floor(i / 100)],
  bigints: i => BigInt(i) << 64n,
};

describe('hashInto', () => {
  it('gives equal values equal hashes, and others to others', () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => void expect(hashOf(a) === hashOf(b)).toBe(sameKey(a, b))),
      { numRuns: 2_000 },
    );
  });

  it('is part of the format of snapshots', () => {
    const hashes = [0, -0, 1.5, NaN, '', 'a', 'ab', 'abc', '\u{1f600}', 7n, true, null, undefined, [1, 'a'], { b: 1, a: new Date(0) }];
    expect(hashes.map(value => hashOf(value).toString(16).padStart(16, '0'))).toMatchInlineSnapshot(`
      [
        "bb259fae1936c4ba",
        "bb259fae1936c4ba",
        "828418765f0912a1",
        "56fc74edfcf792cc",
        "19d1f98c67d4a1c4",
        "fd8118d9e74c7786",
        "a51b5136ab5e8ad9",
        "8bec267ac35ae381",
        "c8dc91840efa81d3",
        "8266fc074441d4f7",
        "89ce2941693f08a4",
        "cf099573359e45c1",
        "d9510d69f8d2ad53",
        "2d7b9073720696c8",
        "fe05ee4b6fdd048a",
      ]
    `);
  });

  it('has one NaN, whatever its bits', () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000123n]).buffer)[0];
    expect(hashOf(odd)).toBe(hashOf(NaN));
  });

  it.each(Object.entries(SERIES))('spreads %s evenly over the values of any byte, without collisions', (_name, valueAt) => {
    const n = 50_000;
    const seen = new Set<bigint>();
    const counts = Array.from({ length: 8 }, () => new Uint32Array(256));
    for (let i = 0; i < n; i++) {
      const hash = hashOf(valueAt(i));
      seen.add(hash);
      for (let byte = 0; byte < 8; byte++) {
        const at = Number((hash >> BigInt(8 * byte)) & 255n);
        (counts[byte] as Uint32Array)[at] = ((counts[byte] as Uint32Array)[at] as number) + 1;
      }
    }
    expect(seen.size).toBe(n);
    // Chi-square with 255 degrees of freedom: mean 255, standard deviation 22.6.
    const chiSquares = counts.map(count => count.reduce((sum, c) => sum + (c - n / 256) ** 2 / (n / 256), 0));
    for (const chiSquare of chiSquares) expect(Math.abs(chiSquare - 255)).toBeLessThan(5 * 22.6);
  });

  it.each([
    ['numbers', (i: number, bit: number) => [i * 3, flipped(i * 3, bit)]],
    ['texts', (i: number, bit: number) => [`k${i}`, `k${i}`.replace('k', String.fromCharCode(107 ^ (1 << (bit % 16))))]],
  ] as const)('changes half of all bits if one bit of %s changes', (_name, pair) => {
    const changed = new Uint32Array(64);
    const rounds = 4_000;
    for (let i = 1; i <= rounds; i++) {
      const [a, b] = pair(i, i % 52);
      const apart = hashOf(a) ^ hashOf(b);
      for (let bit = 0; bit < 64; bit++) if ((apart >> BigInt(bit)) & 1n) (changed[bit] as number)++;
    }
    for (const times of changed) expect(Math.abs(times / rounds - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(rounds));
  });

  it('refuses what has no identity', () => {
    expect(refusal(() => hashOf(new Map()))).toMatch(/^BAD_VALUE: test: the value of an element must be a primitive other than a symbol/);
  });
});

/** The number with one bit of its fraction flipped. */
function flipped(x: number, bit: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigUint64(0, view.getBigUint64(0) ^ (1n << BigInt(bit)));
  return view.getFloat64(0);
}
