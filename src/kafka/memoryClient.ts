/** A client of the cluster in memory. Between two calls others have their turn, so that clients meet as they do on a network. */
import { mustBe } from '../errors.js';
import { failed, otherPartitions, outOfRange } from './kafkaErrors.js';
import type { MemoryBroker } from './memoryBroker.js';
import type { MemoryGroup } from './memoryGroup.js';
import type { KafkaFault, KafkaStep, KafkaTurn } from './memoryKafka.js';
import { MemoryProducer } from './memoryProducer.js';
import { MemorySubscription } from './memorySubscription.js';
import { MemoryTransactor } from './memoryTransactor.js';
import { checkName, checkTime, checkTopic } from './outgoing.js';
import type {
  KafkaBatch,
  KafkaBounds,
  KafkaClient,
  KafkaMember,
  KafkaOffset,
  KafkaPosition,
  KafkaProducer,
  KafkaSubscribe,
  KafkaSubscription,
  KafkaTopic,
  KafkaTransactor,
  TopicPartition,
} from './port.js';

/** What clients have in common. */
export interface MemoryWorld {
  readonly broker: MemoryBroker;
  group(name: string): MemoryGroup;
  readonly fault: (step: KafkaStep) => KafkaFault;
  readonly pace: (turn: KafkaTurn) => Promise<void>;
  readonly now: () => number;
  readonly batch: number;
}

/** Does something on the broker, unless it fails before or after. */
export type Call = <R>(call: KafkaStep['call'], of: string, effect: () => R) => Promise<R>;

export class MemoryClient implements KafkaClient {
  readonly #name: string;
  readonly #world: MemoryWorld;
  readonly #writers = new Set<MemoryTransactor | MemoryProducer>();
  readonly #subscriptions = new Set<MemorySubscription>();
  #over = false;
  #members = 0;

  constructor(name: string, world: MemoryWorld) {
    this.#name = name;
    this.#world = world;
  }

  async partitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    await this.#turn();
    return new Map(topics.map(topic => [topic, this.#world.broker.logs(topic).length]));
  }

  async bounds(partitions: readonly TopicPartition[]): Promise<readonly KafkaBounds[]> {
    await this.#turn();
    return partitions.map(({ topic, partition }) => {
      const { low, stable } = this.#world.broker.log({ topic, partition });
      return { topic, partition, low, high: stable };
    });
  }

  async offsetsAt(partitions: readonly TopicPartition[], time: number): Promise<readonly KafkaOffset[]> {
    checkTime(time, 'offsetsAt: time');
    const logs = () =>
      partitions.map(({ topic, partition }) => ({ topic, partition, offset: this.#world.broker.log({ topic, partition }).at(time) }));
    return this.#call('offsetsAt', namesOf(partitions), logs);
  }

  async createTopic(topic: KafkaTopic): Promise<void> {
    const { topic: name, partitions, config } = checkTopic(topic);
    await this.#call('createTopic', name, () => {
      const { broker } = this.#world;
      if (!broker.has(name)) broker.createTopic(name, partitions, config);
      const found = broker.logs(name).length;
      if (found !== partitions) throw otherPartitions(topic, found);
    });
  }

  async topicConfig(topic: string): Promise<ReadonlyMap<string, string>> {
    await this.#turn();
    return this.#world.broker.config(topic);
  }

  read({ topic, partition }: TopicPartition, from: number): Promise<KafkaBatch> {
    return this.#call('read', topic, () => {
      const log = this.#world.broker.log({ topic, partition });
      if (from < log.low || from > log.high) throw outOfRange({ topic, partition }, from);
      return { topic, partition, ...log.read(from, this.#world.batch), end: log.stable };
    });
  }

  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly KafkaPosition[]> {
    return this.#call('committed', group, () => partitions.flatMap(partition => this.#world.broker.position(group, partition) ?? []));
  }

  async acquire(transactionalId: string): Promise<KafkaTransactor> {
    checkName(transactionalId, 'acquire: transactionalId');
    const epoch = await this.#call('acquire', transactionalId, () => this.#world.broker.init(transactionalId));
    const committed = (group: string, partitions: readonly TopicPartition[]) => this.committed(group, partitions);
    const transactor = new MemoryTransactor(transactionalId, epoch, this.#world, this.#call, committed);
    this.#writers.add(transactor);
    return transactor;
  }

  async producer(): Promise<KafkaProducer> {
    await this.#turn();
    const producer = new MemoryProducer(this.#world, this.#call);
    this.#writers.add(producer);
    return producer;
  }

  async subscribe(options: KafkaSubscribe): Promise<KafkaSubscription> {
    checkName(options.group, 'subscribe: group');
    if (!Array.isArray(options.topics) || options.topics.length === 0)
      throw mustBe('subscribe: topics', 'an array of at least one', options.topics);
    for (const topic of options.topics) this.#world.broker.logs(topic);
    const id = `${this.#name}-${++this.#members}`;
    const { broker, batch, pace } = this.#world;
    const turn = (call: 'read' | 'divide') => pace({ client: this.#name, call, of: options.group, answer: false });
    const subscription = new MemorySubscription(id, options, broker, this.#world.group(options.group), batch, turn);
    await this.#call('join', options.group, () => undefined);
    this.#check();
    this.#subscriptions.add(subscription);
    await subscription.join();
    this.#check();
    return subscription;
  }

  async describe(group: string): Promise<readonly KafkaMember[]> {
    await this.#turn();
    return this.#world.group(group).members;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#writers].map(writer => writer.close()));
    await Promise.all([...this.#subscriptions].map(subscription => subscription.close()));
    this.#over = true;
  }

  crash(): void {
    this.#over = true;
    for (const writer of this.#writers) writer.crash();
    for (const subscription of this.#subscriptions) subscription.crash();
  }

  evict(): void {
    for (const subscription of this.#subscriptions) subscription.evict();
  }

  async revive(): Promise<void> {
    await Promise.all([...this.#subscriptions].map(subscription => subscription.join()));
  }

  readonly #call: Call = async (call, of, effect) => {
    const step = { client: this.#name, call, of };
    await this.#world.pace({ ...step, answer: false });
    this.#check();
    const fault = this.#world.fault(step);
    if (fault === 'before') throw failed(`${call} of ${of} did not reach the broker`);
    const result = effect();
    if (fault === 'after') throw failed(`the answer to ${call} of ${of} was lost`);
    await this.#world.pace({ ...step, answer: true });
    this.#check();
    return result;
  };

  async #turn(): Promise<void> {
    await Promise.resolve();
    this.#check();
  }

  #check(): void {
    if (this.#over) throw failed(`client ${this.#name} is closed`);
  }
}

function namesOf(partitions: readonly TopicPartition[]): string {
  return [...new Set(partitions.map(({ topic }) => topic))].join();
}
