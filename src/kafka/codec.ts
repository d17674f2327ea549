/**
 * What bytes of a record mean. Decoders are handed views of a whole answer of the broker: they copy what they keep. What cannot be read is
 * never made into something else: it throws, and whoever asked says of which record.
 */
import { checkFunction, mustBe, show, TidemarkError } from '../errors.js';
import type { KafkaRecord } from './port.js';

/** Reads the key or the value of a record. */
export interface KafkaDecoder<out T> {
  /**
   * Fetches what `decode` needs for these bytes, a schema say. A promise is waited for before `decode` is called, and records behind it wait;
   * undefined: it is there. What it rejects with fails the reader: that a schema could not be fetched does not make a record a bad one.
   */
  prepare?(bytes: Uint8Array | null, record: KafkaRecord): Promise<void> | undefined;
  /** What they mean. Anything thrown says that these bytes cannot be read. Null: the record has none. */
  decode(bytes: Uint8Array | null, record: KafkaRecord): T;
}

/** Writes the key or the value of a record. */
export interface KafkaEncoder<in T> {
  /** Its bytes; a text is written as UTF-8; null is a tombstone, as a value. */
  encode(value: T): Uint8Array | string | null;
}

/** Reads what it has written. */
export interface KafkaCodec<in out T> extends KafkaDecoder<T>, KafkaEncoder<T> {}

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** A text that begins with a byte order mark keeps it; JSON must not have one, and loses it. */
const whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Bytes as they are, or null where there are none. They are copied as they are read, so that they can be kept.
 *
 * @example
 * ```ts
 * import { bytes } from 'tidemark/kafka';
 *
 * console.log(bytes().encode(new Uint8Array([1, 2])));
 * ```
 */
export function bytes(): KafkaCodec<Uint8Array | null> {
  // A Buffer's own `slice` would be a view again.
  return { decode: bytes => bytes && new Uint8Array(bytes), encode: value => value };
}

/**
 * Texts in UTF-8. Other bytes cannot be read: they are not replaced by question marks.
 *
 * @example
 * ```ts
 * import { nullable, text } from 'tidemark/kafka';
 *
 * const key = nullable(text()); // string | null: for topics where not every record has a key
 * ```
 */
export function text(): KafkaCodec<string> {
  return {
    decode: bytes => whole.decode(present(bytes)),
    encode: value => {
      if (typeof value === 'string') return value;
      throw mustBe('text: the value', 'a text', value, '', 'BAD_VALUE');
    },
  };
}

/**
 * JSON in UTF-8.
 *
 * @param check Makes the type of what was parsed, or throws: then the record cannot be read. Without it `T` is what you say it is.
 * @example
 * ```ts
 * import { json } from 'tidemark/kafka';
 *
 * const order = json(value => {
 *   const { id, price } = value as { id: string; price: number };
 *   if (typeof price !== 'number') throw new TypeError(`an order without a price: ${id}`);
 *   return { id, price };
 * });
 * console.log(order.encode({ id: 'a', price: 3 })); // {"id":"a","price":3}
 * ```
 */
export function json<T = unknown>(check?: (value: unknown) => T): KafkaCodec<T> {
  if (check !== undefined) checkFunction(check, 'json: check');
  return {
    decode: bytes => {
      const value: unknown = JSON.parse(utf8.decode(present(bytes)));
      return check ? check(value) : (value as T);
    },
    encode: value => {
      const written = JSON.stringify(value) as string | undefined;
      if (written === undefined)
        throw mustBe('json: the value', 'what JSON can say', value, 'For a tombstone use nullable(json()).', 'BAD_VALUE');
      return written;
    },
  };
}

/** Whole numbers of 32 bits with a sign, as Java's `IntegerSerializer` writes them. */
export function int32(): KafkaCodec<number> {
  return numbers('int32', 4, 'a whole number of 32 bits with a sign', value => (value | 0) === value, 'Int32');
}

/** Whole numbers of 64 bits with a sign, as Java's `LongSerializer` writes them. */
export function int64(): KafkaCodec<bigint> {
  const fits = (value: bigint) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
  return numbers('int64', 8, 'a bigint of 64 bits with a sign', fits, 'BigInt64');
}

/** Floating point numbers of 64 bits, as Java's `DoubleSerializer` writes them. */
export function float64(): KafkaCodec<number> {
  return numbers('float64', 8, 'a number', value => typeof value === 'number', 'Float64');
}

interface Access<T> {
  get(view: DataView): T;
  set(view: DataView, value: T): void;
}

const ACCESS = {
  Int32: { get: view => view.getInt32(0), set: (view, value) => view.setInt32(0, value) } as Access<number>,
  BigInt64: { get: view => view.getBigInt64(0), set: (view, value) => view.setBigInt64(0, value) } as Access<bigint>,
  Float64: { get: view => view.getFloat64(0), set: (view, value) => view.setFloat64(0, value) } as Access<number>,
};

function numbers<T>(name: string, size: number, what: string, fits: (value: T) => boolean, kind: keyof typeof ACCESS): KafkaCodec<T> {
  const { get, set } = ACCESS[kind] as Access<unknown> as Access<T>;
  return {
    decode: bytes => {
      const { buffer, byteOffset, length } = present(bytes);
      if (length !== size) throw new RangeError(`${name} has ${size} bytes, not ${length}`);
      return get(new DataView(buffer, byteOffset, size));
    },
    encode: value => {
      if (!fits(value)) throw mustBe(`${name}: the value`, what, value, '', 'BAD_VALUE');
      const written = new Uint8Array(size);
      set(new DataView(written.buffer), value);
      return written;
    },
  };
}

/**
 * Null where there are no bytes: for keys that not every record has, and for values of compacted topics, where null deletes.
 *
 * @example
 * ```ts
 * import { json, nullable } from 'tidemark/kafka';
 *
 * const row = nullable(json<{ total: number }>());
 * console.log(row.encode(null)); // null: a tombstone
 * ```
 */
export function nullable<T>(codec: KafkaCodec<T>): KafkaCodec<T | null>;
export function nullable<T>(decoder: KafkaDecoder<T>): KafkaDecoder<T | null>;
export function nullable<T>(codec: KafkaDecoder<T> & Partial<KafkaEncoder<T>>): KafkaDecoder<T | null> {
  const decoder: KafkaDecoder<T | null> = {
    prepare: (bytes, record) => (bytes === null ? undefined : codec.prepare?.(bytes, record)),
    decode: (bytes, record) => (bytes === null ? null : codec.decode(bytes, record)),
  };
  if (!codec.encode) return decoder;
  return Object.assign(decoder, { encode: (value: T | null) => (value === null ? null : (codec as KafkaCodec<T>).encode(value)) });
}

/** Refuses what is no decoder. */
export function checkDecoder(decoder: unknown, where: string): void {
  if (typeof (decoder as KafkaDecoder<unknown> | null)?.decode !== 'function')
    throw mustBe(where, 'a decoder, such as json(), text() or { decode: bytes => ... }', decoder);
}

/** Refuses what is no encoder. */
export function checkEncoder(encoder: unknown, where: string): void {
  if (typeof (encoder as KafkaEncoder<unknown> | null)?.encode !== 'function')
    throw mustBe(where, 'an encoder, such as json(), text() or { encode: value => ... }', encoder);
}

/**
 * The key or the value of a record.
 *
 * @throws TidemarkError `BAD_RECORD`, with what the decoder has thrown as its cause.
 */
export function decoded<T>(decoder: KafkaDecoder<T>, record: KafkaRecord, part: 'key' | 'value'): T {
  const bytes = record[part];
  try {
    return decoder.decode(bytes, record);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : show(cause);
    throw badRecord(record, `its ${part} cannot be read: ${why}. It is ${peek(bytes)}`, cause);
  }
}

/** The error for a record that is not what it should be. */
export function badRecord({ topic, partition, offset }: KafkaRecord, sentence: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'BAD_RECORD',
    `Kafka: record ${offset} of ${topic}/${partition}: ${sentence}. Correct the decoder, or say by \`invalid\` what becomes of such records.`,
    { cause },
  );
}

/** Bytes as a sentence shows them. */
export function peek(bytes: Uint8Array | null): string {
  if (!bytes) return 'null';
  const start = bytes.subarray(0, 24);
  const more = bytes.length > start.length ? '...' : '';
  const hex = Array.from(start, byte => byte.toString(16).padStart(2, '0')).join(' ');
  return `${bytes.length} bytes: ${hex}${more}`;
}

/** Refuses that there are none. */
export function present(bytes: Uint8Array | null): Uint8Array {
  if (bytes) return bytes;
  throw new TypeError('it is null, which nullable() reads');
}
