/**
 * The few things that the library asks of Kafka, so that one client can stand for another: kafkajs for real brokers, memory for tests.
 *
 * The order of things is in the types. Positions are read by who has acquired, since only then is every older transaction settled; a
 * transaction is one call, since nothing may be left open between two; and a transactor that failed is over: a new one has a new epoch.
 */

/** A partition of a topic. */
export interface TopicPartition {
  /** The name of the topic. */
  readonly topic: string;
  /** Its number, from 0. */
  readonly partition: number;
}

/** The headers of a record, by name; an array where a name comes several times. */
export type KafkaHeaders = Readonly<Record<string, KafkaHeader | readonly KafkaHeader[]>>;

/** The value of a header. */
export type KafkaHeader = Uint8Array | null;

/** A record as it was read. Its bytes may be a view of a whole answer of the broker: copy what is to be kept for long. */
export interface KafkaRecord extends TopicPartition {
  /** Its place in the partition. */
  readonly offset: number;
  /** Milliseconds since the epoch, by the producer or by the broker, as the topic is set up; -1: none. */
  readonly timestamp: number;
  /** Its bytes; null: it has none. */
  readonly key: Uint8Array | null;
  /** Null: what was said of the key before is deleted. */
  readonly value: Uint8Array | null;
  /** By name. */
  readonly headers: KafkaHeaders;
}

/** A record to be written. Texts are written as UTF-8. */
export interface KafkaOutput {
  /** Must exist. */
  readonly topic: string;
  /** Default: by the key, as the client of Java does; without a key, one after the other. */
  readonly partition?: number | undefined;
  /** Default: none. */
  readonly key?: Uint8Array | string | null | undefined;
  /** Null: what was said of the key before is deleted. */
  readonly value: Uint8Array | string | null;
  /** Milliseconds since the epoch, 0 or more. Default: now. */
  readonly timestamp?: number | undefined;
  /** By name. */
  readonly headers?: Readonly<Record<string, Uint8Array | string>> | undefined;
}

/** A place in a partition. */
export interface KafkaOffset extends TopicPartition {
  /** The offset of a record, or of the next one. */
  readonly offset: number;
}

/** How far a group has come in a partition, and a short text of the group's own beside it. */
export interface KafkaPosition extends KafkaOffset {
  /** At most 4096 bytes. */
  readonly metadata: string;
}

/** What of a partition can be read. */
export interface KafkaBounds extends TopicPartition {
  /** The first offset that is still kept. */
  readonly low: number;
  /** The offset up to which records can be read: the end, or the first transaction that is still open. */
  readonly high: number;
}

/** A topic that is to be there. */
export interface KafkaTopic {
  /** Its name. */
  readonly topic: string;
  /** How many partitions it has. */
  readonly partitions: number;
  /** Settings by their names in Kafka, such as `cleanup.policy`. Those of a topic that is there already are left as they are. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/** What one transaction makes visible together. */
export interface KafkaCommit {
  /** Written in this order, partition by partition. */
  readonly records?: readonly KafkaOutput[] | undefined;
  /** Whose positions they are. */
  readonly group?: string | undefined;
  /** Replace those that the group has committed of these partitions. */
  readonly positions?: readonly KafkaPosition[] | undefined;
}

/** Writes under a transactional id that is its own until another acquires it. */
export interface KafkaTransactor {
  /** What it has acquired. */
  readonly transactionalId: string;
  /** Whether it has failed, or was closed: every commit rejects. */
  readonly over: boolean;
  /**
   * What the group has committed of these partitions; those without a position are left out. Every transaction of older owners is in it,
   * or never will be.
   *
   * @param settle Looks again until nothing changes, for a second: ask for it where a newer position must be there. (Brokers up to 3.9
   * may say that a transaction is over a moment before they show its positions.) It is done unasked where an older owner was still at work, or calls of
   * this client have failed in the last half minute: brokers from 4.0 on may show older positions for a moment when they begin anew.
   */
  committed(group: string, partitions: readonly TopicPartition[], settle?: boolean): Promise<readonly KafkaPosition[]>;
  /**
   * Writes records and positions in one transaction: all become visible, or none. Several calls take turns.
   *
   * @throws TidemarkError `BAD_OPTION` for what cannot be written, before anything is; `FENCED` if another has acquired the id, or the
   * transaction took too long; `KAFKA_FAILED` otherwise. After the latter two it is unknown whether it was committed: who acquires the id
   * again, and reads positions, knows.
   */
  commit(commit: KafkaCommit): Promise<void>;
  /** Frees its connections. What is under way is finished first. */
  close(): Promise<void>;
}

/** Writes without a transaction: what is sent is visible at once, and once, unless one that failed is sent again. */
export interface KafkaProducer {
  /** Whether it has failed, or was closed: every send rejects. */
  readonly over: boolean;
  /**
   * Resolves when all records are written and replicated, partition by partition in their order. Several calls take turns.
   *
   * @returns Their offsets, in the order of the records.
   * @throws TidemarkError `BAD_OPTION` for what cannot be written, before anything is; `KAFKA_FAILED` otherwise: any of the records may have
   * been written, and this producer is over. Send again by a new one.
   */
  send(records: readonly KafkaOutput[]): Promise<readonly number[]>;
  /** Frees its connections. What is under way is finished first. */
  close(): Promise<void>;
}

/** Records of one partition, in order. */
export interface KafkaBatch extends TopicPartition {
  /** Committed records alone. May be empty: then there were none, up to `next`. */
  readonly records: readonly KafkaRecord[];
  /** The offset behind the last of them. */
  readonly next: number;
  /** The offset up to which the partition could be read when they were read. */
  readonly end: number;
}

/** Hears of a group's partitions and their records. What it throws ends the subscription by `failed`. */
export interface KafkaListener {
  /** Partitions that are new here, before anything of them is read. Each rests until it is given a position and resumed. */
  assigned(partitions: readonly TopicPartition[]): void;
  /** Partitions that are others' now; nothing more of them comes. */
  lost(partitions: readonly TopicPartition[]): void;
  /**
   * The group is about to divide its partitions anew, and waits: time for a commit. Not called where this member was already given up. It is
   * a courtesy: that a commit of another's partitions fails is up to the transactor.
   */
  rebalancing?(): Promise<void>;
  /** Records, in the order of their partition. To take no more for a while, pause the partition. */
  records(batch: KafkaBatch): void;
  /** The subscription is over: a `TidemarkError`, or what a callback has thrown. */
  failed(error: unknown): void;
}

/** What {@link KafkaClient.subscribe} takes. */
export interface KafkaSubscribe {
  /** Partitions with the same number go to one member, whatever the topic; who has one keeps it, as far as shares stay even. */
  readonly topics: readonly string[];
  /** All members of a group read the same topics. */
  readonly group: string;
  /** Partitions whose numbers leave the same remainder by this go to one member. Default: as many as there are. All members say the same. */
  readonly bundles?: number | undefined;
  /** What other members and `describe` see of this one; asked at each division. */
  readonly userData?: (() => Uint8Array) | undefined;
  /** Hears what comes. */
  readonly listener: KafkaListener;
}

/** A membership in a group. Of partitions that are others' by now, calls do nothing. */
export interface KafkaSubscription {
  /** What is assigned to it. */
  readonly assigned: readonly TopicPartition[];
  /** Reads on from an offset. Throws nothing if it is not kept: `failed` says so. */
  seek(partition: TopicPartition, offset: number): void;
  /** Takes no records of these until they are resumed. */
  pause(partitions: readonly TopicPartition[]): void;
  /** @throws TidemarkError `BAD_OPTION` for a partition that was given no position. */
  resume(partitions: readonly TopicPartition[]): void;
  /** Leaves the group, so that others need not wait for a time-out. */
  close(): Promise<void>;
}

/** A member of a group as others see it. */
export interface KafkaMember {
  /** The group's name for it. */
  readonly id: string;
  /** What it says of itself. */
  readonly userData: Uint8Array;
  /** What it reads. */
  readonly partitions: readonly TopicPartition[];
}

/** A client of a Kafka cluster. */
export interface KafkaClient {
  /** How many partitions topics have. @throws TidemarkError `KAFKA_FAILED` for a topic that does not exist. */
  partitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** What of partitions can be read. */
  bounds(partitions: readonly TopicPartition[]): Promise<readonly KafkaBounds[]>;
  /**
   * Where reading has to begin so that nothing at or behind a time is missed: of each partition the first offset whose record has a timestamp
   * so late, or the end of what can be read.
   *
   * @param time Milliseconds since the epoch, 0 or more.
   */
  offsetsAt(partitions: readonly TopicPartition[], time: number): Promise<readonly KafkaOffset[]>;
  /** Makes a topic. One that is there already with as many partitions is as good. @throws TidemarkError `KAFKA_FAILED` for another number. */
  createTopic(topic: KafkaTopic): Promise<void>;
  /** The settings of a topic, by their names in Kafka. */
  topicConfig(topic: string): Promise<ReadonlyMap<string, string>>;
  /**
   * Committed records of a partition from an offset on, without a group: as many as come at once, and none, without waiting, where there is
   * nothing yet. To read on, call it again with `next`.
   *
   * @param bytes About so many at most, but one record at least. Default: 1 MB.
   * @throws TidemarkError `OFFSET_OUT_OF_RANGE`, `KAFKA_FAILED`
   */
  read(partition: TopicPartition, from: number, bytes?: number): Promise<KafkaBatch>;
  /** What a group has committed, for looking at. Who goes on from it acquires first. */
  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly KafkaPosition[]>;
  /** Takes a transactional id over: older owners are fenced, and their transactions settled one way or the other. */
  acquire(transactionalId: string): Promise<KafkaTransactor>;
  /** For writing without a transaction. */
  producer(): Promise<KafkaProducer>;
  /** Joins a group. Resolves when it reads, or would. */
  subscribe(options: KafkaSubscribe): Promise<KafkaSubscription>;
  /** The members of a group, and what they read. While the group divides its partitions, there are none. */
  describe(group: string): Promise<readonly KafkaMember[]>;
  /** Leaves its groups and frees all connections. */
  close(): Promise<void>;
}
