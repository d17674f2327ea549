/**
 * The input of the races over Kafka, made by arithmetic: records of a topic with some partitions, out of order by up to five seconds, and what
 * sums of a minute per key must come of them. None is late. At the end of each partition a record far ahead in time closes all windows.
 */
import type { KafkaClient, KafkaOutput } from 'tidemark/kafka';

export const BEGIN: number = Date.UTC(2024, 0, 1);
export const WINDOW = 60_000;
export const DISORDER = 5_000;
/** Its window never closes. */
export const CLOSING = 'closing';
const FAR = 3_600_000;

export interface Workload {
  readonly events: number;
  readonly keys: number;
  readonly eventsPerSecond: number;
  readonly partitions: number;
}

/** What a record holds, as JSON, some 60 bytes. */
export interface Purchase {
  readonly user: string;
  readonly amount: number;
  readonly page: string;
}

/** What is written for a window of a key, as JSON. */
export interface Sum {
  readonly start: number;
  readonly sum: number;
}

interface Event {
  readonly user: string;
  readonly amount: number;
  readonly at: number;
}

function* eventsOf({ events, keys, eventsPerSecond }: Workload): Generator<Event> {
  let seed = 1;
  const draw = (most: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * most);
  };
  for (let i = 0; i < events; i++) {
    const at = BEGIN + DISORDER + Math.floor((i * 1000) / eventsPerSecond) - draw(DISORDER);
    yield { user: `user-${draw(keys)}`, amount: draw(100), at };
  }
}

/** A topic that keeps everything: the records are of the past, and by default would be deleted for their age while they are read. */
export function makeTopic(client: KafkaClient, topic: string, partitions: number): Promise<void> {
  return client.createTopic({ topic, partitions, config: { 'retention.ms': '-1' } });
}

/** By `<user> <start of window>`, the sum. */
export function expectedSums(workload: Workload): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { user, amount, at } of eventsOf(workload)) {
    const id = `${user} ${at - (at % WINDOW)}`;
    sums.set(id, (sums.get(id) ?? 0) + amount);
  }
  return sums;
}

/** Writes all of it, and closes each partition. */
export async function writeInput(client: KafkaClient, topic: string, workload: Workload, progress: (line: string) => void): Promise<void> {
  const producer = await client.producer();
  let records: KafkaOutput[] = [];
  let sent = 0;
  for (const { user, amount, at } of eventsOf(workload)) {
    const purchase: Purchase = { user, amount, page: `/products/${amount}` };
    records.push({ topic, key: user, value: JSON.stringify(purchase), timestamp: at });
    if (records.length < 20_000) continue;
    await producer.send(records);
    sent += records.length;
    if (sent % 200_000 === 0) progress(`  input: ${sent} of ${workload.events}`);
    records = [];
  }
  await producer.send(records);
  await producer.close();
  await close(client, topic, workload, 0);
}

/** Closes each partition, once more. */
export async function close(
  client: KafkaClient,
  topic: string,
  { events, eventsPerSecond, partitions }: Workload,
  round: number,
): Promise<void> {
  const timestamp = BEGIN + (events * 1000) / eventsPerSecond + FAR + round;
  const value = JSON.stringify({ user: CLOSING, amount: 0, page: '' } satisfies Purchase);
  const producer = await client.producer();
  await producer.send(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, key: CLOSING, value, timestamp })));
  await producer.close();
}
