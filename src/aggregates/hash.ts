/**
 * A hash of 64 bits for any value that has an identity; equal values have equal hashes. Made after MurmurHash3 (Austin Appleby):
 * its multiplications and its final mixing, on two halves that are mixed into each other at every step. Not for secrets: whoever
 * chooses values may find such that collide. It is part of the format of snapshots, so it must not change.
 */
import { identityOf } from './identity.js';

/** The two halves of a hash, high and low, as unsigned numbers of 32 bits. */
export type Hash = Uint32Array;

/** Kinds begin differently, so that the text '1' and the number 1 differ. */
const TEXT = 0x2f0b4c47;
const NUMBER = 0x51a7c9e3;
const OTHER = 0x7d3f6a15;

const ONE_NAN = 0x7ff8000000000000n;
const BITS = new DataView(new ArrayBuffer(8));

/** Writes the hash of a value into `hash`. `name` and `element` are those that the refusal of a value without identity names. */
export function hashInto(hash: Hash, value: unknown, name: string, element: unknown): void {
  if (typeof value === 'string') ofText(hash, TEXT, value);
  else if (typeof value === 'number') ofNumber(hash, value);
  else ofText(hash, OTHER, identityOf(value, name, element));
}

function ofNumber(hash: Hash, value: number): void {
  BITS.setFloat64(0, value + 0); // -0 becomes 0
  if (value !== value) BITS.setBigUint64(0, ONE_NAN); // an engine may write any of its bit patterns
  hash[0] = NUMBER;
  hash[1] = NUMBER;
  mixIn(hash, BITS.getUint32(0));
  mixIn(hash, BITS.getUint32(4));
  finish(hash, 8);
}

function ofText(hash: Hash, kind: number, text: string): void {
  hash[0] = kind;
  hash[1] = kind;
  const { length } = text;
  for (let i = 0; i + 1 < length; i += 2) mixIn(hash, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
  if (length % 2 === 1) mixIn(hash, text.charCodeAt(length - 1));
  finish(hash, length);
}

/** A step that can be undone, for a given `bits`: so no two states become one. */
function mixIn(hash: Hash, bits: number): void {
  let high = hash[0] as number;
  let low = hash[1] as number;
  high ^= Math.imul(rotated(Math.imul(bits, 0xcc9e2d51), 15), 0x1b873593);
  high = Math.imul(rotated(high, 13) + low, 5) + 0xe6546b64;
  low ^= Math.imul(rotated(Math.imul(bits, 0x239b961b), 16), 0xab0e9789);
  low = Math.imul(rotated(low, 17) + high, 5) + 0x0bcaa747;
  hash[0] = high;
  hash[1] = low;
}

function finish(hash: Hash, length: number): void {
  let high = ((hash[0] as number) ^ length) | 0;
  let low = ((hash[1] as number) ^ length) | 0;
  high = (high + low) | 0;
  low = (low + high) | 0;
  high = mixed(high);
  low = mixed(low);
  high = (high + low) | 0;
  low = (low + high) | 0;
  hash[0] = high;
  hash[1] = low;
}

/** The final mixing of MurmurHash3: each bit of `x` changes each bit of the result with a chance of a half. */
function mixed(x: number): number {
  let bits = x;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

function rotated(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}
