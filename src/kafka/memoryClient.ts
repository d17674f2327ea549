/** A client of the cluster in memory. Between two calls others have their turn, so that clients meet as they do on a network. */
import { mustBe } from '../errors.js';
import { failed } from './kafkaErrors.js';
import type { MemoryBroker } from './memoryBroker.js';
import type { MemoryGroup } from './memoryGroup.js';
import type { KafkaFault, KafkaStep } from './memoryKafka.js';
import { MemorySubscription } from './memorySubscription.js';
import { batches, checkedPositions, checkName, Outbox, topicsOf } from './outgoing.js';
import type {
  KafkaBounds,
  KafkaClient,
  KafkaCommit,
  KafkaMember,
  KafkaPosition,
  KafkaSubscribe,
  KafkaSubscription,
  KafkaTransactor,
  TopicPartition,
} from './port.js';

/** What clients have in common. */
export interface MemoryWorld {
  readonly broker: MemoryBroker;
  group(name: string): MemoryGroup;
  readonly fault: (step: KafkaStep) => KafkaFault;
  readonly now: () => number;
  readonly batch: number;
}

/** Does something on the broker, unless it fails before or after. */
type Call = <R>(call: KafkaStep['call'], of: string, effect: () => R) => Promise<R>;

export class MemoryClient implements KafkaClient {
  readonly #name: string;
  readonly #world: MemoryWorld;
  readonly #transactors = new Set<MemoryTransactor>();
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

  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly KafkaPosition[]> {
    return this.#call('committed', group, () => partitions.flatMap(partition => this.#world.broker.position(group, partition) ?? []));
  }

  async acquire(transactionalId: string): Promise<KafkaTransactor> {
    checkName(transactionalId, 'acquire: transactionalId');
    const epoch = await this.#call('acquire', transactionalId, () => this.#world.broker.init(transactionalId));
    const committed = (group: string, partitions: readonly TopicPartition[]) => this.committed(group, partitions);
    const transactor = new MemoryTransactor(transactionalId, epoch, this.#world, this.#call, committed);
    this.#transactors.add(transactor);
    return transactor;
  }

  async subscribe(options: KafkaSubscribe): Promise<KafkaSubscription> {
    checkName(options.group, 'subscribe: group');
    if (!Array.isArray(options.topics) || options.topics.length === 0)
      throw mustBe('subscribe: topics', 'an array of at least one', options.topics);
    for (const topic of options.topics) this.#world.broker.logs(topic);
    const id = `${this.#name}-${++this.#members}`;
    const { broker, batch } = this.#world;
    const subscription = new MemorySubscription(id, options, broker, this.#world.group(options.group), batch);
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
    await Promise.all([...this.#transactors].map(transactor => transactor.close()));
    await Promise.all([...this.#subscriptions].map(subscription => subscription.close()));
    this.#over = true;
  }

  crash(): void {
    this.#over = true;
    for (const transactor of this.#transactors) transactor.crash();
    for (const subscription of this.#subscriptions) subscription.crash();
  }

  evict(): void {
    for (const subscription of this.#subscriptions) subscription.evict();
  }

  async revive(): Promise<void> {
    await Promise.all([...this.#subscriptions].map(subscription => subscription.join()));
  }

  readonly #call: Call = async (call, of, effect) => {
    await this.#turn();
    const fault = this.#world.fault({ client: this.#name, call, of });
    if (fault === 'before') throw failed(`${call} of ${of} did not reach the broker`);
    const result = effect();
    if (fault === 'after') throw failed(`the answer to ${call} of ${of} was lost`);
    await this.#turn();
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

/** As many records as a batch of the real client has. */
const BATCH = { count: 1000, bytes: 512 * 1024 };

class MemoryTransactor implements KafkaTransactor {
  readonly transactionalId: string;
  readonly #epoch: number;
  readonly #world: MemoryWorld;
  readonly #call: Call;
  readonly #committed: KafkaClient['committed'];
  readonly #outbox = new Outbox();
  #over = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(id: string, epoch: number, world: MemoryWorld, call: Call, committed: KafkaClient['committed']) {
    this.transactionalId = id;
    this.#epoch = epoch;
    this.#world = world;
    this.#call = call;
    this.#committed = committed;
  }

  get over(): boolean {
    return this.#over;
  }

  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly KafkaPosition[]> {
    return this.#committed(group, partitions);
  }

  commit(commit: KafkaCommit): Promise<void> {
    const done = this.#queue.then(() => this.#commit(commit));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #commit(commit: KafkaCommit): Promise<void> {
    if (this.#over) throw failed(`"${this.transactionalId}" is over: acquire it again`);
    const { broker } = this.#world;
    const positions = checkedPositions(commit);
    const counts = new Map(topicsOf(commit).map(topic => [topic, broker.logs(topic).length]));
    const records = this.#outbox.records(commit, counts);
    for (const position of positions) broker.log(position);
    if (records.length + positions.length === 0) return;
    const [id, epoch] = [this.transactionalId, this.#epoch];
    try {
      for (const batch of batches(records, BATCH.count, BATCH.bytes))
        await this.#call('append', id, () => broker.append(id, epoch, batch, this.#world.now()));
      if (positions.length > 0) await this.#call('positions', id, () => broker.addPositions(id, epoch, commit.group as string, positions));
      await this.#call('end', id, () => broker.end(id, epoch));
    } catch (error) {
      this.#over = true;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#queue;
    this.#over = true;
  }

  crash(): void {
    this.#over = true;
  }
}
