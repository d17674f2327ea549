/** What is asked about topics, partitions and groups, over an admin of kafkajs that is connected when it is needed first. */
import type { Admin, KafkaConfig } from 'kafkajs';
import { readNote } from './assign.js';
import { retried } from './deadline.js';
import { explained, isOf, otherPartitions } from './kafkaErrors.js';
import type { KafkaJsPackage } from './kafkaJsConsumer.js';
import { checkTime, checkTopic } from './outgoing.js';
import type { KafkaBounds, KafkaMember, KafkaOffset, KafkaPosition, KafkaTopic, TopicPartition } from './port.js';

type Package = typeof import('kafkajs') & KafkaJsPackage;

export class KafkaJsAdmin {
  readonly #load: () => Promise<Package>;
  readonly #config: KafkaConfig;
  readonly #patience: number;
  #admin: Promise<Admin> | undefined;

  /** `load` rejects where nothing may be asked; `patience`: milliseconds for which what passes is tried again. */
  constructor(load: () => Promise<Package>, config: KafkaConfig, patience: number) {
    this.#load = load;
    this.#config = config;
    this.#patience = patience;
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

  topicConfig(topic: string): Promise<ReadonlyMap<string, string>> {
    return this.#asked(`the settings of topic ${topic}`, async admin => {
      // 2: of a topic, as Kafka numbers them.
      const { resources } = await admin.describeConfigs({ resources: [{ type: 2, name: topic }], includeSynonyms: false });
      return new Map(
        resources.flatMap(({ configEntries }) => configEntries.map(({ configName, configValue }) => [configName, configValue])),
      );
    });
  }

  async createTopic(topic: KafkaTopic): Promise<void> {
    const { topic: name, partitions, config } = checkTopic(topic);
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
    await this.#asked(`making topic ${name}`, async admin => {
      let refused: unknown;
      try {
        // kafkajs would wait for leaders, but gives up at brokers that have not heard of the topic yet.
        await admin.createTopics({ topics: [{ topic: name, numPartitions: partitions, configEntries }], waitForLeaders: false });
      } catch (error) {
        refused = (error as { errors?: readonly unknown[] }).errors?.[0] ?? error;
        // Who may not make it may use one that is there.
        if (!isOf(refused, 'TOPIC_AUTHORIZATION_FAILED') && !isOf(refused, 'CLUSTER_AUTHORIZATION_FAILED')) throw refused;
      }
      const unknown = (error: unknown): boolean => isOf(error, 'UNKNOWN_TOPIC_OR_PARTITION') || isOf(error, 'LEADER_NOT_AVAILABLE');
      const look = retried(() => this.partitions([name]), unknown, refused ? 0 : this.#patience);
      const found = (await look.catch((error: unknown) => Promise.reject(refused ?? error))).get(name);
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
    const admin = await this.#admin?.catch(() => undefined);
    await admin?.disconnect().catch(() => undefined);
  }

  async #asked<R>(what: string, ask: (admin: Admin) => Promise<R>): Promise<R> {
    // Also where it is connected: the client may be closed.
    await this.#load();
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
