import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addHash, estimate, type HyperLogLog, longestList, mergeSketches } from '../../src/aggregates/hyperLogLog.js';
import { mulberry32 } from '../../src/testing/random.js';

/** A hash of 64 bits from two numbers in [0, 1). */
const hashes = (seed: number): (() => Uint32Array) => {
  const random = mulberry32(seed);
  return () => Uint32Array.of(random() * 2 ** 32, random() * 2 ** 32);
};

function sketchOf(all: readonly Uint32Array[], precision: number): HyperLogLog {
  let sketch: HyperLogLog = [];
  for (const hash of all) sketch = addHash(sketch, precision, hash);
  return sketch;
}

/** The registers as the paper defines them, from the bits as a text. */
function registersOf(all: readonly Uint32Array[], precision: number): Uint8Array {
  const registers = new Uint8Array(2 ** precision);
  for (const [high, low] of all) {
    const bits = (high as number).toString(2).padStart(32, '0') + (low as number).toString(2).padStart(32, '0');
    const index = Number.parseInt(bits.slice(0, precision), 2);
    const rank = `${bits.slice(precision)}1`.indexOf('1') + 1;
    registers[index] = Math.max(registers[index] as number, rank);
  }
  return registers;
}

/** Hashes that begin with zeros as often as not, so that ranks are high; few indices, so that they meet. */
const hash = fc
  .record({
    index: fc.integer({ min: 0, max: 30 }),
    place: fc.integer({ min: 0, max: 18 }),
    zeros: fc.integer({ min: 0, max: 64 }),
    rest: fc.nat(),
  })
  .map(({ index, place, zeros, rest }) => {
    const bits = ((BigInt(index) << 59n) | (BigInt(place) << 36n) | ((BigInt(rest) << 33n) >> BigInt(zeros))) & 0xffff_ffff_ffff_ffffn;
    return Uint32Array.of(Number(bits >> 32n), Number(bits & 0xffff_ffffn));
  });

describe('HyperLogLog', () => {
  it('holds the registers of the paper, as soon as it holds registers', () => {
    fc.assert(
      fc.property(fc.array(hash, { minLength: 19, maxLength: 80, size: 'max' }), fc.constantFrom(4, 5, 7), (all, precision) => {
        const sketch = sketchOf(all, precision);
        if (!Array.isArray(sketch)) expect(sketch).toEqual(registersOf(all, precision));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for any order and any merging, list or registers', () => {
    const lists = fc.array(fc.array(hash, { maxLength: 40, size: 'max' }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(lists, fc.constantFrom(4, 6, 14), (parts, precision) => {
        const whole = sketchOf(parts.flat(), precision);
        const sketches = parts.map(part => sketchOf(part, precision));
        const before = structuredClone(sketches);
        expect(sketchOf(parts.flat().reverse(), precision)).toEqual(whole);
        expect(sketches.slice(1).reduce((a, b) => mergeSketches(a, b, precision), sketches[0]?.slice() as HyperLogLog)).toEqual(whole);
        expect(sketches.reduceRight((a, b) => mergeSketches(a, b, precision), [])).toEqual(whole);
        expect(sketches).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('is a list in order up to its longest, and then registers', () => {
    const next = hashes(3);
    let sketch: HyperLogLog = [];
    for (let i = 0; i < longestList(10); i++) sketch = addHash(sketch, 10, next());
    expect(Array.isArray(sketch)).toBe(true);
    expect(sketch.length).toBe(longestList(10));
    expect(Array.from(sketch)).toEqual(Array.from(sketch).sort((a, b) => a - b));
    sketch = addHash(sketch, 10, next());
    expect(sketch).toBeInstanceOf(Uint8Array);
    expect(sketch.length).toBe(1024);
  });

  it('takes ranks up to the last bit', () => {
    const zero = Uint32Array.of(0, 0);
    const one = Uint32Array.of(0, 1);
    expect(addHash(new Uint8Array(16), 4, zero)[0]).toBe(61);
    expect(addHash(new Uint8Array(16), 4, one)[0]).toBe(60);
    expect(addHash([], 4, zero)).toEqual([40]);
    expect(addHash([], 4, one)).toEqual([39]);
    expect(mergeSketches(new Uint8Array(16), [40], 4)[0]).toBe(61);
  });

  it('says 0 of nothing, and is finite when all registers are full', () => {
    expect(Math.abs(estimate([], 14))).toBe(0);
    expect(estimate(new Uint8Array(16), 4)).toBe(0);
    expect(estimate(new Uint8Array(16).fill(61), 4)).toBe(Infinity);
    expect(estimate(new Uint8Array(16).fill(60), 4)).toBeGreaterThan(2 ** 60);
  });

  it('follows the formula of the paper where registers are empty, between, and full', () => {
    const precision = 7;
    const top = 65 - precision;
    const powers = Array.from({ length: 60 }, (_, k) => k + 1);
    const sigma = (x: number) => x + powers.reduce((sum, k) => sum + x ** (2 ** k) * 2 ** (k - 1), 0);
    const tau = (x: number) => (1 - x - powers.reduce((sum, k) => sum + (1 - x ** (2 ** -k)) ** 2 * 2 ** -k, 0)) / 3;
    for (const kinds of [
      [0, 1],
      [0, 2, 5],
      [3, top],
      [top - 1, top],
      [top, top, 0],
    ]) {
      const registers = Uint8Array.from({ length: 128 }, (_, i) => kinds[i % kinds.length] as number);
      const share = (rank: number) => registers.filter(other => other === rank).length / 128;
      let z = sigma(share(0)) + tau(1 - share(top)) * 2 ** -(top - 1);
      for (let rank = 1; rank < top; rank++) z += share(rank) * 2 ** -rank;
      expect(estimate(registers, precision) / (128 / (2 * Math.LN2 * z))).toBeCloseTo(1, 9);
    }
  });

  it.each([
    [7, 400],
    [10, 200],
    [12, 60],
  ])('has a standard error of 1.04 / sqrt(2^%i) at most, and no bias', (precision, trials) => {
    const m = 2 ** precision;
    const promised = 1.04 / Math.sqrt(m);
    // Where registers begin, where linear counting would end, and far beyond.
    const sizes = [longestList(precision) + 1, m, Math.round(2.5 * m), 5 * m, 20 * m];
    const errors = sizes.map(() => [] as number[]);
    for (let trial = 0; trial < trials; trial++) {
      const next = hashes(1000 * precision + trial);
      let sketch: HyperLogLog = [];
      let n = 0;
      sizes.forEach((size, i) => {
        for (; n < size; n++) sketch = addHash(sketch, precision, next());
        errors[i]?.push(estimate(sketch, precision) / size - 1);
      });
    }
    for (const relative of errors) {
      const mean = relative.reduce((a, x) => a + x, 0) / trials;
      const rms = Math.sqrt(relative.reduce((a, x) => a + x * x, 0) / trials);
      // An estimate from `trials` trials has itself an error of 1 / sqrt(2 * trials).
      expect(rms).toBeLessThan(promised * (1 + 4 / Math.sqrt(2 * trials)));
      expect(Math.abs(mean)).toBeLessThan((4 * promised) / Math.sqrt(trials));
    }
  });

  it('is almost exact while it is a list', () => {
    const next = hashes(11);
    let sketch: HyperLogLog = [];
    for (let n = 1; n <= longestList(14); n++) {
      sketch = addHash(sketch, 14, next());
      expect(Math.abs(Math.round(estimate(sketch, 14)) - n)).toBeLessThanOrEqual(1);
    }
  });
});
