/** What tests of jobs over Kafka have in common. */
import { json } from '../../src/kafka/codec.js';
import type { MemoryKafka } from '../../src/kafka/memoryKafka.js';
import type { KafkaClient, KafkaOutput } from '../../src/kafka/port.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { type FromKafkaOptions, fromKafka } from '../../src/tasks/fromKafka.js';
import type { KafkaMessage } from '../../src/tasks/kafkaSource.js';
import { type ToKafkaOptions, toKafka } from '../../src/tasks/toKafka.js';

export type Numbers = EventStream<KafkaMessage<number>>;

/** A source of numbers in JSON. */
export function numbersOf(client: KafkaClient, options: Partial<FromKafkaOptions<number>> = {}): Numbers {
  const topic = options.topics ? {} : { topic: 'in' };
  return fromKafka(client, { name: 'numbers', ...topic, value: json<number>(), ...options });
}

/** Writes numbers as they are. */
export function numbersTo(client: KafkaClient, options: Partial<ToKafkaOptions<KafkaMessage<number>>> = {}) {
  return toKafka<KafkaMessage<number>>(client, { name: 'out', topic: 'out', value: { encode: ({ value }) => String(value) }, ...options });
}

/** Copies numbers from `in` to `out`. */
export const copies =
  (from: Partial<FromKafkaOptions<number>> = {}, to: Partial<ToKafkaOptions<KafkaMessage<number>>> = {}) =>
  (client: KafkaClient): Numbers =>
    numbersOf(client, from).pipe(numbersTo(client, to));

/** Numbers as records of a partition, their timestamps the numbers themselves. */
export function records(values: readonly number[], partition = 0, topic = 'in'): KafkaOutput[] {
  return values.map(value => ({ topic, partition, value: String(value), timestamp: value }));
}

/** The values of a topic's committed records. */
export function valuesIn(kafka: MemoryKafka, topic = 'out'): string[] {
  return kafka.read(topic).map(({ value }) => (value === null ? 'null' : new TextDecoder().decode(value)));
}
