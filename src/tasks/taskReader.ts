/**
 * What a task reads of a source: its partitions, each with a queue that is bounded by pausing the partition. The batch whose records are the
 * oldest comes next, so that partitions stay near each other in event time where there is something to choose from.
 */
import type { ReplayBatch, ReplayReader } from '../job/replayable.js';
import { decoded } from '../kafka/codec.js';
import { idOf } from '../kafka/places.js';
import type { KafkaBatch, KafkaBounds, KafkaRecord, TopicPartition } from '../kafka/port.js';
import type { KafkaMessage, KafkaSource } from './kafkaSource.js';

/** By `topic/partition`, the offset of the next record. */
export type Offsets = Readonly<Record<string, number>>;

/** What a reader asks of the membership in the group. */
export interface Flow {
  /** Gives it the records of a partition from an offset on. `end`: so far it can be read now. */
  begin(partition: TopicPartition, offset: number, end: number, reader: TaskReader): void;
  /** It wants no more of them. */
  end(partition: TopicPartition, reader: TaskReader): void;
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /** Records are on their way into the graph. `newest`: their event time; undefined: there are none, or nobody wants to know. */
  entered(batch: KafkaBatch, newest: number | undefined, waiting: boolean): void;
}

interface Queue {
  readonly id: string;
  readonly partition: TopicPartition;
  readonly batches: KafkaBatch[];
  /** In all batches. */
  records: number;
  full: boolean;
  /** Its records wait until others have caught up. */
  held: boolean;
}

type Message = KafkaMessage<unknown, unknown>;

export class TaskReader implements ReplayReader<Message, Offsets> {
  readonly #source: KafkaSource;
  readonly #flow: Flow;
  readonly #queues = new Map<string, Queue>();
  #position: Offsets;
  #begun = false;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(source: KafkaSource, partitions: readonly KafkaBounds[], position: Offsets, flow: Flow) {
    this.#source = source;
    this.#flow = flow;
    this.#position = position;
    for (const { topic, partition: number } of partitions) {
      const id = idOf(topic, number);
      this.#queues.set(id, { id, partition: { topic, partition: number }, batches: [], records: 0, full: false, held: false });
    }
    for (const { topic, partition, high } of partitions) {
      const id = idOf(topic, partition);
      flow.begin({ topic, partition }, position[id] as number, high, this);
    }
  }

  /** Whether its partitions wait for each other. */
  get aligned(): boolean {
    return this.#source.alignment < Infinity;
  }

  /** Records have come. */
  take(batch: KafkaBatch): void {
    const queue = this.#queues.get(idOf(batch.topic, batch.partition));
    if (!queue || this.#closed) return;
    queue.batches.push(batch);
    queue.records += batch.records.length;
    if (!queue.full && queue.records >= this.#source.buffer.high) {
      queue.full = true;
      if (!queue.held) this.#flow.pause(queue.partition);
    }
    this.#ring();
  }

  /** Whether a partition waits for others. */
  hold(id: string, held: boolean): void {
    const queue = this.#queues.get(id);
    if (!queue || queue.held === held) return;
    queue.held = held;
    if (!queue.full) this.#flow[held ? 'pause' : 'resume'](queue.partition);
    if (!held) this.#ring();
  }

  async read(): Promise<ReplayBatch<Message, Offsets> | undefined> {
    if (!this.#begun) {
      // So that the first checkpoint knows where reading began.
      this.#begun = true;
      return { values: [], positionAfter: () => this.#position, position: this.#position };
    }
    for (;;) {
      if (this.#closed) return undefined;
      const queue = this.#next();
      if (queue) return this.#batchOf(queue, queue.batches.shift() as KafkaBatch);
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#closed = true;
    for (const { partition } of this.#queues.values()) this.#flow.end(partition, this);
    this.#ring();
  }

  #ring(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #next(): Queue | undefined {
    let next: Queue | undefined;
    let least = Infinity;
    for (const queue of this.#queues.values()) {
      const [batch] = queue.batches;
      if (!batch || queue.held) continue;
      const time = batch.records[0]?.timestamp ?? -Infinity;
      if (next && time >= least) continue;
      next = queue;
      least = time;
    }
    return next;
  }

  async #batchOf(queue: Queue, batch: KafkaBatch): Promise<ReplayBatch<Message, Offsets>> {
    const { records, next } = batch;
    queue.records -= records.length;
    if (queue.full && queue.records <= this.#source.buffer.low) {
      queue.full = false;
      if (!queue.held) this.#flow.resume(queue.partition);
    }
    const before = this.#position;
    const behind = { ...before, [queue.id]: next };
    const values = await this.#decode(records);
    this.#position = behind;
    this.#flow.entered(batch, this.#newest(values), queue.batches.length > 0);
    return {
      values,
      positionAfter: count => (count < values.length ? { ...before, [queue.id]: (values[count - 1] as Message).offset + 1 } : behind),
      position: behind,
    };
  }

  #newest(messages: readonly Message[]): number | undefined {
    const { timestamp } = this.#source;
    if (!this.aligned || messages.length === 0) return undefined;
    let newest = -Infinity;
    for (const message of messages) newest = Math.max(newest, timestamp(message));
    return newest;
  }

  async #decode(records: readonly KafkaRecord[]): Promise<Message[]> {
    const { key, value, invalid } = this.#source;
    const messages: Message[] = [];
    for (const record of records) {
      const ready = key.prepare?.(record.key, record);
      if (ready) await ready;
      const valueReady = value.prepare?.(record.value, record);
      if (valueReady) await valueReady;
      const { topic, partition, offset, timestamp, headers } = record;
      try {
        messages.push({
          key: decoded(key, record, 'key'),
          value: decoded(value, record, 'value'),
          topic,
          partition,
          offset,
          timestamp,
          headers,
        });
      } catch (error) {
        if (!invalid) throw error;
        invalid({ record, error });
      }
    }
    return messages;
  }
}
