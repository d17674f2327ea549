/**
 * Keys as texts of bytes that sort as the keys do (a memcomparable encoding, as in MyRocks and FoundationDB's tuple layer): first by kind,
 * then by value, arrays element by element, objects field by field in order of their names. Two keys have the same text if and only if
 * they are the same key by encodeKey.ts.
 */
import { encodeKey } from '../aggregates/encodeKey.js';

// Kinds in their order. 0 ends what has no known length.
const [END, ESCAPED] = ['\x00', '\x00\xff'];
const KINDS = {
  undefined: '\x01',
  null: '\x02',
  false: '\x03',
  true: '\x04',
  number: '\x05',
  bigint: '\x06',
  string: '\x07',
  date: '\x08',
  array: '\x09',
  object: '\x0a',
} as const;

const view = new DataView(new ArrayBuffer(8));

/** The bytes of a key; they sort as keys do. Refuses what `encodeKey` refuses. */
export function keyBytes(key: unknown): string {
  if (typeof key === 'string') return KINDS.string + textBytes(key);
  if (typeof key === 'number') return KINDS.number + numberBytes(key);
  // What has no identity is found out here, however deep it lies.
  if (typeof key === 'object' || typeof key === 'function' || typeof key === 'symbol') encodeKey(key);
  return bytesOf(key);
}

/** Eight bytes that sort as the number does; NaN comes last, -0 is 0. */
export function numberBytes(value: number): string {
  view.setFloat64(0, value === 0 ? 0 : value);
  let high = view.getUint32(0);
  let low = view.getUint32(4);
  // Positive numbers sort by their bits, negative ones the other way round and before them.
  if (high >>> 31 === 0) high = (high | 0x80000000) >>> 0;
  else [high, low] = [~high >>> 0, ~low >>> 0];
  return String.fromCharCode(
    high >>> 24,
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    low >>> 24,
    (low >>> 16) & 255,
    (low >>> 8) & 255,
    low & 255,
  );
}

/** The number of eight bytes. */
export function numberOf(bytes: string, at = 0): number {
  let high = 0;
  let low = 0;
  for (let i = 0; i < 4; i++) high = high * 256 + bytes.charCodeAt(at + i);
  for (let i = 4; i < 8; i++) low = low * 256 + bytes.charCodeAt(at + i);
  if (high >= 0x80000000) high -= 0x80000000;
  else [high, low] = [~high >>> 0, ~low >>> 0];
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
}

function bytesOf(key: unknown): string {
  switch (typeof key) {
    case 'string':
      return KINDS.string + textBytes(key);
    case 'number':
      return KINDS.number + numberBytes(key);
    case 'bigint':
      return KINDS.bigint + bigintBytes(key);
    case 'boolean':
      return key ? KINDS.true : KINDS.false;
    case 'object':
      return key === null ? KINDS.null : objectBytes(key);
    default:
      return KINDS.undefined;
  }
}

function objectBytes(key: object): string {
  if (Array.isArray(key)) return `${KINDS.array}${Array.from(key, bytesOf).join('')}${END}`;
  if (key instanceof Date) return KINDS.date + numberBytes(key.getTime());
  const fields = Object.keys(key).sort();
  return `${KINDS.object}${fields.map(name => KINDS.string + textBytes(name) + bytesOf((key as Record<string, unknown>)[name])).join('')}${END}`;
}

/** Each unit of a text as one to three bytes, which sort as the units do; so even half a surrogate pair keeps its place. */
function textBytes(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
  return /^[\x01-\x7f]*$/.test(text) ? text + END : escaped(text) + END;
}

function escaped(text: string): string {
  let bytes = '';
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0) bytes += ESCAPED;
    else if (unit < 0x80) bytes += text[at];
    else if (unit < 0x800) bytes += String.fromCharCode(0xc0 | (unit >> 6), 0x80 | (unit & 63));
    else bytes += String.fromCharCode(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63));
  }
  return bytes;
}

/** Longer ones are farther from 0. */
function bigintBytes(value: bigint): string {
  const negative = value < 0n;
  const hex = (negative ? -value : value).toString(16);
  const digits = numberBytes(hex.length) + hex;
  // The other way round, and before those that are not negative.
  return negative ? `\x00${Array.from(digits, digit => String.fromCharCode(255 - digit.charCodeAt(0))).join('')}` : `\x01${digits}`;
}
