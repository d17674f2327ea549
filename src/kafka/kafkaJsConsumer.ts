/**
 * A membership in a group over a consumer of kafkajs. `Places` says where each partition stands, and records are taken only if they were
 * fetched from there; kafkajs, which forgets that at each division and at each of its restarts, is told again.
 */
import type { AssignerProtocol, Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import { assign, numbersOf, partitionsOf, readNote, writeNote } from './assign.js';
import { waiting } from './deadline.js';
import { explained, failed, outOfRange } from './kafkaErrors.js';
import { idOf, Places } from './places.js';
import type { KafkaHeaders, KafkaRecord, KafkaSubscribe, KafkaSubscription, TopicPartition } from './port.js';
import { type SeamCluster, watch } from './seam.js';

/** What is used of the package beside `Kafka`. */
export interface KafkaJsPackage {
  readonly AssignerProtocol: typeof AssignerProtocol;
  readonly KafkaJSNonRetriableError: new (error: Error, options?: { readonly cause: Error }) => Error;
}

/** Milliseconds. */
export interface GroupTiming {
  readonly sessionTimeout: number;
  readonly rebalanceTimeout: number;
  readonly heartbeatInterval: number;
  /** How long a fetch waits for records, and so how long `resume` may take. */
  readonly maxWaitTimeInMs: number;
}

/** The name of the way partitions are divided: all members of a group must have the same. */
const ASSIGNER = 'tidemark';

export class KafkaJsSubscription implements KafkaSubscription {
  readonly #options: KafkaSubscribe;
  readonly #package: KafkaJsPackage;
  readonly #consumer: Consumer;
  readonly #places = new Places();
  /** By partition, the end of what could be read when it was fetched last. */
  readonly #ends = new Map<string, number>();
  #member: string | undefined;
  #over = false;
  /** The group was asked, and has not answered. */
  #joining: Promise<void> | undefined;
  #answered: () => void = () => undefined;
  #joined: () => void = () => undefined;
  #refused: (error: unknown) => void = () => undefined;

  private constructor(kafka: Kafka, kafkaJs: KafkaJsPackage, options: KafkaSubscribe, timing: GroupTiming) {
    this.#options = options;
    this.#package = kafkaJs;
    this.#consumer = kafka.consumer({
      ...timing,
      groupId: options.group,
      allowAutoTopicCreation: false,
      partitionAssigners: [({ cluster }) => this.#assigner(cluster as unknown as SeamCluster)],
    });
  }

  /** Resolves when it has its share. */
  static async join(kafka: Kafka, kafkaJs: KafkaJsPackage, options: KafkaSubscribe, timing: GroupTiming): Promise<KafkaJsSubscription> {
    const subscription = new KafkaJsSubscription(kafka, kafkaJs, options, timing);
    await subscription.#begin();
    return subscription;
  }

  async #begin(): Promise<void> {
    const consumer = this.#consumer;
    const joined = new Promise<void>((resolve, reject) => {
      this.#joined = resolve;
      this.#refused = reject;
    });
    consumer.on('consumer.group_join', event => this.#divided(event));
    consumer.on('consumer.crash', ({ payload }) => {
      this.#answered();
      if (!payload.restart) this.#fail(explained(payload.error, `reading as group "${this.#options.group}"`));
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async payload => this.#take(payload) });
      await joined;
    } catch (error) {
      void this.close();
      throw explained(error, `joining group "${this.#options.group}"`);
    }
  }

  get assigned(): readonly TopicPartition[] {
    return this.#places.all.map(({ topic, partition }) => ({ topic, partition }));
  }

  seek(partition: TopicPartition, offset: number): void {
    if (this.#places.seek(partition, offset)) this.#align(partition);
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of this.#places.pause(partitions)) this.#align(partition);
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of this.#places.resume(partitions)) this.#align(partition);
  }

  async close(): Promise<void> {
    this.#over = true;
    // kafkajs does not leave a group while it joins: it would become a member that nobody can stop.
    if (this.#joining) {
      await this.#joining;
      await waiting.wait(0);
    }
    await this.#consumer.disconnect().catch(() => undefined);
  }

  /** Tells kafkajs what holds for a partition. While it starts anew it does not listen: then it is told at its next join. */
  #align({ topic, partition }: TopicPartition): void {
    const place = this.#places.get({ topic, partition });
    if (!place) return;
    const partitions = [{ topic, partitions: [partition] }];
    try {
      if (place.position !== undefined) this.#consumer.seek({ topic, partition, offset: String(place.position) });
      if (place.resting) this.#consumer.pause(partitions);
      else this.#consumer.resume(partitions);
    } catch {
      // It will join again.
    }
  }

  /** A new division. Runs before the first fetch that follows it, and is all that is believed of who owns what. */
  #divided({ payload: { memberId, memberAssignment } }: ConsumerGroupJoinEvent): void {
    this.#answered();
    if (this.#over) return;
    const { listener, topics } = this.#options;
    // Another name: it was given up, and what it had may have been another's meanwhile.
    const had = this.#member === undefined || this.#member === memberId ? [] : this.#places.divide([]).lost;
    this.#member = memberId;
    const partitions = topics.flatMap(topic => (memberAssignment[topic] ?? []).map(partition => ({ topic, partition })));
    const { gained, lost } = this.#places.divide(partitions);
    for (const place of this.#places.all) this.#align(place);
    this.#guarded(() => {
      if (had.length + lost.length > 0) listener.lost([...had, ...lost]);
      if (gained.length > 0) listener.assigned(gained);
    });
    this.#joined();
  }

  #take({ batch, resolveOffset }: EachBatchPayload): void {
    if (this.#over) return;
    const { topic, partition } = batch;
    const from = Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
    const last = batch.lastOffset();
    const next = Number(last) + 1;
    // Fetched from elsewhere: before a seek, or by an assignment that is gone.
    if (!this.#places.advance(topic, partition, from, next)) {
      this.#align({ topic, partition });
      return;
    }
    resolveOffset(last);
    const records = batch.messages.map(message => recordOf(topic, partition, message));
    this.#guarded(() => this.#options.listener.records({ topic, partition, records, next, end: this.#endOf(topic, partition) }));
  }

  #endOf(topic: string, partition: number): number {
    return this.#ends.get(idOf(topic, partition)) ?? 0;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    void this.close();
    // Nobody has it yet who could hear of it.
    if (this.#member === undefined) this.#refused(error);
    else this.#options.listener.failed(error);
  }

  #assigner(cluster: SeamCluster) {
    const { MemberAssignment, MemberMetadata } = this.#package.AssignerProtocol;
    watch(cluster, {
      joining: () => this.#beforeJoin(),
      fetched: (topic, partition, end) => this.#ends.set(idOf(topic, partition), end),
      skipped: (topic, partition, from, next) => this.#skipped(topic, partition, from, next),
      outOfRange: (topic, partition) => {
        const error = outOfRange({ topic, partition }, this.#places.get({ topic, partition })?.position);
        return new this.#package.KafkaJSNonRetriableError(error, { cause: error });
      },
    });
    return {
      name: ASSIGNER,
      version: 0,
      protocol: ({ topics }: { topics: string[] }) => {
        const note = { owned: numbersOf(this.assigned), userData: this.#options.userData?.() ?? new Uint8Array(0) };
        // The header of version 1 would announce fields that kafkajs does not write.
        return { name: ASSIGNER, metadata: MemberMetadata.encode({ version: 0, topics, userData: Buffer.from(writeNote(note)) }) };
      },
      assign: async ({ members, topics }: { members: { memberId: string; memberMetadata: Buffer }[]; topics: string[] }) => {
        const counts = new Map(topics.map(topic => [topic, cluster.findTopicPartitionMetadata(topic).length]));
        const sharers = members.map(({ memberId, memberMetadata }) => ({
          id: memberId,
          owned: readNote(MemberMetadata.decode(memberMetadata)?.userData).owned,
        }));
        const shares = assign(sharers, Math.max(0, ...counts.values()), this.#options.bundles);
        return [...shares].map(([memberId, numbers]) => {
          const assignment: Record<string, number[]> = {};
          for (const { topic, partition } of partitionsOf(numbers, topics, counts)) (assignment[topic] ??= []).push(partition);
          return { memberId, memberAssignment: MemberAssignment.encode({ version: 0, assignment, userData: Buffer.alloc(0) }) };
        });
      },
    };
  }

  /** The group waits until this is over. */
  async #beforeJoin(): Promise<void> {
    try {
      if (!this.#over && this.#places.all.length > 0) await this.#options.listener.rebalancing?.();
    } catch (error) {
      this.#fail(error);
    }
    if (this.#over) throw new this.#package.KafkaJSNonRetriableError(failed('the subscription is closed'));
    this.#joining ??= new Promise(resolve => {
      this.#answered = () => {
        this.#joining = undefined;
        resolve();
      };
    });
  }

  #skipped(topic: string, partition: number, from: number, next: number): void {
    if (this.#over || !this.#places.advance(topic, partition, from, next)) return;
    this.#guarded(() => this.#options.listener.records({ topic, partition, records: [], next, end: this.#endOf(topic, partition) }));
  }
}

/** As kafkajs gives it. */
type Message = Pick<EachBatchPayload['batch']['messages'][number], 'offset' | 'timestamp' | 'key' | 'value' | 'headers'>;

/** A record of kafkajs as one of the port. */
export function recordOf(topic: string, partition: number, message: Message): KafkaRecord {
  const { offset, timestamp, key, value, headers = {} } = message;
  return { topic, partition, offset: Number(offset), timestamp: Number(timestamp), key, value, headers: headers as KafkaHeaders };
}
