/** The cluster in memory, as the contract needs it. */
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import type { KafkaBench } from './bench.js';

export function memoryBench(): KafkaBench {
  let dying = '';
  const kafka = memoryKafka({ fault: ({ client, call }) => (client === dying && call === 'end' ? 'before' : undefined) });
  let names = 0;
  return {
    client: () => kafka.client(),
    name: () => `name-${++names}`,
    createTopic: async (topic, partitions) => kafka.createTopic(topic, partitions),
    async abandon(transactionalId, records) {
      dying = `dying-${++names}`;
      const transactor = await kafka.client(dying).acquire(transactionalId);
      await transactor.commit({ records }).catch(() => undefined);
    },
    trim: async (partition, before) => kafka.trim(partition, before),
    close: async () => undefined,
  };
}
