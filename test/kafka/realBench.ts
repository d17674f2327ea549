/** A real broker, as the contract needs it. */
import { type Admin, Kafka, logLevel, Partitioners } from 'kafkajs';
import { kafkaJs } from '../../src/kafka/kafkaJs.js';
import type { KafkaClient } from '../../src/kafka/port.js';
import type { Duration } from '../../src/time/duration.js';
import type { KafkaBench } from './bench.js';

/** A member that is gone without a word is given up after the session time-out. */
export async function realBench(address: string, sessionTimeout: Duration = '10s'): Promise<KafkaBench> {
  const config = { brokers: address.split(','), logLevel: logLevel.NOTHING };
  const admin: Admin = new Kafka(config).admin();
  await admin.connect();
  const maker = kafkaJs(config);
  const clients: KafkaClient[] = [maker];
  // A broker of one's own may be used by several runs.
  const run = `t${Date.now().toString(36)}${process.pid}`;
  let names = 0;
  return {
    client() {
      const client = kafkaJs(config, { heartbeatInterval: 100, sessionTimeout, maxWait: 50 });
      clients.push(client);
      return client;
    },
    name: () => `${run}-${++names}`,
    createTopic: (topic, partitions) => maker.createTopic({ topic, partitions }),
    async abandon(transactionalId, records) {
      const producer = new Kafka(config).producer({ transactionalId, createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
      const transaction = await producer.transaction();
      for (const { topic, partition = 0, key = null, value } of records)
        await transaction.send({
          topic,
          messages: [{ partition, key: key === null ? null : Buffer.from(key), value: value === null ? null : Buffer.from(value) }],
        });
      await producer.disconnect();
    },
    async trim({ topic, partition }, before) {
      // Else it does not know the topic.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
    },
    async close() {
      await Promise.all(clients.map(client => client.close()));
      await admin.disconnect();
    },
  };
}
