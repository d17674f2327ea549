/**
 * A task's part in its checkpoints: rows of all its sinks into Kafka and the positions of its sources, in one transaction, whose positions
 * say which checkpoint they belong to. With rows it decides where a restart begins; without, the positions are for those who watch.
 *
 * A transaction that fails ends the task, since nobody knows what became of it: whoever acquires the id next does.
 */

import type { SourceCut } from '../checkpoint/participants.js';
import { openSlot } from '../checkpoint/slot.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { TidemarkError } from '../errors.js';
import type { SinkContext } from '../job/defineSink.js';
import type { Companion } from '../job/jobSpec.js';
import { PendingRows, ROOM } from '../job/pendingRows.js';
import { quietly } from '../job/quietly.js';
import { lastPerKey } from '../kafka/paneRecord.js';
import { idOf } from '../kafka/places.js';
import { positionsOf, type TaskPositions, writePointer } from '../kafka/pointer.js';
import type { KafkaOutput, KafkaTransactor } from '../kafka/port.js';
import type { RowWriter } from '../stream/sink.js';
import { END_OF_TIME, START_OF_TIME, type Watermark } from '../time/timestamp.js';
import { StageMark } from './stageMark.js';
import { startsOf } from './startsOf.js';
import type { TaskPlace } from './taskPlace.js';

/** A sink of the graph whose rows go into the transaction. */
export interface TaskRows {
  readonly stream: object;
  records(value: unknown, diff: 1 | -1): readonly KafkaOutput[];
  /** So many rows may wait for a checkpoint. */
  readonly room: number;
  /** Of a topic that is a table: of a row only the last word counts. */
  readonly table: string | undefined;
}

/** The end of a stage, whose elements go into the transaction, and how far it is. */
export interface TaskMarks {
  readonly stream: object;
  readonly topic: string;
  readonly partitions: number;
}

/** What one transaction is to hold. */
interface Batch {
  readonly offsets: ReadonlyMap<string, number>;
  readonly watermark: Watermark;
  /** Once it has been begun: whoever asks again waits for the same one. */
  done: Promise<void> | undefined;
}

export class TaskSink implements Companion {
  readonly name = 'kafka';
  readonly mode: 'sink-decides' | 'upsert';
  readonly #place: TaskPlace;
  readonly #storage: CheckpointStorage;
  readonly #writers: ReadonlyMap<object, RowWriter<any>>;
  readonly #marks: readonly StageMark[];
  readonly #rows: PendingRows<KafkaOutput>;
  readonly #tables: ReadonlySet<string | undefined>;
  readonly #batches = new Map<string, Batch>();
  #transactor: KafkaTransactor | undefined;
  #checkpoint = 0;
  #offsets: ReadonlyMap<string, number> = new Map();
  #watermark: Watermark = START_OF_TIME;
  #closed = false;

  constructor(place: TaskPlace, storage: CheckpointStorage, rows: readonly TaskRows[], marks: readonly TaskMarks[], context: SinkContext) {
    this.#place = place;
    this.#storage = storage;
    this.mode = rows.length + marks.length > 0 ? 'sink-decides' : 'upsert';
    this.#tables = new Set(rows.map(({ table }) => table));
    const pending = new PendingRows<KafkaOutput>(Math.min(...rows.map(({ room }) => room), marks.length > 0 ? ROOM : Infinity), context);
    this.#rows = pending;
    const write = (of: TaskRows): RowWriter<unknown> => ({
      write(value, diff) {
        for (const record of of.records(value, diff)) pending.add(record);
      },
    });
    const add = (record: KafkaOutput): void => pending.add(record);
    this.#marks = marks.map(({ topic, partitions }) => new StageMark({ topic, partitions, task: place.number, add }));
    this.#writers = new Map<object, RowWriter<any>>([
      ...rows.map(each => [each.stream, write(each)] as const),
      ...this.#marks.map((mark, i) => [(marks[i] as TaskMarks).stream, mark] as const),
    ]);
  }

  get room(): number {
    return this.#rows.room;
  }

  writerOf(stream: object): RowWriter<unknown> | undefined {
    return this.#writers.get(stream);
  }

  async fence(): Promise<void> {
    const { client } = this.#place.group;
    const transactor = await client.acquire(this.#place.transactionalId);
    this.#transactor = transactor;
    // The job has ended meanwhile.
    if (this.#closed) await transactor.close();
    let found = await this.#found(transactor);
    // It may be that a commit is not shown yet.
    if (await this.#hasNewer(found.checkpoint)) found = await this.#found(transactor, true);
    this.#checkpoint = found.checkpoint;
    this.#offsets = await startsOf(this.#place, found.offsets);
    this.#place.offsets = this.#offsets;
  }

  async #found(transactor: KafkaTransactor, settle?: boolean): Promise<TaskPositions> {
    const { job, group } = this.#place;
    const positions = await transactor.committed(group.group, this.#place.partitions(), settle);
    const adopted = new Set(group.sources.flatMap(({ start, topics }) => (start === 'committed' ? topics : [])));
    return positionsOf(positions, { job, group: group.group, tasks: group.tasks, partitions: group.partitions, adopted });
  }

  /** Whether the storage has a checkpoint behind this one, of which the transaction may have been committed. */
  async #hasNewer(checkpoint: number): Promise<boolean> {
    const { job } = this.#place;
    for (const seq of (await this.#storage.listSlots(job)).reverse()) {
      if (seq <= checkpoint) break;
      const bytes = await this.#storage.readSlot(job, seq);
      if (bytes && openSlot(bytes).kind === 'checkpoint') return true;
    }
    return false;
  }

  async lastCommitted(): Promise<number> {
    return this.#checkpoint;
  }

  barrier(sources: readonly SourceCut[]): void {
    const offsets = new Map(this.#offsets);
    for (const { position } of sources)
      for (const [id, offset] of Object.entries((position ?? {}) as Readonly<Record<string, number>>)) offsets.set(id, offset);
    this.#offsets = offsets;
    this.#watermark = Math.min(END_OF_TIME, ...sources.map(({ watermark }) => watermark ?? START_OF_TIME));
  }

  rotate(transaction: string): undefined {
    for (const mark of this.#marks) mark.say();
    this.#rows.rotate(transaction);
    this.#batches.set(transaction, { offsets: this.#offsets, watermark: this.#watermark, done: undefined });
  }

  async prepare(): Promise<void> {}

  async commit(transaction: string, seq: number): Promise<void> {
    const batch = this.#batches.get(transaction) as Batch;
    batch.done ??= this.#commit(transaction, seq, batch);
    await batch.done;
    this.#rows.forget(transaction);
    this.#batches.delete(transaction);
  }

  async #commit(transaction: string, checkpoint: number, { offsets, watermark }: Batch): Promise<void> {
    const { job, group } = this.#place;
    const { tasks, partitions } = group;
    const metadata = writePointer({ job, checkpoint, tasks, partitions, watermark });
    const positions = this.#place.partitions().map(partition => {
      const offset = offsets.get(idOf(partition.topic, partition.partition)) as number;
      return { ...partition, offset, metadata };
    });
    const records = this.#recordsOf(transaction);
    const { env, number: task, tell } = this.#place;
    const begun = env.now();
    try {
      await (this.#transactor as KafkaTransactor).commit({ records, group: group.group, positions });
      tell({ type: 'transaction', task, records: records.length, milliseconds: env.now() - begun });
    } catch (error) {
      throw ended(job, error);
    }
  }

  #recordsOf(transaction: string): KafkaOutput[] {
    const records = this.#rows.of(transaction) ?? [];
    const isOfTable = ({ topic }: KafkaOutput): boolean => this.#tables.has(topic);
    return [...records.filter(record => !isOfTable(record)), ...lastPerKey(records.filter(isOfTable))];
  }

  async abort(transaction: string): Promise<void> {
    this.#rows.abort(transaction);
    this.#batches.delete(transaction);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await quietly(() => this.#transactor?.close());
  }
}

/** Of a code behind which nothing is tried again by this owner. What cannot be written is no matter of ownership. */
function ended(job: string, error: unknown): unknown {
  if (error instanceof TidemarkError && error.code !== 'KAFKA_FAILED') return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TidemarkError('FENCED', `task ${job}: it is not known what became of its transaction, so it has to begin again: ${message}`, {
    cause: error,
  });
}
