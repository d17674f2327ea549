import type { Admin, KafkaConfig } from 'kafkajs';
import { checkOptions, mustBe, TidemarkError } from '../errors.js';
import { type Duration, positive } from '../time/duration.js';
import { readNote } from './assign.js';
import { retried } from './deadline.js';
import { explained, isOf, otherPartitions } from './kafkaErrors.js';
import { type GroupTiming, type KafkaJsPackage, KafkaJsSubscription } from './kafkaJsConsumer.js';
import { KafkaJsProducer } from './kafkaJsProducer.js';
import { RETRY } from './kafkaJsSending.js';
import { KafkaJsTransactor } from './kafkaJsTransactor.js';
import { checkName, checkTime, checkTopic } from './outgoing.js';
import type {
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

/** What {@link kafkaJs} takes beside the configuration of kafkajs. */
export interface KafkaJsOptions {
  /** A transaction that takes longer is aborted by the broker, and its owner fenced. Default `'1m'`; brokers allow 15 minutes. */
  readonly transactionTimeout?: Duration;
  /** So long it is tried to acquire a transactional id whose transaction is still being finished. Default `'1m'`. */
  readonly acquireTimeout?: Duration;
  /** A member of a group that says nothing for so long is given up. Default `'45s'`. */
  readonly sessionTimeout?: Duration;
  /** So long a group waits for its members before it divides its partitions anew. Default `'1m'`. */
  readonly rebalanceTimeout?: Duration;
  /** From one sign of life to the next; so long it may take until a member hears of a new division. Default `'3s'`. */
  readonly heartbeatInterval?: Duration;
  /** So long a fetch waits for records; so long it may take until resumed partitions are read. Default `'100ms'`. */
  readonly maxWait?: Duration;
}

const DEFAULTS = {
  transactionTimeout: '1m',
  acquireTimeout: '1m',
  sessionTimeout: '45s',
  rebalanceTimeout: '1m',
  heartbeatInterval: '3s',
  maxWait: '100ms',
} as const;

/** Below `ERROR`: what goes wrong arrives as an error. */
const SILENT = 0;

/**
 * A client of real brokers over the package `kafkajs`, version 2.2.4, which must be installed. It keeps to what the package does right, and
 * puts right what it does wrong: see the guide. Brokers of version 3.6 or newer.
 *
 * @param config What kafkajs takes: `brokers`, `ssl`, `sasl`, `clientId`, ... Unless told otherwise it logs nothing.
 * @throws TidemarkError `BAD_OPTION`, `BAD_DURATION`. Its methods reject with `KAFKA_FAILED`.
 * @example
 * ```ts
 * import { kafkaJs } from 'tidemark/kafka';
 *
 * const kafka = kafkaJs({ clientId: 'delays', brokers: ['localhost:9092'] });
 * console.log(await kafka.partitions(['flights']));
 * await kafka.close();
 * ```
 */
export function kafkaJs(config: KafkaConfig, options: KafkaJsOptions = {}): KafkaClient {
  const { brokers } = config ?? {};
  if (typeof brokers !== 'function' && !(Array.isArray(brokers) && brokers.length > 0))
    throw mustBe('kafkaJs: brokers', "addresses, such as ['localhost:9092']", brokers);
  checkOptions(options, Object.keys(DEFAULTS), 'kafkaJs');
  const times = Object.fromEntries(
    Object.entries({ ...DEFAULTS, ...options }).map(([name, time]) => [name, positive(time, `kafkaJs: ${name}`)]),
  ) as Readonly<Record<keyof KafkaJsOptions, number>>;
  if (times.heartbeatInterval >= times.sessionTimeout)
    throw mustBe('kafkaJs: heartbeatInterval', 'shorter than sessionTimeout', options.heartbeatInterval);
  return new KafkaJsClient({ logLevel: SILENT, retry: RETRY, ...config }, times);
}

class KafkaJsClient implements KafkaClient {
  readonly #config: KafkaConfig;
  readonly #times: Readonly<Record<keyof KafkaJsOptions, number>>;
  readonly #open = new Set<{ close(): Promise<void> }>();
  #admin: Promise<Admin> | undefined;
  #over = false;

  constructor(config: KafkaConfig, times: Readonly<Record<keyof KafkaJsOptions, number>>) {
    this.#config = config;
    this.#times = times;
  }

  partitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#asked(`the partitions of ${topics.join(', ')}`, async admin => {
      const found = await admin.fetchTopicMetadata({ topics: [...topics] });
      return new Map(found.topics.map(({ name, partitions }) => [name, partitions.length]));
    });
  }

  bounds(partitions: readonly TopicPartition[]): Promise<readonly KafkaBounds[]> {
    return this.#asked('the bounds of partitions', async admin => {
      const found = await eachOf(partitions, topic => admin.fetchTopicOffsets(topic));
      return found.map(([place, { low, high }]) => ({ ...place, low: Number(low), high: Number(high) }));
    });
  }

  async offsetsAt(partitions: readonly TopicPartition[], time: number): Promise<readonly KafkaOffset[]> {
    checkTime(time, 'offsetsAt: time');
    return this.#asked('the offsets at a time', async admin => {
      const found = await eachOf(partitions, topic => admin.fetchTopicOffsetsByTimestamp(topic, time));
      return found.map(([place, { offset }]) => ({ ...place, offset: Number(offset) }));
    });
  }

  async createTopic(topic: KafkaTopic): Promise<void> {
    const { topic: name, partitions, config } = checkTopic(topic);
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
    await this.#asked(`making topic ${name}`, async admin => {
      try {
        // kafkajs would wait for leaders, but gives up at brokers that have not heard of the topic yet.
        await admin.createTopics({ topics: [{ topic: name, numPartitions: partitions, configEntries }], waitForLeaders: false });
      } catch (error) {
        throw (error as { errors?: readonly unknown[] }).errors?.[0] ?? error;
      }
      const unknown = (error: unknown): boolean => isOf(error, 'UNKNOWN_TOPIC_OR_PARTITION') || isOf(error, 'LEADER_NOT_AVAILABLE');
      const found = (await retried(() => this.partitions([name]), unknown, this.#times.acquireTimeout)).get(name);
      if (found !== partitions) throw otherPartitions(topic, found);
    });
  }

  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly KafkaPosition[]> {
    return this.#asked(`the positions of group "${group}"`, async admin => {
      const topics = [...new Set(partitions.map(({ topic }) => topic))];
      const found = await admin.fetchOffsets({ groupId: group, topics });
      return partitions.flatMap(({ topic, partition }) => {
        const entry = found.find(each => each.topic === topic)?.partitions.find(each => each.partition === partition);
        // -1: none.
        if (!entry || Number(entry.offset) < 0) return [];
        return [{ topic, partition, offset: Number(entry.offset), metadata: entry.metadata ?? '' }];
      });
    });
  }

  async acquire(transactionalId: string): Promise<KafkaTransactor> {
    checkName(transactionalId, 'acquire: transactionalId');
    const { Kafka } = await this.#load();
    const { transactionTimeout, acquireTimeout } = this.#times;
    // One of its own: clients of one `Kafka` share what they believe is committed.
    const transactor = await KafkaJsTransactor.acquire(new Kafka(this.#config), transactionalId, transactionTimeout, acquireTimeout, this);
    return this.#kept(transactor);
  }

  async producer(): Promise<KafkaProducer> {
    const { Kafka } = await this.#load();
    return this.#kept(await KafkaJsProducer.connect(new Kafka(this.#config), this.#times.acquireTimeout, this));
  }

  async subscribe(options: KafkaSubscribe): Promise<KafkaSubscription> {
    checkName(options.group, 'subscribe: group');
    if (!Array.isArray(options.topics) || options.topics.length === 0)
      throw mustBe('subscribe: topics', 'an array of at least one', options.topics);
    await this.partitions(options.topics);
    const kafkaJs = await this.#load();
    const { sessionTimeout, rebalanceTimeout, heartbeatInterval, maxWait } = this.#times;
    const timing: GroupTiming = { sessionTimeout, rebalanceTimeout, heartbeatInterval, maxWaitTimeInMs: maxWait };
    return this.#kept(await KafkaJsSubscription.join(new kafkaJs.Kafka(this.#config), kafkaJs, options, timing));
  }

  describe(group: string): Promise<readonly KafkaMember[]> {
    return this.#asked(`the members of group "${group}"`, async admin => {
      const { MemberAssignment, MemberMetadata } = (await this.#load()).AssignerProtocol;
      const found = (await admin.describeGroups([group])).groups[0];
      if (found?.state !== 'Stable') return [];
      return found.members.map(({ memberId, memberMetadata, memberAssignment }) => ({
        id: memberId,
        userData: readNote(MemberMetadata.decode(memberMetadata)?.userData).userData,
        partitions: Object.entries(MemberAssignment.decode(memberAssignment)?.assignment ?? {}).flatMap(([topic, numbers]) =>
          numbers.map(partition => ({ topic, partition })),
        ),
      }));
    });
  }

  async close(): Promise<void> {
    this.#over = true;
    await Promise.all([...this.#open].map(each => each.close()));
    const admin = await this.#admin?.catch(() => undefined);
    await admin?.disconnect().catch(() => undefined);
  }

  async #asked<R>(what: string, ask: (admin: Admin) => Promise<R>): Promise<R> {
    this.#check();
    try {
      this.#admin ??= this.#connect();
      return await ask(await this.#admin);
    } catch (error) {
      throw explained(error, what);
    }
  }

  async #connect(): Promise<Admin> {
    try {
      const { Kafka } = await this.#load();
      const admin = new Kafka(this.#config).admin();
      await admin.connect();
      return admin;
    } catch (error) {
      // Another call tries again.
      this.#admin = undefined;
      throw error;
    }
  }

  /** What was acquired while the client was being closed is closed too. */
  async #kept<R extends { close(): Promise<void> }>(made: R): Promise<R> {
    this.#open.add(made);
    if (this.#over) await made.close();
    this.#check();
    return made;
  }

  #check(): void {
    if (this.#over) throw new TidemarkError('KAFKA_FAILED', 'Kafka: the client is closed.');
  }

  async #load(): Promise<typeof import('kafkajs') & KafkaJsPackage> {
    this.#check();
    try {
      return (await import('kafkajs')) as typeof import('kafkajs') & KafkaJsPackage;
    } catch (error) {
      const sentence = `kafkaJs: the package kafkajs cannot be loaded (${(error as Error).message}). Install it: npm install kafkajs@2.2.4`;
      throw new TidemarkError('KAFKA_FAILED', sentence, { cause: error });
    }
  }
}

/** What is known of each of some partitions, asked topic by topic. */
async function eachOf<F extends { readonly partition: number }>(
  partitions: readonly TopicPartition[],
  ask: (topic: string) => Promise<readonly F[]>,
): Promise<(readonly [TopicPartition, F])[]> {
  const byTopic = new Map<string, readonly F[]>();
  for (const topic of new Set(partitions.map(each => each.topic))) byTopic.set(topic, await ask(topic));
  return partitions.map(({ topic, partition }) => {
    const found = byTopic.get(topic)?.find(each => each.partition === partition);
    if (!found) throw new Error(`topic ${topic} has no partition ${partition}`);
    return [{ topic, partition }, found];
  });
}
