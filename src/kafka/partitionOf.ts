/**
 * Which partition a key is written to: the hash that Kafka's client for Java uses, so that records of one key meet in one partition
 * whoever writes them. (MurmurHash2 by Austin Appleby, with Kafka's seed.)
 */

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** The partition of a key, `0 .. partitions - 1`. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

/** As a signed number of 32 bits. */
export function murmur2(data: Uint8Array): number {
  const byte = (i: number): number => data[i] as number;
  let hash = SEED ^ data.length;
  const whole = data.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let word = Math.imul(byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24), M);
    word = Math.imul(word ^ (word >>> 24), M);
    hash = Math.imul(hash, M) ^ word;
  }
  if (whole < data.length) {
    for (let i = data.length - 1; i >= whole; i--) hash ^= byte(i) << (8 * (i - whole));
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
