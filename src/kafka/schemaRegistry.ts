/**
 * Records in the wire format of schema registries: a byte 0, the number of the schema in four bytes, the payload. (Confluent's; Apicurio and
 * Karapace write it too.) Who the registry is, and what a schema is, is the user's: this keeps schemas once they have come.
 */
import { checkFunction, checkOptions, mustBe } from '../errors.js';
import { type KafkaCodec, type KafkaDecoder, present } from './codec.js';
import type { KafkaRecord } from './port.js';

/** What {@link schemaRegistry} takes to read. */
export interface SchemaRegistryReading<out T, in out S> {
  /** The schema of a number. Asked once for each; again, if it failed. */
  readonly schema: (id: number) => S | Promise<S>;
  /** Reads what stands behind the number. It may be a view: copy what is kept. */
  readonly decode: (payload: Uint8Array, schema: S, record: KafkaRecord) => T;
}

/** What {@link schemaRegistry} takes to write too. */
export interface SchemaRegistryWriting<in out T, in out S> extends SchemaRegistryReading<T, S> {
  /** The number of the schema that is written: register it before. */
  readonly id: number;
  /** Writes what stands behind the number. */
  readonly encode: (value: T) => Uint8Array;
}

/** Before the payload. */
const HEAD = 5;

/**
 * A codec around a schema registry: Avro, Protobuf, JSON Schema. Schemas are fetched when the first record comes that needs them, and
 * kept. That one cannot be fetched fails the reader with what `schema` has thrown; that a record has no number is `BAD_RECORD`.
 *
 * @throws TidemarkError `BAD_OPTION`
 * @example
 * ```ts
 * import { schemaRegistry } from 'tidemark/kafka';
 *
 * interface Schema {
 *   fromBuffer(bytes: Uint8Array): { id: string };
 *   toBuffer(value: { id: string }): Uint8Array;
 * }
 * declare const registry: { getSchema(id: number): Promise<Schema>; getLatestSchemaId(subject: string): Promise<number> };
 *
 * const id = await registry.getLatestSchemaId('orders-value');
 * const schema = await registry.getSchema(id);
 * const orders = schemaRegistry({
 *   schema: id => registry.getSchema(id),
 *   decode: (payload, schema) => schema.fromBuffer(payload),
 *   id,
 *   encode: (order: { id: string }) => schema.toBuffer(order),
 * });
 * ```
 */
export function schemaRegistry<T, S>(options: SchemaRegistryWriting<T, S>): KafkaCodec<T>;
export function schemaRegistry<T, S>(options: SchemaRegistryReading<T, S>): KafkaDecoder<T>;
export function schemaRegistry<T, S>(options: SchemaRegistryReading<T, S> | SchemaRegistryWriting<T, S>): KafkaDecoder<T> {
  checkOptions(options, ['schema', 'decode', 'id', 'encode'], 'schemaRegistry');
  const { schema, decode } = options;
  checkFunction(schema, 'schemaRegistry: schema');
  checkFunction(decode, 'schemaRegistry: decode');
  const { id, encode } = options as Partial<SchemaRegistryWriting<T, S>>;
  const schemas = new Schemas(schema);
  const decoder: KafkaDecoder<T> = {
    prepare: bytes => (bytes && isFramed(bytes) ? schemas.fetch(idOf(bytes)) : undefined),
    decode: (bytes, record) => {
      const all = present(bytes);
      if (!isFramed(all)) throw new TypeError('it does not begin with a byte 0 and the number of a schema');
      return decode(all.subarray(HEAD), schemas.get(idOf(all)), record);
    },
  };
  if (id === undefined && encode === undefined) return decoder;
  if (!Number.isInteger(id) || (id as number) < 0 || (id as number) > 0x7fffffff)
    throw mustBe('schemaRegistry: id', 'the number of a schema', id, 'To write, id and encode are both needed.');
  checkFunction(encode, 'schemaRegistry: encode');
  return Object.assign(decoder, { encode: (value: T) => framed(id as number, (encode as (value: T) => Uint8Array)(value)) });
}

/** Those that have come, and those that are awaited. */
class Schemas<S> {
  readonly #ask: (id: number) => S | Promise<S>;
  readonly #known = new Map<number, S>();
  readonly #awaited = new Map<number, Promise<void>>();

  constructor(ask: (id: number) => S | Promise<S>) {
    this.#ask = ask;
  }

  get(id: number): S {
    if (!this.#known.has(id)) throw new TypeError(`schema ${id} was not fetched before: call prepare`);
    return this.#known.get(id) as S;
  }

  fetch(id: number): Promise<void> | undefined {
    if (this.#known.has(id)) return undefined;
    let awaited = this.#awaited.get(id);
    if (!awaited) {
      awaited = this.#await(id);
      this.#awaited.set(id, awaited);
    }
    return awaited;
  }

  async #await(id: number): Promise<void> {
    try {
      // Behind a turn, so that the entry is there to be deleted even where `ask` throws at once.
      await undefined;
      this.#known.set(id, await this.#ask(id));
    } finally {
      this.#awaited.delete(id);
    }
  }
}

function isFramed(bytes: Uint8Array): boolean {
  return bytes.length >= HEAD && bytes[0] === 0;
}

function idOf({ buffer, byteOffset }: Uint8Array): number {
  return new DataView(buffer, byteOffset).getUint32(1);
}

function framed(id: number, payload: Uint8Array): Uint8Array {
  if (!(payload instanceof Uint8Array)) throw mustBe('schemaRegistry: what encode returns', 'bytes', payload, '', 'BAD_VALUE');
  const all = new Uint8Array(HEAD + payload.length);
  new DataView(all.buffer).setUint32(1, id);
  all.set(payload, HEAD);
  return all;
}
