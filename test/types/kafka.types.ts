/** Clients of every kind are one type, and their options are checked. */
import { type KafkaClient, type KafkaRecord, type KafkaStep, kafkaJs, memoryKafka } from 'tidemark/kafka';
import { is } from './exact.js';

const clients: readonly KafkaClient[] = [
  kafkaJs({ brokers: ['localhost:9092'] }),
  kafkaJs({ brokers: ['localhost:9092'], clientId: 'c', ssl: true }, { sessionTimeout: '45s', maxWait: 50 }),
  memoryKafka().client(),
];
const client = clients[0] as KafkaClient;
const transactor = await client.acquire('id');
await transactor.commit({ records: [{ topic: 't', key: 'k', value: new Uint8Array(1), headers: { h: 'x' } }] });
await transactor.commit({ group: 'g', positions: [{ topic: 't', partition: 0, offset: 1, metadata: '' }] });

const kafka = memoryKafka({ topics: { t: 1 }, fault: ({ call }) => (call === 'end' ? 'after' : undefined) });
is<ReturnType<typeof kafka.read>>().exactly<readonly KafkaRecord[]>(true);
is<KafkaStep['call']>().exactly<'acquire' | 'committed' | 'append' | 'positions' | 'end' | 'send' | 'join' | 'offsetsAt' | 'createTopic'>(
  true,
);

// @ts-expect-error: no brokers
kafkaJs({ clientId: 'c' });
// @ts-expect-error: there is no such option
kafkaJs({ brokers: [] }, { sessionTimeOut: '45s' });
// @ts-expect-error: a value is bytes, a text or null
transactor.commit({ records: [{ topic: 't', value: 7 }] });
// @ts-expect-error: a position has a text beside it
transactor.commit({ group: 'g', positions: [{ topic: 't', partition: 0, offset: 1 }] });
// @ts-expect-error: a fault is before or after
memoryKafka({ fault: () => 'during' });
// @ts-expect-error: a listener hears of records
client.subscribe({ group: 'g', topics: ['t'], listener: { assigned() {}, lost() {}, failed() {} } });
