import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';

type Result = readonly [start: number, key: unknown, value: number];

function digestOf(results: readonly Result[]): Digest {
  const digest = new Digest();
  for (const [start, key, value] of results) digest.add(start, key, value);
  return digest;
}

describe('Digest', () => {
  const results: readonly Result[] = [
    [60_000, 'a', 1],
    [60_000, 'b', 2],
    [120_000, 'a', 3],
  ];

  it('does not depend on the order of results', () => {
    expect(digestOf([...results].reverse())).toEqual(digestOf(results));
  });

  it('changes with a window, a key, a value, and when values change places', () => {
    const [first, second, third] = results as [Result, Result, Result];
    const changed: Result[][] = [
      [[0, 'a', 1], second, third],
      [[60_000, 'c', 1], second, third],
      [[60_000, 'a', 2], second, third],
      [[60_000, 'a', 2], [60_000, 'b', 1], third],
      [[120_000, 'a', 1], second, [60_000, 'a', 3]],
      [first, second],
    ];
    const checksums = [digestOf(results), ...changed.map(digestOf)].map(digest => digest.checksum);
    expect(new Set(checksums).size).toBe(checksums.length);
  });

  it('tells numbers as keys apart', () => {
    expect(digestOf([[0, 1, 5]]).checksum).not.toBe(digestOf([[0, 2, 5]]).checksum);
    expect(digestOf([[0, 0, 5]]).checksum).not.toBe(digestOf([[0, 1, 5]]).checksum);
  });
});
