import { describe, expect, it } from 'vitest';
import { MemoryBroker } from '../../src/kafka/memoryBroker.js';
import type { Outgoing } from '../../src/kafka/outgoing.js';

const record: Outgoing = { topic: 't', partition: 0, key: null, value: null, timestamp: undefined, headers: {}, bytes: 1 };
const position = { topic: 't', partition: 0, offset: 4, metadata: 'm' };

function broker(): MemoryBroker {
  const made = new MemoryBroker();
  made.createTopic('t', 1);
  return made;
}

describe('the broker in memory', () => {
  it('refuses every call of an epoch that is over, and ends its transaction', () => {
    const kafka = broker();
    const old = kafka.init('id');
    kafka.append('id', old, [record], 0);
    kafka.addPositions('id', old, 'g', [position]);
    const next = kafka.init('id');
    expect(next).toBe(old + 1);
    for (const call of [
      () => kafka.append('id', old, [record], 0),
      () => kafka.addPositions('id', old, 'g', [position]),
      () => kafka.end('id', old),
      () => kafka.end('other', 0),
    ])
      expect(call).toThrowError(expect.objectContaining({ code: 'FENCED' }));
    kafka.end('id', next);
    expect(kafka.position('g', position)).toBeUndefined();
    expect(kafka.logs('t')[0]?.read(0, 9).records).toEqual([]);
  });

  it('aborts what takes too long, and fences who began it, but nobody who has nothing open', () => {
    const kafka = broker();
    const epoch = kafka.init('id');
    kafka.expire('id');
    kafka.expire('nobody');
    kafka.append('id', epoch, [record], 0);
    kafka.expire('id');
    expect(() => kafka.end('id', epoch)).toThrowError(expect.objectContaining({ code: 'FENCED' }));
  });

  it('shows positions when the transaction is over, and tells who listens', () => {
    const kafka = broker();
    let told = 0;
    const deaf = kafka.onChange(() => told++);
    const epoch = kafka.init('id');
    kafka.addPositions('id', epoch, 'g', [position]);
    expect(kafka.position('g', position)).toBeUndefined();
    kafka.end('id', epoch);
    expect([kafka.position('g', position), told]).toEqual([position, 1]);
    deaf();
    kafka.write([record], 0);
    expect(told).toBe(1);
  });

  it('knows its topics', () => {
    const kafka = broker();
    expect(() => kafka.createTopic('t', 1)).toThrowError(/exists already/);
    expect(() => kafka.logs('u')).toThrowError(/no topic u/);
    expect(() => kafka.log({ topic: 't', partition: 1 })).toThrowError(/no partition 1/);
  });
});
