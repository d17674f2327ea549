/** What a source over Kafka reads, and how: its checked options, as the tasks of a job use them. */
import type { KafkaDecoder } from '../kafka/codec.js';
import type { KafkaClient, KafkaHeaders, KafkaRecord } from '../kafka/port.js';

/** A record of Kafka, decoded. */
export interface KafkaMessage<out V, out K = string | null> {
  /** Decoded. */
  readonly key: K;
  /** Decoded. */
  readonly value: V;
  /** Where it was read. */
  readonly topic: string;
  /** Where in the topic. */
  readonly partition: number;
  /** Its place in the partition. */
  readonly offset: number;
  /** That of the record, in milliseconds since the epoch; -1: it has none. */
  readonly timestamp: number;
  /** By name. */
  readonly headers: KafkaHeaders;
}

/**
 * Where reading begins in partitions of which the group has no position; `at`: with the first record of that time, in milliseconds since the
 * epoch, or a later one.
 */
export type KafkaStart = 'earliest' | 'latest' | 'committed' | { readonly at: number };

/** How much of each partition waits to be processed, in records. */
export interface KafkaBuffer {
  /** From so many on the partition is read no further. */
  readonly high: number;
  /** From so few on it is read again. */
  readonly low: number;
}

/** A record that could not be decoded. */
export interface InvalidRecord {
  /** As it was read. */
  readonly record: KafkaRecord;
  /** Why. */
  readonly error: unknown;
}

/** A source, as its tasks see it. */
export interface KafkaSource {
  readonly client: KafkaClient;
  readonly name: string;
  readonly topics: readonly string[];
  readonly group: string | undefined;
  readonly tasks: number | undefined;
  /** Milliseconds; undefined: the default. */
  readonly handover: number | undefined;
  readonly key: KafkaDecoder<unknown>;
  readonly value: KafkaDecoder<unknown>;
  /** The event time of a message. */
  readonly timestamp: (message: KafkaMessage<any, any>) => number;
  readonly start: KafkaStart;
  /** Milliseconds. */
  readonly alignment: number;
  /** Undefined: it fails the job. */
  readonly invalid: ((invalid: InvalidRecord) => void) | undefined;
  readonly buffer: KafkaBuffer;
}
