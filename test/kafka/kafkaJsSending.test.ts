/** What the contract on a real broker does not reach. */
import type { RecordMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { mustCover, Sending } from '../../src/kafka/kafkaJsSending.js';

const answer = (partition: number, errorCode = 0): RecordMetadata => ({ topicName: 't', partition, errorCode }) as RecordMetadata;
const at = (partition: number) => ({ topic: 't', partition });

describe('mustCover', () => {
  it('finds records that kafkajs says it has sent, and has not', () => {
    mustCover([at(0), at(1), at(0)], [answer(0), answer(1)]);
    mustCover([], []);
    expect(() => mustCover([at(0), at(1)], [answer(0)])).toThrow(/did not write the records of t\/1/);
    expect(() => mustCover([at(0), at(1)], [answer(0), answer(1, 3)])).toThrow(/t\/1/);
  });
});

describe('sending', () => {
  it('asks for the partitions of a topic once', async () => {
    const asked: string[][] = [];
    const sending = new Sending({
      partitions: async topics => {
        asked.push([...topics]);
        return new Map(topics.map(topic => [topic, 2]));
      },
    });
    await sending.learn(['u']);
    await sending.checked([
      { topic: 't', value: 'x' },
      { topic: 'u', value: 'x' },
      { topic: 't', value: 'x' },
    ]);
    await sending.learn(['t', 'u']);
    expect(asked).toEqual([['u'], ['t']]);
  });
});
