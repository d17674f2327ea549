/**
 * The broker in memory, synchronously: topics, transactional ids with their epochs, and the positions of groups. It follows Kafka's rules
 * (KIP-98): whoever initialises an id ends the transaction that was open under it and gets a higher epoch, and lower ones are refused.
 */
import { TidemarkError } from '../errors.js';
import { failed } from './kafkaErrors.js';
import { MemoryLog } from './memoryLog.js';
import type { Outgoing } from './outgoing.js';
import { idOf } from './places.js';
import type { KafkaPosition, TopicPartition } from './port.js';

interface Transaction {
  readonly logs: Set<MemoryLog>;
  readonly positions: [group: string, position: KafkaPosition][];
}

interface Producer {
  readonly number: number;
  epoch: number;
  open: Transaction | undefined;
}

export class MemoryBroker {
  readonly #topics = new Map<string, readonly MemoryLog[]>();
  readonly #configs = new Map<string, ReadonlyMap<string, string>>();
  readonly #producers = new Map<string, Producer>();
  readonly #positions = new Map<string, Map<string, KafkaPosition>>();
  readonly #listeners = new Set<() => void>();

  createTopic(topic: string, partitions: number, config: Readonly<Record<string, string>> = {}): void {
    if (this.#topics.has(topic)) throw failed(`topic ${topic} exists already`);
    this.#configs.set(topic, new Map(Object.entries({ 'cleanup.policy': 'delete', ...config })));
    this.#topics.set(
      topic,
      Array.from({ length: partitions }, (_, partition) => new MemoryLog(topic, partition)),
    );
  }

  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  logs(topic: string): readonly MemoryLog[] {
    const logs = this.#topics.get(topic);
    if (!logs) throw failed(`there is no topic ${topic}`);
    return logs;
  }

  config(topic: string): ReadonlyMap<string, string> {
    this.logs(topic);
    return this.#configs.get(topic) as ReadonlyMap<string, string>;
  }

  log({ topic, partition }: TopicPartition): MemoryLog {
    const log = this.logs(topic)[partition];
    if (!log) throw failed(`topic ${topic} has no partition ${partition}`);
    return log;
  }

  /** Is told when there may be more to read. Returns what calls that off. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Without a transaction. @returns Their offsets. */
  write(records: readonly Outgoing[], now: number): number[] {
    const offsets = records.map(record => this.log(record).append(record, now));
    this.#changed();
    return offsets;
  }

  /** @returns The new epoch. */
  init(id: string): number {
    let producer = this.#producers.get(id);
    if (!producer) this.#producers.set(id, (producer = { number: this.#producers.size, epoch: -1, open: undefined }));
    this.#close(producer, false);
    return ++producer.epoch;
  }

  append(id: string, epoch: number, records: readonly Outgoing[], now: number): void {
    const producer = this.#owned(id, epoch);
    const logs = records.map(record => this.log(record));
    const open = opened(producer);
    logs.forEach((log, i) => {
      open.logs.add(log);
      log.append(records[i] as Outgoing, now, producer.number);
    });
  }

  addPositions(id: string, epoch: number, group: string, positions: readonly KafkaPosition[]): void {
    opened(this.#owned(id, epoch)).positions.push(...positions.map(position => [group, position] as [string, KafkaPosition]));
  }

  end(id: string, epoch: number): void {
    this.#close(this.#owned(id, epoch), true);
  }

  /** The transaction has taken too long. */
  expire(id: string): void {
    const producer = this.#producers.get(id);
    if (!producer?.open) return;
    this.#close(producer, false);
    producer.epoch++;
  }

  position(group: string, { topic, partition }: TopicPartition): KafkaPosition | undefined {
    return this.#positions.get(group)?.get(idOf(topic, partition));
  }

  #owned(id: string, epoch: number): Producer {
    const producer = this.#producers.get(id);
    if (producer?.epoch === epoch) return producer;
    throw new TidemarkError('FENCED', `Kafka: another has acquired "${id}", or its transaction took too long.`);
  }

  #close(producer: Producer, committed: boolean): void {
    const { open } = producer;
    if (!open) return;
    producer.open = undefined;
    for (const log of open.logs) log.end(producer.number, committed);
    if (committed) {
      for (const [group, position] of open.positions) {
        let positions = this.#positions.get(group);
        if (!positions) this.#positions.set(group, (positions = new Map()));
        positions.set(idOf(position.topic, position.partition), { ...position });
      }
    }
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function opened(producer: Producer): Transaction {
  producer.open ??= { logs: new Set(), positions: [] };
  return producer.open;
}
