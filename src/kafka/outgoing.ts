/** What is to be written, checked and with partitions, before anything of it is sent. */
import { mustBe } from '../errors.js';
import { partitionOf } from './partitionOf.js';
import type { KafkaCommit, KafkaOutput, KafkaPosition, KafkaTopic, TopicPartition } from './port.js';

/** A record that is ready to be written. */
export interface Outgoing extends TopicPartition {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Undefined: when it is written. */
  readonly timestamp: number | undefined;
  readonly headers: Readonly<Record<string, Uint8Array>>;
  /** About so many, for cutting into batches. */
  readonly bytes: number;
}

/** What brokers allow unless told otherwise (`offset.metadata.max.bytes`). */
const METADATA = 4096;
/** What a record takes beside its own bytes, at most. */
const OVERHEAD = 64;

/** What is sent at once is one batch for each partition: it must stay below what brokers take, which is 1 MB unless told otherwise. */
const BATCH = { count: 1000, bytes: 512 * 1024 };

/** So many header texts are kept in bytes, of at most so many characters. */
const HEADERS = 1000;
const HEADER = 40;
const NO_HEADERS: Readonly<Record<string, Uint8Array>> = Object.freeze({});

const encoder = new TextEncoder();

/** Topics of which records are to be written. */
export function topicsOf({ records = [] }: KafkaCommit): string[] {
  return [...new Set(records.map(record => record.topic))];
}

/** Gives partitions to records: those without a key come one after the other. */
export class Outbox {
  readonly #encode: (text: string) => Uint8Array;
  /** Headers say the same again and again. */
  readonly #headers = new Map<string, Uint8Array>();
  #turn = 0;

  /** `encode`: texts as UTF-8, in the kind of bytes that the client likes. */
  constructor(encode: (text: string) => Uint8Array = text => encoder.encode(text)) {
    this.#encode = encode;
  }

  /** @throws TidemarkError `BAD_OPTION` */
  records({ records = [] }: KafkaCommit, partitions: ReadonlyMap<string, number>): Outgoing[] {
    return records.map(record => this.#record(record, partitions.get(record.topic) ?? 0));
  }

  #record({ topic, partition, key = null, value, timestamp, headers }: KafkaOutput, partitions: number): Outgoing {
    const bytes = this.#bytesOf(key, topic, 'key');
    const place = partition ?? (bytes ? partitionOf(bytes, partitions) : this.#turn++ % partitions);
    if (!Number.isSafeInteger(place) || place < 0 || place >= partitions)
      throw mustBe(`a record for ${topic}: partition`, `one of its ${partitions}`, partition);
    if (timestamp !== undefined) checkTime(timestamp, `a record for ${topic}: timestamp`);
    const content = this.#bytesOf(value, topic, 'value');
    let size = OVERHEAD + (bytes?.length ?? 0) + (content?.length ?? 0);
    let all = NO_HEADERS;
    if (headers) {
      const written: Record<string, Uint8Array> = {};
      for (const name in headers) {
        const header = this.#header(headers[name], topic, name);
        written[name] = header;
        size += name.length * 3 + header.length;
      }
      all = written;
    }
    return { topic, partition: place, key: bytes, value: content, timestamp, headers: all, bytes: size };
  }

  #header(value: Uint8Array | string | undefined, topic: string, name: string): Uint8Array {
    const known = typeof value === 'string' ? this.#headers.get(value) : undefined;
    if (known) return known;
    const bytes = this.#bytesOf(value as Uint8Array, topic, `header ${name}`) as Uint8Array;
    if (typeof value === 'string' && value.length <= HEADER) {
      if (this.#headers.size === HEADERS) this.#headers.clear();
      this.#headers.set(value, bytes);
    }
    return bytes;
  }

  #bytesOf(value: Uint8Array | string | null, topic: string, part: string): Uint8Array | null {
    if (typeof value === 'string') return this.#encode(value);
    if (value === null || value instanceof Uint8Array) return value;
    throw mustBe(`a record for ${topic}: ${part}`, 'bytes, a text or null', value);
  }
}

/** @throws TidemarkError `BAD_OPTION` */
export function checkedPositions({ group, positions = [] }: KafkaCommit): readonly KafkaPosition[] {
  if (positions.length > 0 && (typeof group !== 'string' || group === '')) throw mustBe('commit: group', 'a text that is not empty', group);
  for (const { topic, partition, offset, metadata } of positions) {
    const where = `commit: the position of ${topic}/${partition}`;
    if (!Number.isSafeInteger(offset) || offset < 0) throw mustBe(where, 'an offset, 0 or more', offset);
    if (typeof metadata !== 'string' || encoder.encode(metadata).length > METADATA)
      throw mustBe(`${where}: metadata`, `a text of at most ${METADATA} bytes`, metadata);
  }
  return positions;
}

/** Cuts records into batches that a broker takes: one record that is larger goes alone. */
export function batches(records: readonly Outgoing[], count: number = BATCH.count, bytes: number = BATCH.bytes): Outgoing[][] {
  const cut: Outgoing[][] = [];
  let size = 0;
  for (const record of records) {
    const last = cut.at(-1);
    if (!last || last.length === count || size + record.bytes > bytes) {
      cut.push([record]);
      size = record.bytes;
    } else {
      last.push(record);
      size += record.bytes;
    }
  }
  return cut;
}

/** Refuses what is no name. */
export function checkName(name: unknown, where: string): void {
  if (typeof name !== 'string' || name === '') throw mustBe(where, 'a text that is not empty', name);
}

/** Refuses what is no time that a record may have. */
export function checkTime(time: number, where: string): void {
  if (!Number.isSafeInteger(time) || time < 0) throw mustBe(where, 'milliseconds, 0 or more', time);
}

/** @throws TidemarkError `BAD_OPTION` */
export function checkTopic({
  topic,
  partitions,
  config = {},
}: KafkaTopic): Required<KafkaTopic> & { readonly config: Readonly<Record<string, string>> } {
  checkName(topic, 'createTopic: topic');
  if (!Number.isSafeInteger(partitions) || partitions < 1) throw mustBe('createTopic: partitions', 'a whole number from 1', partitions);
  for (const [name, value] of Object.entries(config))
    if (typeof value !== 'string') throw mustBe(`createTopic: config: ${name}`, 'a text', value);
  return { topic, partitions, config };
}
