import { describe, expect, it } from 'vitest';
import { decoded } from '../../src/kafka/codec.js';
import type { KafkaRecord } from '../../src/kafka/port.js';
import { schemaRegistry } from '../../src/kafka/schemaRegistry.js';

const record = (value: Uint8Array | null): KafkaRecord => ({
  topic: 't',
  partition: 0,
  offset: 5,
  timestamp: 0,
  key: null,
  value,
  headers: {},
});

/** Schemas are factors; a payload is one byte. */
function registry(schema: (id: number) => number | Promise<number>) {
  return schemaRegistry({
    schema,
    decode: (payload, factor) => (payload[0] as number) * factor,
    id: 258,
    encode: (value: number) => new Uint8Array([value]),
  });
}

describe('schemaRegistry', () => {
  it('writes the byte 0, the number, and the payload, and reads it from the middle of other bytes', async () => {
    const codec = registry(() => 10);
    const written = codec.encode(7) as Uint8Array;
    expect(written).toEqual(new Uint8Array([0, 0, 0, 1, 2, 7]));
    const view = new Uint8Array([8, 8, ...written]).subarray(2);
    await codec.prepare?.(view, record(view));
    expect(codec.decode(view, record(view))).toBe(70);
  });

  it('asks once for each schema, however many wait, and then answers at once', async () => {
    const asked: number[] = [];
    const codec = registry(async id => asked.push(id));
    const value = codec.encode(1) as Uint8Array;
    await Promise.all([codec.prepare?.(value, record(value)), codec.prepare?.(value, record(value))]);
    expect(codec.prepare?.(value, record(value))).toBeUndefined();
    expect(asked).toEqual([258]);
  });

  it('asks again after a failure, and passes on what failed', async () => {
    let tries = 0;
    const codec = registry(() => {
      if (tries++ === 0) throw new Error('registry is down');
      return 1;
    });
    const value = codec.encode(3) as Uint8Array;
    await expect(codec.prepare?.(value, record(value))).rejects.toThrowError('registry is down');
    await codec.prepare?.(value, record(value));
    expect(codec.decode(value, record(value))).toBe(3);
  });

  it('takes a schema that is undefined for one', async () => {
    const codec = schemaRegistry({ schema: () => undefined, decode: payload => payload.length });
    const value = new Uint8Array([0, 0, 0, 0, 0]);
    await codec.prepare?.(value, record(value));
    expect(codec.prepare?.(value, record(value))).toBeUndefined();
    expect(codec.decode(value, record(value))).toBe(0);
  });

  it.each([
    ['another first byte', new Uint8Array([1, 0, 0, 1, 2, 7])],
    ['too few bytes', new Uint8Array([0, 0, 0, 1])],
    ['none', null],
  ])('needs no schema for what it cannot read: %s', (_, value) => {
    const codec = registry(() => 1);
    expect(codec.prepare?.(value, record(value))).toBeUndefined();
    expect(() => decoded(codec, record(value), 'value')).toThrowError(expect.objectContaining({ code: 'BAD_RECORD' }));
  });

  it('says that prepare is missing', () => {
    const codec = registry(() => 1);
    const value = codec.encode(1) as Uint8Array;
    expect(() => codec.decode(value, record(value))).toThrowError(/schema 258 was not fetched before/);
  });

  it('checks its options', () => {
    const schema = () => 1;
    const decode = () => 1;
    expect('encode' in schemaRegistry({ schema, decode })).toBe(false);
    expect(() => schemaRegistry({ schema, decode, encode: () => new Uint8Array() } as never)).toThrowError(
      /id must be the number of a schema/,
    );
    for (const id of [-1, 0.5, 2 ** 31])
      expect(() => schemaRegistry({ schema, decode, id, encode: () => new Uint8Array() })).toThrowError(/id must be/);
    expect(() => schemaRegistry({ schema, decode, id: 1 } as never)).toThrowError(/encode must be a function/);
    expect(() => schemaRegistry({ decode } as never)).toThrowError(/schema must be a function/);
    expect(() => schemaRegistry({ schema } as never)).toThrowError(/decode must be a function/);
    expect(() => schemaRegistry({ schema, decode, ids: 1 } as never)).toThrowError(/there is no option "ids"/);
    const texts = schemaRegistry({ schema, decode, id: 1, encode: () => 'x' as never });
    expect(() => texts.encode(1)).toThrowError(/what encode returns must be bytes/);
  });
});
