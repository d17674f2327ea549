/**
 * One contender, in a process of its own: it joins a group, reads, and goes on until it is killed. It tells its parent when the first record
 * came, and how much processor time it has used when it is asked.
 */

import { Kafka, logLevel, Partitioners } from 'kafkajs';
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  type CheckpointStorage,
  count,
  max,
  run,
  sum,
  tumbling,
  windowBy,
} from 'tidemark';
import { fromKafka, json, type KafkaDecoder, kafkaJs, kafkaStorage, toKafka } from 'tidemark/kafka';
import { fileSystem } from 'tidemark/node';
import { CLOSING, DISORDER, type Purchase, type Sum, WINDOW } from './workload.js';

/** What a contender is told. */
export interface Spec {
  readonly role: 'read' | 'by-hand' | 'sums' | 'latency' | 'state';
  readonly address: string;
  readonly input: string;
  readonly output: string;
  readonly name: string;
  readonly delivery: 'exactly-once' | 'at-least-once';
  /** Milliseconds between checkpoints. */
  readonly every: number;
  /** A folder, or a topic. */
  readonly storage: { readonly folder: string } | { readonly topic: string };
  readonly tasks: number | undefined;
}

/** What a contender says; times are of `Date.now()`. */
export type Word =
  | { readonly type: 'begun'; readonly at: number }
  | { readonly type: 'usage'; readonly milliseconds: number; readonly megabytes: number }
  | { readonly type: 'restored' | 'checkpoint'; readonly at: number; readonly bytes?: number };

const spec = JSON.parse(process.argv[2] as string) as Spec;
const say = (word: Word): void => void process.send?.(word);
process.on('disconnect', () => process.exit());
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  say({ type: 'usage', milliseconds: (user + system) / 1000, megabytes: process.memoryUsage().rss / 2 ** 20 });
});

let begun = false;
function begin(): void {
  if (begun) return;
  begun = true;
  say({ type: 'begun', at: Date.now() });
}

/** Says when the first record is decoded. */
function watched<T>(decoder: KafkaDecoder<T>): KafkaDecoder<T> {
  return {
    decode: (bytes, record) => {
      begin();
      return decoder.decode(bytes, record);
    },
  };
}

const roles = { read: () => byHand(false), 'by-hand': () => byHand(true), sums, latency, state };
await roles[spec.role]();

/** What kafkajs gives: no transactions, no checkpoints, and after a crash wrong sums. The windows of a partition are maps. */
async function byHand(windows: boolean): Promise<void> {
  const kafka = new Kafka({ brokers: [spec.address], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: spec.name, maxWaitTimeInMs: 100 });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topics: [spec.input], fromBeginning: true });
  const states = new Map<number, { newest: number; open: Map<number, Map<string, number>> }>();
  let read = 0;
  await consumer.run({
    eachBatch: async ({ batch, heartbeat }) => {
      begin();
      let state = states.get(batch.partition);
      if (!state) states.set(batch.partition, (state = { newest: 0, open: new Map() }));
      let closed = false;
      for (const { key, value, timestamp } of batch.messages) {
        const user = String(key);
        const { amount } = JSON.parse(String(value)) as Purchase;
        closed = user === CLOSING;
        if (closed) continue;
        read++;
        if (!windows) continue;
        const at = Number(timestamp);
        state.newest = Math.max(state.newest, at);
        const start = at - (at % WINDOW);
        let sums = state.open.get(start);
        if (!sums) state.open.set(start, (sums = new Map()));
        sums.set(user, (sums.get(user) ?? 0) + amount);
      }
      const watermark = closed ? Number.POSITIVE_INFINITY : state.newest - DISORDER;
      for (const [start, sums] of [...state.open].sort(([a], [b]) => a - b)) {
        if (start + WINDOW > watermark) break;
        state.open.delete(start);
        const messages = [...sums].map(([key, sum]) => ({ key, value: JSON.stringify({ start, sum } satisfies Sum) }));
        for (let i = 0; i < messages.length; i += 1000) await producer.send({ topic: spec.output, messages: messages.slice(i, i + 1000) });
      }
      // Whoever only reads says how far it is by one record for each closed partition.
      if (!windows && closed)
        await producer.send({ topic: spec.output, messages: [{ key: CLOSING, value: JSON.stringify({ start: read, sum: read }) }] });
      await heartbeat();
    },
  });
}

async function sums(): Promise<void> {
  const client = kafkaJs({ brokers: [spec.address] });
  const sumsOf = fromKafka(client, {
    name: 'purchases',
    topic: spec.input,
    value: watched(json<Purchase>()),
    watermark: boundedOutOfOrderness(DISORDER),
    ...(spec.tasks === undefined ? {} : { tasks: spec.tasks }),
  }).pipe(
    windowBy(tumbling(WINDOW), { name: 'perUser', key: ({ key }) => key, aggregate: sum(({ value }) => value.amount) }),
    toKafka(client, {
      name: 'sums',
      topic: spec.output,
      value: { encode: pane => JSON.stringify({ start: pane.window.start, sum: pane.value } satisfies Sum) },
      delivery: spec.delivery,
    }),
  );
  await watch(run(sumsOf, { name: spec.name, storage: storageOf(client), checkpoints: { every: spec.every, minPause: 0 } }));
}

/** A pane for every record, and one when its second is over; each says when the newest of its records was sent. */
async function latency(): Promise<void> {
  const client = kafkaJs({ brokers: [spec.address] }, { maxWait: 20 });
  const newest = fromKafka(client, {
    name: 'sent',
    topic: spec.input,
    value: watched(json<{ sent: number }>()),
    watermark: boundedOutOfOrderness(100),
  }).pipe(
    windowBy(tumbling('1s'), {
      name: 'perUser',
      key: ({ key }) => key,
      aggregate: max(({ value }) => value.sent),
      trigger: afterWatermark({ early: afterCount(1) }),
    }),
    toKafka(client, {
      name: 'newest',
      topic: spec.output,
      value: { encode: pane => JSON.stringify({ start: pane.window.start, sum: pane.value, early: pane.timing === 'early' }) },
      delivery: spec.delivery,
    }),
  );
  await watch(run(newest, { name: spec.name, storage: storageOf(client), checkpoints: { every: spec.every, minPause: 0 } }));
}

/** A count for each of very many keys, in a window that stays open; every so many records of a key there is a pane. */
async function state(): Promise<void> {
  const client = kafkaJs({ brokers: [spec.address] }, { sessionTimeout: '3s', heartbeatInterval: '500ms', rebalanceTimeout: '10s' });
  const counts = fromKafka(client, {
    name: 'purchases',
    topic: spec.input,
    value: watched(json<Purchase>()),
    ...(spec.tasks === undefined ? {} : { tasks: spec.tasks }),
  }).pipe(
    windowBy(tumbling('365d'), {
      name: 'perUser',
      key: ({ value }) => value.user,
      aggregate: count(),
      trigger: afterWatermark({ early: afterCount(2) }),
    }),
    toKafka(client, {
      name: 'counts',
      topic: spec.output,
      value: { encode: pane => JSON.stringify({ start: 0, sum: pane.value } satisfies Sum) },
      delivery: spec.delivery,
    }),
  );
  await watch(run(counts, { name: spec.name, storage: storageOf(client), checkpoints: { every: spec.every, minPause: 0 } }));
}

function storageOf(client: ReturnType<typeof kafkaJs>): CheckpointStorage {
  return 'folder' in spec.storage ? fileSystem(spec.storage.folder) : kafkaStorage(client, { topic: spec.storage.topic, partitions: 4 });
}

async function watch(job: ReturnType<typeof run>): Promise<void> {
  job.events.subscribe(event => {
    if (event.type !== 'task') return;
    const { event: inner } = event;
    if (inner.type === 'started') say({ type: 'restored', at: Date.now() });
    if (inner.type === 'checkpoint') say({ type: 'checkpoint', at: Date.now(), bytes: inner.checkpoint.bytes });
  });
  await job.done;
}
