import type { KafkaConfig } from 'kafkajs';
import { checkOptions, mustBe, TidemarkError } from '../errors.js';
import { type Duration, positive } from '../time/duration.js';
import { waiting } from './deadline.js';
import { KafkaJsAdmin } from './kafkaJsAdmin.js';
import { type GroupTiming, type KafkaJsPackage, KafkaJsSubscription } from './kafkaJsConsumer.js';
import { KafkaJsProducer } from './kafkaJsProducer.js';
import { KafkaJsReader } from './kafkaJsReader.js';
import { RETRY } from './kafkaJsSending.js';
import { KafkaJsTransactor } from './kafkaJsTransactor.js';
import { checkName } from './outgoing.js';
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

/** Milliseconds after a failure for which positions are looked at until they have settled. */
const TROUBLE = 30_000;

/** So many bytes are read at once, unless told otherwise. */
const READ = 1 << 20;

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
  readonly #admin: KafkaJsAdmin;
  #reader: Promise<KafkaJsReader> | undefined;
  #over = false;
  #trouble = -Infinity;

  constructor(config: KafkaConfig, times: Readonly<Record<keyof KafkaJsOptions, number>>) {
    this.#config = config;
    this.#times = times;
    this.#admin = new KafkaJsAdmin(() => this.#load(), config, times.acquireTimeout);
  }

  partitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#admin.partitions(topics);
  }

  bounds(partitions: readonly TopicPartition[]): Promise<readonly KafkaBounds[]> {
    return this.#admin.bounds(partitions);
  }

  offsetsAt(partitions: readonly TopicPartition[], time: number): Promise<readonly KafkaOffset[]> {
    return this.#admin.offsetsAt(partitions, time);
  }

  createTopic(topic: KafkaTopic): Promise<void> {
    return this.#admin.createTopic(topic);
  }

  topicConfig(topic: string): Promise<ReadonlyMap<string, string>> {
    return this.#admin.topicConfig(topic);
  }

  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly KafkaPosition[]> {
    return this.#admin.committed(group, partitions);
  }

  describe(group: string): Promise<readonly KafkaMember[]> {
    return this.#admin.describe(group);
  }

  async read(partition: TopicPartition, from: number, bytes: number = READ): Promise<KafkaBatch> {
    this.#reader ??= this.#load()
      .then(({ Kafka }) => KafkaJsReader.connect(new Kafka(this.#config), this.#times.acquireTimeout))
      .then(reader => this.#kept(reader))
      .catch((error: unknown) => {
        // Another call tries again.
        this.#reader = undefined;
        throw error;
      });
    const reader = await this.#reader;
    this.#check();
    return reader.read(partition, from, bytes);
  }

  async acquire(transactionalId: string): Promise<KafkaTransactor> {
    checkName(transactionalId, 'acquire: transactionalId');
    const { Kafka } = await this.#load();
    const { transactionTimeout, acquireTimeout } = this.#times;
    // One of its own: clients of one `Kafka` share what they believe is committed.
    const kafka = new Kafka(this.#config);
    const troubled = waiting.now() - this.#trouble < TROUBLE;
    const transactor = await KafkaJsTransactor.acquire(kafka, transactionalId, transactionTimeout, acquireTimeout, this, troubled);
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

  /** @internal What has failed: a broker that begins anew may show older positions for a moment than those that were committed. */
  failed(): void {
    this.#trouble = waiting.now();
  }

  async close(): Promise<void> {
    this.#over = true;
    await Promise.all([...this.#open].map(each => each.close()));
    await this.#admin.close();
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
