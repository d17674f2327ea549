/**
 * What comes into this process, and who reads it: records go to the reader of their partition; partitions that are far ahead in event time wait
 * for others; and how far reading is behind is told from time to time.
 */
import type { Env } from '../checkpoint/env.js';
import type { JobEvent } from '../job/jobEvent.js';
import { Alignment } from '../kafka/alignment.js';
import { LagMeter } from '../kafka/lag.js';
import { idOf } from '../kafka/places.js';
import type { KafkaBatch, KafkaSubscription, TopicPartition } from '../kafka/port.js';
import type { TaskGroup } from './taskPlace.js';
import type { Flow, TaskReader } from './taskReader.js';

/** Milliseconds between two reports. */
const REPORTS = 10_000;

export class Inflow implements Flow {
  /** Undefined: while the group is being joined. */
  subscription: KafkaSubscription | undefined;
  readonly #group: TaskGroup;
  readonly #env: Env;
  readonly #tell: (event: JobEvent) => void;
  readonly #readers = new Map<string, { readonly reader: TaskReader; readonly partition: TopicPartition }>();
  readonly #alignment: Alignment | undefined;
  readonly #meter = new LagMeter();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(group: TaskGroup, env: Env, tell: (event: JobEvent) => void) {
    this.#group = group;
    this.#env = env;
    this.#tell = tell;
    const drift = Math.min(...group.sources.map(({ alignment }) => alignment));
    if (drift < Infinity) this.#alignment = new Alignment(drift);
    this.#arm();
  }

  /** Records of a partition that nobody reads now come again when it is sought. */
  records(batch: KafkaBatch): void {
    this.#readers.get(idOf(batch.topic, batch.partition))?.reader.take(batch);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  begin(partition: TopicPartition, offset: number, end: number, reader: TaskReader): void {
    const id = idOf(partition.topic, partition.partition);
    this.#readers.set(id, { reader, partition });
    this.#meter.start(partition, offset, this.#env.now(), end);
    this.#alignment?.lose(id);
    if (reader.aligned) this.#alignment?.gain(id);
    // One that has been read to its end has nothing that others could wait for.
    if (offset >= end) this.#alignment?.rest(id);
    this.#align();
    this.subscription?.seek(partition, offset);
    this.subscription?.resume([partition]);
  }

  end(partition: TopicPartition, reader: TaskReader): void {
    const id = idOf(partition.topic, partition.partition);
    if (this.#readers.get(id)?.reader !== reader) return;
    this.#readers.delete(id);
    this.#meter.stop(partition);
    this.#alignment?.lose(id);
    this.#align();
    this.subscription?.pause([partition]);
  }

  pause(partition: TopicPartition): void {
    this.#meter.pause(partition);
    this.subscription?.pause([partition]);
  }

  resume(partition: TopicPartition): void {
    this.#meter.resume(partition, this.#env.now());
    this.subscription?.resume([partition]);
  }

  entered(batch: KafkaBatch, newest: number | undefined, waiting: boolean): void {
    this.#meter.batch(batch, this.#env.now());
    const alignment = this.#alignment;
    if (!alignment) return;
    const id = idOf(batch.topic, batch.partition);
    if (newest !== undefined) alignment.heard(id, newest);
    if (!waiting && batch.next >= batch.end) alignment.rest(id);
    this.#align();
  }

  #align(): void {
    if (!this.#alignment) return;
    const { pause, resume } = this.#alignment.changes();
    for (const id of pause) this.#readers.get(id)?.reader.hold(id, true);
    for (const id of resume) this.#readers.get(id)?.reader.hold(id, false);
  }

  #arm(): void {
    this.#cancel = this.#env.after(REPORTS, () => void this.#report());
  }

  async #report(): Promise<void> {
    const partitions = [...this.#readers.values()].map(({ partition }) => partition);
    if (partitions.length > 0) {
      try {
        for (const bounds of await this.#group.client.bounds(partitions)) this.#meter.bounds(bounds, this.#env.now());
      } catch {
        // What the batches have said is known all the same.
      }
      if (this.#stopped) return;
      for (const news of this.#meter.watch(this.#env.now())) this.#tell(news);
      this.#tell(this.#meter.report(this.#env.now()));
    }
    this.#arm();
  }
}
