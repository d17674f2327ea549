/**
 * A medium in two compacted topics: a log of what there is, and the pieces of what is large. A write appends an entry and reads the log up
 * to it: whether it was the first of its kind is then known to everybody alike. So no two writers need to keep apart, and nobody needs
 * a lock, an epoch or a transaction.
 */

import type { ChunkEntry } from '../checkpoint/storage.js';
import { TidemarkError } from '../errors.js';
import { partitionOf } from '../kafka/partitionOf.js';
import type { KafkaClient, KafkaOutput } from '../kafka/port.js';
import { unfit } from '../storages/failures.js';
import type { Medium } from '../storages/medium.js';
import { SharedProducer } from './sharedProducer.js';
import { TopicReader } from './topicReader.js';
import { belowKey, chunkKey, type Entry, pendingKey, pieceKey, slotKey, type TopicView } from './topicView.js';

/** A piece must stay below the megabyte that brokers take. */
export const PIECE: number = 850 << 10;
/** What is smaller is in the log itself. */
const INLINE = 64 << 10;
/** Milliseconds: who writes pieces for longer is gone. */
const GONE = 86_400_000;

/** What {@link TopicMedium} is made of. */
export interface Topics {
  readonly name: string;
  readonly topic: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

export class TopicMedium implements Medium {
  readonly #client: KafkaClient;
  readonly #topics: Topics;
  readonly #pieces: string;
  #producer: SharedProducer;
  #readers: TopicReader[] = [];

  constructor(client: KafkaClient, topics: Topics) {
    this.#client = client;
    this.#topics = topics;
    this.#pieces = `${topics.topic}-chunks`;
    this.#producer = new SharedProducer(client);
  }

  async open(): Promise<void> {
    const { name, topic, partitions, config } = this.#topics;
    await told(async () => {
      for (const [each, segment] of [
        [topic, 16 << 20],
        [this.#pieces, 128 << 20],
      ] as const) {
        const settings = { 'cleanup.policy': 'compact', 'segment.bytes': String(segment), 'min.cleanable.dirty.ratio': '0.3', ...config };
        await this.#client.createTopic({ topic: each, partitions, config: settings });
        const policy = (await this.#client.topicConfig(each)).get('cleanup.policy');
        if (policy !== 'compact')
          throw unfit(name, `topic ${each} has cleanup.policy=${policy}: what is old would be deleted. It must be compact.`);
      }
    });
    this.#producer = new SharedProducer(this.#client);
    this.#readers = Array.from({ length: partitions }, (_, partition) => new TopicReader(this.#client, { topic, partition }));
  }

  async close(): Promise<void> {
    await this.#producer.close();
    this.#readers = [];
  }

  async putChunk(job: string, id: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    return this.#put(
      job,
      data,
      nonce => chunkKey(job, id, nonce),
      view => view.of(job).chunks.has(id),
    );
  }

  async getChunk(job: string, id: string): Promise<Uint8Array | undefined> {
    return this.#load(job, (await this.#look(job)).of(job).chunks.get(id)?.[0]);
  }

  async *listChunks(job: string, prefix: string): AsyncGenerator<ChunkEntry, void, undefined> {
    const { chunks } = (await this.#look(job)).of(job);
    const found = [...chunks].filter(([id]) => id.startsWith(prefix)).map(([id, [entry]]) => ({ id, bytes: (entry as Entry).bytes }));
    yield* found;
  }

  async deleteChunks(job: string, ids: readonly string[]): Promise<void> {
    const view = await this.#look(job);
    await this.#withdraw(
      job,
      [...new Set(ids)].flatMap(id => view.of(job).chunks.get(id) ?? []),
    );
    await this.#sweep(job, view);
  }

  async appendSlot(job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'> {
    const taken = (view: TopicView): boolean => seq < view.of(job).below || view.of(job).slots.has(seq);
    return this.#put(job, data, nonce => slotKey(job, seq, nonce), taken);
  }

  async readSlot(job: string, seq: number): Promise<Uint8Array | undefined> {
    const { slots, below } = (await this.#look(job)).of(job);
    return seq < below ? undefined : this.#load(job, slots.get(seq)?.[0]);
  }

  async listSlots(job: string): Promise<number[]> {
    const { slots, below } = (await this.#look(job)).of(job);
    return [...slots.keys()].filter(seq => seq >= below);
  }

  /** It is said first, so that a number stays taken when its slot is gone. */
  async trimSlots(job: string, below: number): Promise<void> {
    const view = await this.#look(job);
    const old = [...view.of(job).slots].filter(([seq]) => seq < below).flatMap(([, entries]) => entries);
    await this.#send([this.#record(job, belowKey(job), String(Math.max(below, view.of(job).below)))]);
    await this.#withdraw(job, old);
    await this.#sweep(job, view);
  }

  async listJobs(): Promise<string[]> {
    const views = await told(() => Promise.all(this.#readers.map(reader => reader.catchUp())));
    return views.flatMap(view =>
      [...view.jobs].filter(([, { slots, below }]) => [...slots.keys()].some(seq => seq >= below)).map(([job]) => job),
    );
  }

  async #put(
    job: string,
    data: Uint8Array,
    keyOf: (nonce: string) => string,
    taken: (view: TopicView) => boolean,
  ): Promise<'ok' | 'taken'> {
    const copy = new Uint8Array(data);
    if (taken(await this.#look(job))) return 'taken';
    const nonce = crypto.randomUUID();
    const key = keyOf(nonce);
    const pieces = piecesOf(copy);
    const records: KafkaOutput[] = [];
    if (pieces.length === 0) records.push(this.#record(job, key, copy));
    else {
      await this.#send([this.#record(job, pendingKey(job, nonce), String(pieces.length))]);
      const at = await this.#send(pieces.map((piece, i) => this.#piece(job, pieceKey(job, nonce, i), piece)));
      const headers = { at: at.join(), bytes: String(data.length) };
      records.push({ ...this.#record(job, key, new Uint8Array(0)), headers }, this.#record(job, pendingKey(job, nonce), null));
    }
    const first = await this.#first(job, key, records);
    if (first) return 'ok';
    if (first === undefined)
      throw new Error(`what was written to topic ${this.#topics.topic} cannot be read: is a transaction open in it?`);
    const mine = { key, offset: 0, nonce, bytes: data.length, at: pieces.length > 0 ? pieces.map(() => 0) : undefined };
    await this.#withdraw(job, [mine]);
    return 'taken';
  }

  /** Writes an entry, and reads whether it was the first. */
  async #first(job: string, key: string, records: readonly KafkaOutput[]): Promise<boolean | undefined> {
    const reader = this.#readerOf(job);
    reader.watch(key);
    try {
      await this.#send(records);
      await this.#look(job);
    } catch (error) {
      reader.verdict(key);
      throw error;
    }
    return reader.verdict(key);
  }

  /** Pieces go first: an entry without them is withdrawn again, pieces without an entry would stay for ever. */
  async #withdraw(job: string, entries: readonly Entry[]): Promise<void> {
    await this.#send(entries.flatMap(({ nonce, at = [] }) => at.map((_, i) => this.#piece(job, pieceKey(job, nonce, i), null))));
    await this.#send(entries.map(({ key }) => this.#record(job, key, null)));
  }

  /** Takes away pieces whose writer died before it wrote the entry. */
  async #sweep(job: string, view: TopicView): Promise<void> {
    const { pending, chunks, slots } = view.of(job);
    const old = [...pending].filter(([, { timestamp }]) => view.newest - timestamp > GONE);
    if (old.length === 0) return;
    const named = new Set([...chunks.values(), ...slots.values()].flatMap(entries => entries.map(({ nonce }) => nonce)));
    for (const [nonce, { pieces }] of old) {
      const gone = named.has(nonce) ? 0 : pieces;
      await this.#send(Array.from({ length: gone }, (_, i) => this.#piece(job, pieceKey(job, nonce, i), null)));
      await this.#send([this.#record(job, pendingKey(job, nonce), null)]);
    }
  }

  /** Undefined: it was deleted meanwhile. */
  async #load(job: string, entry: Entry | undefined): Promise<Uint8Array | undefined> {
    if (!entry) return undefined;
    const { key, nonce, offset, at, bytes } = entry;
    if (!at) return this.#value(this.#topics.topic, job, offset, key);
    const data = new Uint8Array(bytes);
    let end = 0;
    for (const [i, each] of at.entries()) {
      const piece = await this.#value(this.#pieces, job, each, pieceKey(job, nonce, i));
      if (!piece) return undefined;
      data.set(piece, end);
      end += piece.length;
    }
    return data;
  }

  async #value(topic: string, job: string, offset: number, key: string): Promise<Uint8Array | undefined> {
    const { records } = await told(() => this.#client.read({ topic, partition: this.#partitionOf(job) }, offset, 1));
    const record = records.find(each => each.offset === offset);
    if (!record?.key || !record.value || new TextDecoder().decode(record.key) !== key) return undefined;
    // A copy: a view would keep a whole answer of the broker.
    return new Uint8Array(record.value);
  }

  #look(job: string): Promise<TopicView> {
    return told(() => this.#readerOf(job).catchUp());
  }

  #readerOf(job: string): TopicReader {
    return this.#readers[this.#partitionOf(job)] as TopicReader;
  }

  #partitionOf(job: string): number {
    return partitionOf(new TextEncoder().encode(job), this.#topics.partitions);
  }

  #record(job: string, key: string, value: Uint8Array | string | null): KafkaOutput {
    return { topic: this.#topics.topic, partition: this.#partitionOf(job), key, value };
  }

  #piece(job: string, key: string, value: Uint8Array | null): KafkaOutput {
    return { topic: this.#pieces, partition: this.#partitionOf(job), key, value };
  }

  async #send(records: readonly KafkaOutput[]): Promise<readonly number[]> {
    return records.length === 0 ? [] : told(() => this.#producer.send(records));
  }
}

/** None of what is small. */
function piecesOf(data: Uint8Array): Uint8Array[] {
  if (data.length <= INLINE) return [];
  return Array.from({ length: Math.ceil(data.length / PIECE) }, (_, i) => data.subarray(i * PIECE, (i + 1) * PIECE));
}

/** What Kafka says, as a storage says it. */
async function told<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as TidemarkError;
    if (code === 'OFFSET_OUT_OF_RANGE')
      throw new TidemarkError('STORAGE_LOST', `${message} Run the job again: it begins with what is there.`, { cause: error });
    if (code === 'KAFKA_FAILED') throw new Error(message.replace(/\.$/, ''), { cause: error });
    throw error;
  }
}
