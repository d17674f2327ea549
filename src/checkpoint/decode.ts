/**
 * Bytes back to the data that encode.ts made them of. Bytes are not trusted: nothing larger than they are is made of them, and what
 * is not as it should be is the error BAD_CHECKPOINT.
 */
import { TidemarkError } from '../errors.js';
import { crc32 } from './crc32.js';
import * as tag from './tags.js';

const NONE = new Uint8Array(0);
const VIEW_CLASSES: Readonly<Record<string, new (buffer: ArrayBuffer) => ArrayBufferView>> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
};
const ERROR_CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};
/** What stands in an array for an element that is not there. */
const ABSENT = Symbol('absent');

/** Reads records in the order in which one `Encoder` wrote them. */
export class Decoder {
  readonly #where: string;
  readonly #shapes: (readonly string[])[] = [];
  #bytes: Uint8Array = NONE;
  #view: DataView = new DataView(NONE.buffer);
  #at = 0;
  #depth = 0;

  /** `where` is said in errors. */
  constructor(where: string) {
    this.#where = where;
  }

  /** Names that the encoder has given the next number. */
  learn(names: readonly string[]): void {
    this.#shapes.push(names);
  }

  /** The values of a record: its bytes without the length. */
  read(record: Uint8Array): unknown[] {
    this.#bytes = record;
    this.#view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    this.#at = 0;
    this.#depth = 0;
    const values: unknown[] = [];
    while (this.#at < record.length) values.push(this.#element());
    this.#bytes = NONE;
    return values;
  }

  #element(): unknown {
    const value = this.#value();
    if (value === ABSENT) throw this.#bad('an absent element outside of an array');
    return value;
  }

  #value(): unknown {
    const kind = this.#byte();
    if (kind < 128) return kind;
    if (kind >= tag.SHORT_TEXT && kind <= (tag.SHORT_TEXT | tag.SHORT_TEXT_MAX)) return this.#narrow(kind & tag.SHORT_TEXT_MAX);
    switch (kind) {
      case tag.NULL:
        return null;
      case tag.UNDEFINED:
        return undefined;
      case tag.FALSE:
        return false;
      case tag.TRUE:
        return true;
      case tag.FLOAT:
        return this.#float();
      case tag.INT:
        return this.#int();
      case tag.BIGINT:
        return this.#bigint();
      case tag.NEGATIVE_BIGINT:
        return -this.#bigint();
      case tag.NARROW:
        return this.#narrow(this.#count(1));
      case tag.WIDE:
        return this.#wide(this.#count(2));
      case tag.HOLE:
        return ABSENT;
      case tag.DATE:
        return new Date(this.#float());
      case tag.REGEXP:
        return this.#regexp();
      case tag.BUFFER:
        return this.#raw();
      case tag.VIEW:
        return this.#viewOf();
      default:
        return this.#container(kind);
    }
  }

  #container(kind: number): unknown {
    if (++this.#depth > tag.MAX_DEPTH + 2) throw this.#bad('too many values in each other');
    const value = this.#inside(kind);
    this.#depth--;
    return value;
  }

  #inside(kind: number): unknown {
    switch (kind) {
      case tag.ARRAY:
        return this.#array();
      case tag.SHAPE: {
        const names = this.#names();
        this.#shapes.push(names);
        return this.#object(names);
      }
      case tag.SHAPED: {
        const names = this.#shapes[this.#varint()];
        if (!names) throw this.#bad('an object of an unknown shape');
        return this.#object(names);
      }
      case tag.OBJECT:
        return this.#object(this.#names());
      case tag.MAP: {
        const map = new Map<unknown, unknown>();
        for (let left = this.#count(2); left > 0; left--) map.set(this.#element(), this.#element());
        return map;
      }
      case tag.SET: {
        const set = new Set<unknown>();
        for (let left = this.#count(1); left > 0; left--) set.add(this.#element());
        return set;
      }
      case tag.ERROR:
        return this.#error();
      default:
        throw this.#bad(`the unknown tag ${kind}`);
    }
  }

  #array(): unknown[] {
    const count = this.#count(1);
    const values: unknown[] = [];
    for (let at = 0; at < count; at++) {
      const value = this.#value();
      if (value === ABSENT) values.length++;
      else values.push(value);
    }
    return values;
  }

  #names(): string[] {
    const names: string[] = [];
    for (let left = this.#count(1); left > 0; left--) names.push(this.#textOnly());
    return names;
  }

  #object(names: readonly string[]): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const name of names) {
      const value = this.#element();
      if (name !== '__proto__') object[name] = value;
      else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
    }
    return object;
  }

  #error(): Error {
    const Class = ERROR_CLASSES[this.#textOnly()];
    if (!Class) throw this.#bad('an error of an unknown class');
    const error = new Class(this.#textOnly());
    const stack = this.#textOnly();
    const cause = this.#byte() === tag.ARRAY ? this.#array() : undefined;
    if (!cause || cause.length > 1) throw this.#bad('an error without its cause');
    Object.defineProperty(error, 'stack', { value: stack, writable: true, enumerable: false, configurable: true });
    if (cause.length) Object.defineProperty(error, 'cause', { value: cause[0], writable: true, enumerable: false, configurable: true });
    return error;
  }

  #regexp(): RegExp {
    const source = this.#textOnly();
    const flags = this.#textOnly();
    try {
      return new RegExp(source, flags);
    } catch {
      throw this.#bad('a regular expression that is none');
    }
  }

  #viewOf(): ArrayBufferView {
    const name = tag.VIEWS[this.#byte()];
    const buffer = this.#raw();
    const Class = name && VIEW_CLASSES[name];
    const size = Class && (Class as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT;
    if (!Class || buffer.byteLength % (size ?? 1)) throw this.#bad('a view of an unknown kind');
    return new Class(buffer);
  }

  #raw(): ArrayBuffer {
    const count = this.#count(1);
    const copy = new Uint8Array(count);
    copy.set(this.#bytes.subarray(this.#at, (this.#at += count)));
    return copy.buffer;
  }

  #textOnly(): string {
    const value = this.#value();
    if (typeof value !== 'string') throw this.#bad('something else where a text should be');
    return value;
  }

  #narrow(count: number): string {
    this.#need(count);
    const bytes = this.#bytes;
    const end = this.#at + count;
    let text = '';
    if (count <= tag.SHORT_TEXT_MAX) {
      let at = this.#at;
      this.#at = end;
      for (; at + 8 <= end; at += 8) {
        text += String.fromCharCode(
          bytes[at]!,
          bytes[at + 1]!,
          bytes[at + 2]!,
          bytes[at + 3]!,
          bytes[at + 4]!,
          bytes[at + 5]!,
          bytes[at + 6]!,
          bytes[at + 7]!,
        );
      }
      for (; at < end; at++) text += String.fromCharCode(bytes[at]!);
      return text;
    }
    for (; this.#at < end; this.#at += 4096) {
      text += String.fromCharCode.apply(null, bytes.subarray(this.#at, Math.min(end, this.#at + 4096)) as unknown as number[]);
    }
    this.#at = end;
    return text;
  }

  #wide(count: number): string {
    let text = '';
    const units: number[] = [];
    for (let left = count; left > 0; left--) {
      units.push(this.#view.getUint16(this.#at, true));
      this.#at += 2;
      if (units.length < 4096 && left > 1) continue;
      text += String.fromCharCode.apply(null, units);
      units.length = 0;
    }
    return text;
  }

  #bigint(): bigint {
    const count = this.#count(1);
    const digits: string[] = [];
    for (let at = this.#at + count - 1; at >= this.#at; at--) digits.push((this.#bytes[at] as number).toString(16).padStart(2, '0'));
    this.#at += count;
    if (count > 1 << 20) throw this.#bad('a bigint that is too large');
    return BigInt(`0x${digits.join('') || '0'}`);
  }

  #float(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  #int(): number {
    const value = this.#varint();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }

  #byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw this.#bad('its end too early');
    return value;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw this.#bad('a number that is too long');
  }

  /** A count of things of at least so many bytes each: no more than there is room for. */
  #count(bytes: number): number {
    const count = this.#varint();
    this.#need(count * bytes);
    return count;
  }

  #need(count: number): void {
    if (count > this.#bytes.length - this.#at) throw this.#bad('its end too early');
  }

  #bad(what: string): TidemarkError {
    return new TidemarkError('BAD_CHECKPOINT', `${this.#where}: the bytes are torn or altered: ${what}, at byte ${this.#at}.`);
  }
}

/** The value that `encode` was given. */
export function decode(bytes: Uint8Array, where = 'decode()'): unknown {
  const bad = (what: string) => new TidemarkError('BAD_CHECKPOINT', `${where}: ${what}`);
  const end = bytes.length - 4;
  if (end < 2) throw bad(`${bytes.length} bytes are too few to be a value.`);
  const sum = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(end, true);
  if (sum !== crc32(bytes.subarray(0, end))) throw bad('the bytes are torn or altered: their checksum is another one.');
  if (bytes[0] !== tag.VALUES_VERSION)
    throw bad(`version ${bytes[0]} of the format is newer than this tidemark, which reads ${tag.VALUES_VERSION}.`);
  const values = new Decoder(where).read(bytes.subarray(1, end));
  if (values.length !== 1) throw bad(`the bytes hold ${values.length} values instead of one.`);
  return values[0];
}
