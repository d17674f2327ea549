/** Clients of every kind are one type, and their options are checked. */
import { count, type EventStream, eventTime, type Pane, tumbling, windowBy } from 'tidemark';
import {
  fromKafka,
  json,
  type KafkaClient,
  type KafkaCodec,
  type KafkaDecoder,
  type KafkaEncoder,
  type KafkaMessage,
  type KafkaRecord,
  type KafkaStep,
  kafkaJs,
  memoryKafka,
  nullable,
  paneValue,
  repartition,
  schemaRegistry,
  text,
  toKafka,
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

const clicks = fromKafka(client, { name: 'clicks', topic: 'clicks', value: json<{ user: string }>() });
is<typeof clicks>().exactly<EventStream<KafkaMessage<{ user: string }, string | null>>>(true);
const byUser = fromKafka(client, {
  name: 'clicks',
  topics: ['a', 'b'],
  key: text(),
  value: json<{ user: string; at: number }>(),
  timestamp: ({ value }) => value.at,
  start: { at: 5 },
  invalid: ({ record, error }) => void [record.offset, error],
});
const perUser = byUser.pipe(
  windowBy(tumbling('1h'), { name: 'w', key: ({ key }) => key, aggregate: count() }),
  repartition(client, { name: 'r', topic: 'mid', key: pane => pane.key, value: json() }),
  toKafka(client, { name: 'out', topic: 'out', value: paneValue(json<number>()), key: pane => pane.key }),
);
is<typeof perUser>().exactly<EventStream<Pane<string, number>>>(true);
// @ts-expect-error: what a value is has to be said
fromKafka(client, { name: 'clicks', topic: 'clicks' });
// @ts-expect-error: there is no such beginning
fromKafka(client, { name: 'clicks', topic: 'clicks', value: text(), start: 'now' });
// @ts-expect-error: numbers are no texts
eventTime([1], { timestamp: n => n }).pipe(toKafka(client, { name: 'out', topic: 'out', value: text() }));
// @ts-expect-error: what is written is read again
clicks.pipe(repartition(client, { name: 'r', topic: 'mid', key: ({ value }) => value.user, value: { encode: () => '' } }));
