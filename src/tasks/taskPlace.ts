/** One life of a task, as far as Kafka is concerned: which partitions are its own, and where it begins to read them. */
import type { Env } from '../checkpoint/env.js';
import { TidemarkError } from '../errors.js';
import type { JobEvent } from '../job/jobEvent.js';
import type { ReplaySource } from '../job/replayable.js';
import { idOf } from '../kafka/places.js';
import type { TaskMapping } from '../kafka/pointer.js';
import type { KafkaClient, TopicPartition } from '../kafka/port.js';
import type { KafkaMessage, KafkaSource } from './kafkaSource.js';
import { type Flow, type Offsets, TaskReader } from './taskReader.js';

/** What all tasks have in common that read the same topics. */
export interface TaskGroup extends TaskMapping {
  readonly client: KafkaClient;
  readonly group: string;
  readonly sources: readonly KafkaSource[];
  /** How many tasks write into a topic between two stages. */
  upstreamTasks(topic: string): number;
}

export class TaskPlace {
  readonly group: TaskGroup;
  /** The name in the storage. */
  readonly job: string;
  /** Its partitions are those of which the number leaves this remainder by the number of tasks. */
  readonly number: number;
  /** Resolves when partitions can be sought. */
  readonly flow: Promise<Flow>;
  readonly env: Env;
  readonly tell: (event: JobEvent) => void;
  /** By `topic/partition`, where reading begins unless the checkpoint knows better. */
  offsets: ReadonlyMap<string, number> = new Map();

  constructor(group: TaskGroup, job: string, number: number, flow: Promise<Flow>, env: Env, tell: (event: JobEvent) => void) {
    this.group = group;
    this.job = job;
    this.number = number;
    this.flow = flow;
    this.env = env;
    this.tell = tell;
  }

  get transactionalId(): string {
    return `${this.group.group}-${this.number}`;
  }

  /** All of them; or those of one source. */
  partitions(sources: readonly KafkaSource[] = this.group.sources): TopicPartition[] {
    const { tasks, partitions } = this.group;
    const found: TopicPartition[] = [];
    for (const { topics } of sources)
      for (const topic of topics)
        for (let partition = this.number; partition < partitions; partition += tasks) found.push({ topic, partition });
    return found;
  }

  /** What it reads of a source. */
  read(source: KafkaSource): ReplaySource<KafkaMessage<unknown, unknown>, Offsets> {
    return { open: position => this.#open(source, position) };
  }

  async #open(source: KafkaSource, saved: Offsets | undefined): Promise<TaskReader> {
    const partitions = this.partitions([source]);
    const position: Record<string, number> = {};
    for (const { topic, partition } of partitions) {
      const id = idOf(topic, partition);
      position[id] = saved?.[id] ?? this.offsets.get(id) ?? 0;
    }
    const bounds = await this.group.client.bounds(partitions);
    for (const { topic, partition, low, high } of bounds) {
      const offset = position[idOf(topic, partition)] as number;
      if (offset < low || offset > high) throw this.#notKept(source, idOf(topic, partition), offset, low, high);
    }
    return new TaskReader(source, bounds, position, await this.flow);
  }

  #notKept({ name }: KafkaSource, id: string, offset: number, low: number, high: number): TidemarkError {
    return new TidemarkError(
      'NEEDS_OPERATOR',
      `job ${this.job}: fromKafka "${name}": the job stands at offset ${offset} of ${id}, of which ${low} to ${high} is there: records were deleted before they were read, or the topic was made anew. Run the job anew: another name and group; and have the topic keep records for longer.`,
    );
  }
}
