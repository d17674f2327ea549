/** What the contract on a real broker does not reach. */
import type { Kafka, RecordMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { KafkaJsProducer } from '../../src/kafka/kafkaJsProducer.js';

const records = [{ topic: 't', partition: 0, value: 'x' }];

/** A producer that answers what it is told. */
function scripted(answers: () => readonly RecordMetadata[]) {
  const calls: string[] = [];
  const producer = {
    connect: async () => undefined,
    disconnect: async () => void calls.push('disconnect'),
    async sendBatch() {
      calls.push('sendBatch');
      return answers();
    },
  };
  const cluster = { partitions: async (topics: readonly string[]) => new Map(topics.map(topic => [topic, 2])) };
  return { calls, connect: () => KafkaJsProducer.connect({ producer: () => producer } as unknown as Kafka, 60_000, cluster) };
}

describe('a producer over kafkajs', () => {
  it('holds answers against what was to be written; one that failed is thrown away and says so', async () => {
    const { calls, connect } = scripted(() => []);
    const producer = await connect();
    const [first, second] = [producer.send(records), producer.send(records)];
    await expect(first).rejects.toMatchObject({ code: 'KAFKA_FAILED', message: expect.stringContaining('t/0') });
    await expect(second).rejects.toThrow(/make a new one/);
    expect(producer.over).toBe(true);
    expect(calls).toEqual(['sendBatch', 'disconnect']);
  });

  it('sends nothing where there is nothing', async () => {
    const { calls, connect } = scripted(() => []);
    await (await connect()).send([]);
    expect(calls).toEqual([]);
  });
});
