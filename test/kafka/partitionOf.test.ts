import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from '../../src/kafka/partitionOf.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('murmur2', () => {
  it.each([
    // What the client of Java is tested with.
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %s is that of the client of Java', (text, hash) => {
    expect(murmur2(bytes(text))).toBe(hash);
  });
});

describe('partitionOf', () => {
  it('is where kafkajs puts a key too', () => {
    const theirs = Partitioners.DefaultPartitioner();
    const partitions = (count: number) => Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 0 }) as never);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (key, count) => {
        const message = { key: Buffer.from(key), value: null };
        expect(partitionOf(key, count)).toBe(theirs({ topic: 't', partitionMetadata: partitions(count), message }));
      }),
    );
  });
});
