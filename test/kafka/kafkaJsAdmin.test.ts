/** What the contract on a real broker does not reach: who may not make topics. */
import { describe, expect, it } from 'vitest';
import { KafkaJsAdmin } from '../../src/kafka/kafkaJsAdmin.js';

/** An admin of kafkajs by which topics cannot be made. */
function adminWith(refusal: string, partitions: number): KafkaJsAdmin {
  const admin = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    createTopics: () =>
      Promise.reject(Object.assign(new Error('several'), { errors: [Object.assign(new Error(refusal), { type: refusal })] })),
    fetchTopicMetadata: async () => {
      if (partitions === 0) throw Object.assign(new Error('unknown'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
      return { topics: [{ name: 't', partitions: Array.from({ length: partitions }) }] };
    },
  };
  const Kafka = class {
    admin() {
      return admin;
    }
  };
  return new KafkaJsAdmin(async () => ({ Kafka }) as never, { brokers: ['x:1'] }, 60_000);
}

describe('making a topic', () => {
  const topic = { topic: 't', partitions: 2 };

  it('takes one that is there from who may make none, if it is the right one', async () => {
    await adminWith('TOPIC_AUTHORIZATION_FAILED', 2).createTopic(topic);
    await expect(adminWith('TOPIC_AUTHORIZATION_FAILED', 3).createTopic(topic)).rejects.toThrow(/2 partitions.*has 3/);
  });

  it('says why it is refused', async () => {
    await expect(adminWith('CLUSTER_AUTHORIZATION_FAILED', 0).createTopic(topic)).rejects.toThrow(
      /making topic t: CLUSTER_AUTHORIZATION_FAILED/,
    );
    await expect(adminWith('INVALID_CONFIG', 2).createTopic(topic)).rejects.toThrow(/INVALID_CONFIG/);
  });
});
