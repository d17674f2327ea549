/** A Kafka cluster in memory, for tests: what its clients do, and what may happen to them. */
import { mustBe } from '../errors.js';
import { failed } from './kafkaErrors.js';
import { MemoryBroker } from './memoryBroker.js';
import { MemoryClient, type MemoryWorld } from './memoryClient.js';
import { MemoryGroup } from './memoryGroup.js';
import { Outbox } from './outgoing.js';
import type { KafkaClient, KafkaOutput, KafkaRecord, TopicPartition } from './port.js';

/** A call of a client of {@link MemoryKafka}, at which it may fail. */
export interface KafkaStep {
  /** The name of the client. */
  readonly client: string;
  /** `acquire`; `committed`; `append`, `positions` and `end` of a transaction; `send` without one; `join` of a group. */
  readonly call: 'acquire' | 'committed' | 'append' | 'positions' | 'end' | 'send' | 'join' | 'offsetsAt' | 'createTopic' | 'read';
  /** The transactional id, the group, or the topics. */
  readonly of: string;
}

/** A point at which a client of {@link MemoryKafka} waits: before a call reaches the broker, before its answer comes back, and before it reads on. */
export interface KafkaTurn extends Pick<KafkaStep, 'client'> {
  /** The call; or `read`: records are next; `divide`: the group divides its partitions, and the member hears of it. */
  readonly call: KafkaStep['call'] | 'read' | 'divide';
  /** As in {@link KafkaStep}. */
  readonly of: string;
  /** The call has had its effect, and the answer is on its way. */
  readonly answer: boolean;
}

/** `before`: the broker never hears of it. `after`: it is done, and the answer is lost. */
export type KafkaFault = 'before' | 'after' | undefined;

/** What {@link memoryKafka} takes. */
export interface MemoryKafkaOptions {
  /** Topics and how many partitions they have. */
  readonly topics?: Readonly<Record<string, number>>;
  /** Asked at each call of a client whether it fails. */
  readonly fault?: (step: KafkaStep) => KafkaFault;
  /**
   * Waited for wherever a client waits for the network: who is let go on first, and who never, is up to it, and so every order of things can be
   * played. Default: a turn for everybody else.
   */
  readonly pace?: (turn: KafkaTurn) => Promise<void>;
  /** The broker's clock, for records without a timestamp. Default: 0 for all. */
  readonly now?: () => number;
  /** So many records come at once, at most. Default 500. */
  readonly batch?: number;
}

/** A Kafka cluster in memory. */
export class MemoryKafka {
  readonly #broker = new MemoryBroker();
  readonly #groups = new Map<string, MemoryGroup>();
  readonly #outbox = new Outbox();
  readonly #clients = new Map<KafkaClient, MemoryClient>();
  readonly #now: () => number;
  readonly #world: MemoryWorld;

  constructor({ topics = {}, fault = () => undefined, pace = () => Promise.resolve(), now = () => 0, batch = 500 }: MemoryKafkaOptions) {
    if (!Number.isSafeInteger(batch) || batch < 1) throw mustBe('memoryKafka: batch', 'a whole number from 1', batch);
    this.#now = now;
    this.#world = { broker: this.#broker, group: name => this.#group(name), fault, pace, now, batch };
    for (const [topic, partitions] of Object.entries(topics)) this.createTopic(topic, partitions);
  }

  /** A client as of a process of its own. */
  client(name = `client-${this.#clients.size + 1}`): KafkaClient {
    const client = new MemoryClient(name, this.#world);
    this.#clients.set(client, client);
    return client;
  }

  /** @throws TidemarkError `KAFKA_FAILED` for one that exists. */
  createTopic(topic: string, partitions: number): void {
    if (!Number.isSafeInteger(partitions) || partitions < 1) throw mustBe('createTopic: partitions', 'a whole number from 1', partitions);
    this.#broker.createTopic(topic, partitions);
  }

  /** Writes records without a transaction. */
  write(records: readonly KafkaOutput[]): void {
    const counts = new Map(records.map(({ topic }) => [topic, this.#broker.logs(topic).length]));
    this.#broker.write(this.#outbox.records({ records }, counts), this.#now());
  }

  /** The committed records of a topic, partition by partition. */
  read(topic: string): readonly KafkaRecord[] {
    return this.#broker.logs(topic).flatMap(log => log.read(log.low, Number.POSITIVE_INFINITY).records);
  }

  /**
   * Deletes what later records of the same key have replaced, as a compacted topic does in time. `tombstones`: also the records without a
   * value, which go after a day or so.
   */
  compact(topic: string, { tombstones = false }: { readonly tombstones?: boolean } = {}): void {
    for (const log of this.#broker.logs(topic)) log.compact(tombstones);
  }

  /** Deletes the records before an offset, as retention does. */
  trim(partition: TopicPartition, before: number): void {
    this.#broker.log(partition).trim(before);
  }

  /** The open transaction of an id has taken too long: it is aborted, and its owner fenced. */
  expire(transactionalId: string): void {
    this.#broker.expire(transactionalId);
  }

  /** The process of a client is gone. Its groups find out at once; its transactions stay open. */
  crash(client: KafkaClient): void {
    this.#of(client).crash();
  }

  /** Its groups give a client up, as after a session time-out, and it does not know: it reads nothing more, and may still commit. */
  evict(client: KafkaClient): void {
    this.#of(client).evict();
  }

  /** One that was given up finds out, and joins its groups again. */
  async revive(client: KafkaClient): Promise<void> {
    await this.#of(client).revive();
  }

  #of(client: KafkaClient): MemoryClient {
    const found = this.#clients.get(client);
    if (!found) throw failed('the client is not of this cluster');
    return found;
  }

  #group(name: string): MemoryGroup {
    let group = this.#groups.get(name);
    if (!group) this.#groups.set(name, (group = new MemoryGroup(topic => this.#broker.logs(topic).length)));
    return group;
  }
}

/**
 * A Kafka cluster in memory, with transactions, fencing, groups and faults, for tests of what reads and writes Kafka: no broker is needed,
 * nothing takes time, and every crash can be played. It keeps the same contract as real brokers do, as far as {@link KafkaClient} goes.
 *
 * @throws TidemarkError `BAD_OPTION`
 * @example
 * ```ts
 * import { memoryKafka } from 'tidemark/kafka';
 *
 * const kafka = memoryKafka({ topics: { counts: 2 } });
 * const owner = await kafka.client().acquire('counts-0');
 * const next = await kafka.client().acquire('counts-0');
 * await owner.commit({ records: [{ topic: 'counts', key: 'ann', value: '1' }] }).catch(error => console.log(error.code)); // FENCED
 * await next.commit({ records: [{ topic: 'counts', key: 'ann', value: '1' }] });
 * console.log(kafka.read('counts').length); // 1
 * ```
 */
export function memoryKafka(options: MemoryKafkaOptions = {}): MemoryKafka {
  return new MemoryKafka(options);
}
