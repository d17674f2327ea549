import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  badRecord,
  bytes,
  checkDecoder,
  checkEncoder,
  decoded,
  float64,
  int32,
  int64,
  json,
  type KafkaCodec,
  nullable,
  peek,
  present,
  text,
} from '../../src/kafka/codec.js';
import type { KafkaRecord } from '../../src/kafka/port.js';

const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);

function record(value: Uint8Array | null): KafkaRecord {
  return { topic: 't', partition: 3, offset: 17, timestamp: 0, key: null, value, headers: {} };
}

/** Through bytes that are a view in the middle of others, as a client hands them out. */
function through<T>(codec: KafkaCodec<T>, value: T): T {
  const written = codec.encode(value);
  const all = typeof written === 'string' ? utf8(written) : written;
  const view = all && new Uint8Array([9, ...all, 9]).subarray(1, 1 + all.length);
  return codec.decode(view, record(view));
}

describe('codecs', () => {
  it('read what they have written', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), value => void expect(through(text(), value)).toBe(value)));
    fc.assert(fc.property(fc.jsonValue(), value => void expect(through(json(), value)).toEqual(JSON.parse(JSON.stringify(value)))));
    fc.assert(fc.property(fc.uint8Array(), value => void expect(through(bytes(), value)).toEqual(value)));
    fc.assert(fc.property(fc.integer(), value => void expect(through(int32(), value)).toBe(value)));
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => void expect(through(int64(), value)).toBe(value)),
    );
    fc.assert(fc.property(fc.double(), value => void expect(through(float64(), value)).toBe(value)));
    fc.assert(fc.property(fc.option(fc.string()), value => void expect(through(nullable(text()), value)).toBe(value)));
  });

  it('take a byte order mark for a part of a text, and for nothing before JSON', () => {
    expect(through(text(), '\ufeffx')).toBe('\ufeffx');
    expect(json().decode(utf8('\ufeff1'), record(null))).toBe(1);
  });

  it('write numbers as Java does', () => {
    expect(int32().encode(-2)).toEqual(new Uint8Array([255, 255, 255, 254]));
    expect(int64().encode(258n)).toEqual(new Uint8Array([0, 0, 0, 0, 0, 0, 1, 2]));
    expect(float64().encode(1)).toEqual(new Uint8Array([0x3f, 0xf0, 0, 0, 0, 0, 0, 0]));
  });

  it('keep bytes that the client uses again, also of a Buffer', () => {
    const reused = Buffer.from([1, 2]);
    const kept = bytes().decode(reused, record(reused));
    reused.fill(0);
    expect(kept).toEqual(new Uint8Array([1, 2]));
    expect(bytes().decode(null, record(null))).toBeNull();
  });

  it.each([
    ['text', () => text().encode(7 as never), /text: the value must be a text, but came as 7/],
    ['json', () => json().encode(undefined), /json: the value must be what JSON can say, but came as undefined/],
    ['int32', () => int32().encode(2 ** 31), /int32: the value must be/],
    ['int32 of a fraction', () => int32().encode(0.5), /int32/],
    ['int64', () => int64().encode(2n ** 63n), /int64: the value must be/],
    ['int64 of a number', () => int64().encode(1 as never), /int64/],
    ['float64', () => float64().encode('1' as never), /float64/],
  ])('%s refuses what it cannot write', (_, encode, sentence) => {
    expect(encode).toThrowError(expect.objectContaining({ code: 'BAD_VALUE', message: expect.stringMatching(sentence) }));
  });

  it('json checks by the function of the user', () => {
    const positive = json(value => {
      if (typeof value !== 'number' || value <= 0) throw new RangeError('not positive');
      return value;
    });
    expect(through(positive, 3)).toBe(3);
    expect(() => through(positive, -3)).toThrowError('not positive');
    expect(() => json('x' as never)).toThrowError(/json: check must be a function/);
  });

  it('nullable passes on what has bytes, and what must be prepared', async () => {
    const prepared: unknown[] = [];
    const decoder = nullable({ prepare: async (of: Uint8Array | null) => void prepared.push(of), decode: () => 1 });
    expect('encode' in decoder).toBe(false);
    expect(decoder.prepare?.(null, record(null))).toBeUndefined();
    await decoder.prepare?.(utf8('x'), record(null));
    expect(prepared).toEqual([utf8('x')]);
    expect(nullable(text()).prepare?.(utf8('x'), record(null))).toBeUndefined();
  });
});

describe('decoded', () => {
  it.each([
    ['no JSON', json(), utf8('{')],
    ['no UTF-8', text(), new Uint8Array([0xff])],
    ['no UTF-8 in JSON', json(), new Uint8Array([0x22, 0xff, 0x22])],
    ['a tombstone', json(), null],
    ['three bytes', int32(), new Uint8Array(3)],
  ])('says where the record is: %s', (_, decoder, value) => {
    const wrong = () => decoded(decoder as KafkaCodec<unknown>, record(value), 'value');
    expect(wrong).toThrowError(expect.objectContaining({ code: 'BAD_RECORD', cause: expect.any(Error) }));
    expect(wrong).toThrowError(/^Kafka: record 17 of t\/3: its value cannot be read: .*Correct the decoder, or say by `invalid`/);
  });

  it('takes the key or the value', () => {
    const both = { ...record(utf8('v')), key: utf8('k') };
    expect(decoded(text(), both, 'key')).toBe('k');
    expect(decoded(text(), both, 'value')).toBe('v');
  });

  it('shows what was thrown that is no error, and the bytes', () => {
    const decoder = {
      decode: () => {
        throw 'no';
      },
    };
    expect(() => decoded(decoder, record(new Uint8Array(30)), 'value')).toThrowError(/read: "no"\. It is 30 bytes: 00( 00){23}\.\.\.\./);
    expect(peek(null)).toBe('null');
    expect(peek(new Uint8Array([1, 255]))).toBe('2 bytes: 01 ff');
    expect(badRecord(record(null), 'x').code).toBe('BAD_RECORD');
    expect(() => present(null)).toThrowError(/nullable/);
  });
});

it('checks what is given as a codec', () => {
  checkDecoder(json(), 'x');
  checkEncoder(json(), 'x');
  expect(() => checkDecoder(JSON.parse, 'fromKafka: value')).toThrowError(/fromKafka: value must be a decoder/);
  expect(() => checkEncoder(null, 'toKafka: value')).toThrowError(/toKafka: value must be an encoder/);
});
