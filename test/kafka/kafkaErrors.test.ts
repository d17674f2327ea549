import { describe, expect, it } from 'vitest';
import { TidemarkError } from '../../src/errors.js';
import { explained, failed, isOf, outOfRange, passes } from '../../src/kafka/kafkaErrors.js';

const ofType = (type: string): Error => Object.assign(new Error('said the broker'), { name: 'KafkaJSProtocolError', type });
const wrapped = (cause: Error): Error => Object.assign(new Error('wrapped', { cause }), { name: 'KafkaJSNonRetriableError' });

describe('explained', () => {
  it('knows an owner that was fenced, however deep it lies', () => {
    for (const error of [ofType('INVALID_PRODUCER_EPOCH'), wrapped(wrapped(ofType('PRODUCER_FENCED')))])
      expect(explained(error, 'committing "a"')).toMatchObject({
        code: 'FENCED',
        cause: error,
        message: expect.stringContaining('committing "a"'),
      });
  });

  it('says what went wrong otherwise, and leaves the errors of the library as they are', () => {
    expect(explained(ofType('INVALID_TXN_STATE'), 'x')).toMatchObject({ code: 'KAFKA_FAILED', message: 'Kafka: x: said the broker' });
    expect(explained('text', 'x')).toMatchObject({ code: 'KAFKA_FAILED' });
    const own = new TidemarkError('BAD_OPTION', 'own');
    expect(explained(own, 'x')).toBe(own);
    expect(explained(wrapped(own), 'x')).toBe(own);
  });
});

describe('passes', () => {
  it('tells what another try may cure', () => {
    expect(passes(wrapped(ofType('CONCURRENT_TRANSACTIONS')))).toBe(true);
    expect(passes(Object.assign(new Error(), { name: 'KafkaJSConnectionError' }))).toBe(true);
    expect(passes(ofType('INVALID_PRODUCER_EPOCH'))).toBe(false);
    expect(passes(undefined)).toBe(false);
  });
});

describe('isOf', () => {
  it('looks at names and types of an error and its causes, also in a circle', () => {
    const circle = new Error('a') as Error & { cause?: unknown };
    circle.cause = circle;
    expect(isOf(circle, 'Error')).toBe(true);
    expect(isOf(wrapped(ofType('X')), 'X')).toBe(true);
    expect(isOf(wrapped(ofType('X')), 'Y')).toBe(false);
  });
});

describe('sentences', () => {
  it('say where', () => {
    expect(failed('it did not')).toMatchObject({ code: 'KAFKA_FAILED', message: 'Kafka: it did not.' });
    expect(outOfRange({ topic: 't', partition: 3 }, 7).message).toContain('offset 7 of t/3');
    expect(outOfRange({ topic: 't', partition: 3 }, undefined).message).toContain('its position of t/3');
  });
});
