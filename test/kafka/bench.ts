/** What the contract of `KafkaClient` needs of a cluster to hold one to it, and a listener that tests can wait for. */
import type { KafkaBatch, KafkaClient, KafkaListener, KafkaOutput, KafkaRecord, TopicPartition } from '../../src/kafka/port.js';

export interface KafkaBench {
  /** A client as of a process of its own. */
  client(): KafkaClient;
  /** A new topic, or group, or transactional id: a name that was not there before. */
  name(): string;
  createTopic(topic: string, partitions: number): Promise<void>;
  /** Writes records in a transaction that is never ended: its process has crashed. */
  abandon(transactionalId: string, records: readonly KafkaOutput[]): Promise<void>;
  /** Deletes the records before an offset. */
  trim(partition: TopicPartition, before: number): Promise<void>;
  close(): Promise<void>;
}

/** A topic with so many partitions. */
export async function topicOn(bench: KafkaBench, partitions = 1): Promise<string> {
  const topic = bench.name();
  await bench.createTopic(topic, partitions);
  return topic;
}

/** Hears everything, keeps it, and says when something has come about. */
export class Reader {
  readonly gained: TopicPartition[] = [];
  readonly gone: TopicPartition[] = [];
  readonly batches: KafkaBatch[] = [];
  readonly failures: unknown[] = [];
  asked = 0;
  /** What is done about new partitions, if anything. */
  onAssigned: (partitions: readonly TopicPartition[]) => void = () => undefined;
  onRecords: (batch: KafkaBatch) => void = () => undefined;
  onRebalancing: () => Promise<void> = async () => undefined;
  readonly #waiting = new Set<() => void>();

  get records(): readonly KafkaRecord[] {
    return this.batches.flatMap(({ records }) => records);
  }

  /** The values of the records, as texts. */
  get values(): readonly string[] {
    return this.records.map(({ value }) => textOf(value));
  }

  /** The partitions that are its own now. */
  get owned(): string[] {
    const owned: string[] = [];
    for (const { topic, partition } of this.gained) owned.push(`${topic}/${partition}`);
    for (const { topic, partition } of this.gone) owned.splice(owned.indexOf(`${topic}/${partition}`), 1);
    return owned.sort();
  }

  assigned(partitions: readonly TopicPartition[]): void {
    this.gained.push(...partitions);
    this.onAssigned(partitions);
    this.#tell();
  }

  lost(partitions: readonly TopicPartition[]): void {
    this.gone.push(...partitions);
    this.#tell();
  }

  async rebalancing(): Promise<void> {
    this.asked++;
    await this.onRebalancing();
    this.#tell();
  }

  records$(batch: KafkaBatch): void {
    this.batches.push(batch);
    this.onRecords(batch);
    this.#tell();
  }

  failed(error: unknown): void {
    this.failures.push(error);
    this.#tell();
  }

  /** Resolves as soon as it holds. */
  until(holds: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #tell(): void {
    for (const look of this.#waiting) look();
  }
}

export function textOf(bytes: Uint8Array | null): string {
  return bytes === null ? 'null' : new TextDecoder().decode(bytes);
}

/** So many records of a topic's partitions from their beginning, as who comes anew sees them; of one partition, up to an offset. */
export async function readAll(
  bench: KafkaBench,
  topic: string,
  partitions: readonly number[],
  count: number,
  end = 0,
): Promise<KafkaRecord[]> {
  const client = bench.client();
  const reader = new Reader();
  const all = partitions.map(partition => ({ topic, partition }));
  const subscription = await client.subscribe({ topics: [topic], group: bench.name(), listener: listenerOf(reader) });
  for (const partition of all) subscription.seek(partition, 0);
  subscription.resume(all);
  await reader.until(() => (reader.records.length >= count && (reader.batches.at(-1)?.next ?? 0) >= end) || reader.failures.length > 0);
  await client.close();
  if (reader.failures.length > 0) throw reader.failures[0];
  return [...reader.records];
}

export function listenerOf(reader: Reader): KafkaListener {
  return {
    assigned: partitions => reader.assigned(partitions),
    lost: partitions => reader.lost(partitions),
    rebalancing: () => reader.rebalancing(),
    records: batch => reader.records$(batch),
    failed: error => reader.failed(error),
  };
}
