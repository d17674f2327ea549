/** Clients of every kind are one type, and their options are checked. */
import type { Pane } from 'tidemark';
import {
  json,
  type KafkaClient,
  type KafkaCodec,
  type KafkaDecoder,
  type KafkaEncoder,
  type KafkaRecord,
  type KafkaStep,
  kafkaJs,
  memoryKafka,
  nullable,
  paneValue,
  schemaRegistry,
  text,
} from 'tidemark/kafka';
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
is<KafkaStep['call']>().exactly<
  'acquire' | 'committed' | 'append' | 'positions' | 'end' | 'send' | 'join' | 'offsetsAt' | 'createTopic' | 'read'
>(true);

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

is<ReturnType<typeof text>>().exactly<KafkaCodec<string>>(true);
const order = json<{ id: string }>();
is<typeof order>().exactly<KafkaCodec<{ id: string }>>(true);
const row = nullable(order);
is<typeof row>().exactly<KafkaCodec<{ id: string } | null>>(true);
const checked = json(value => Number(value));
is<typeof checked>().exactly<KafkaCodec<number>>(true);
const written: KafkaEncoder<Pane<string, number>> = paneValue(json<number>());
const own: KafkaDecoder<number> = { decode: bytes => bytes?.length ?? 0 };
const schemas = {
  schema: (id: number) => Promise.resolve({ id }),
  decode: (payload: Uint8Array, { id }: { id: number }) => payload.length + id,
};
const reading = schemaRegistry(schemas);
is<typeof reading>().exactly<KafkaDecoder<number>>(true);
const both = schemaRegistry({ ...schemas, id: 1, encode: (value: number) => new Uint8Array([value]) });
is<typeof both>().exactly<KafkaCodec<number>>(true);
void [written, own];
// @ts-expect-error: it does not read only what it writes
const mixed: KafkaCodec<number> = text();
// @ts-expect-error: a decoder is no function
const bare: KafkaDecoder<unknown> = JSON.parse;
// @ts-expect-error: to write, the number of the schema is needed
schemaRegistry({ ...schemas, encode: (value: number) => new Uint8Array([value]) });
// @ts-expect-error: of the value of a pane, not of the pane
const wrong: KafkaEncoder<Pane<string, number>> = paneValue(text());
void [mixed, bare, wrong];
