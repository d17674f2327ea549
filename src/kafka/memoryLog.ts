/**
 * One partition of the broker in memory: records and markers in one sequence of offsets, as Kafka has them. What belongs to a transaction
 * is read when its marker is there, and nothing behind the first open transaction is read before (the last stable offset).
 */
import type { Outgoing } from './outgoing.js';
import type { KafkaRecord, TopicPartition } from './port.js';

interface Entry {
  /** Undefined: a marker, or compacted away. */
  record: KafkaRecord | undefined;
  /** Of a transaction: its producer. */
  readonly producer: number | undefined;
  state: 'open' | 'visible' | 'aborted';
}

/** What was read. */
export interface Read {
  readonly records: readonly KafkaRecord[];
  readonly next: number;
}

export class MemoryLog implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  #low = 0;
  /** From the lowest kept offset on. */
  #entries: Entry[] = [];

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  /** The first offset that is kept. */
  get low(): number {
    return this.#low;
  }

  /** The offset behind the last entry. */
  get high(): number {
    return this.#low + this.#entries.length;
  }

  /** The first offset of an open transaction, or the end. */
  get stable(): number {
    const open = this.#entries.findIndex(({ state }) => state === 'open');
    return open < 0 ? this.high : this.#low + open;
  }

  append({ key, value, headers, timestamp }: Outgoing, now: number, producer?: number): number {
    const { topic, partition, high: offset } = this;
    const record = { topic, partition, offset, timestamp: timestamp ?? now, key, value, headers };
    this.#entries.push({ record, producer, state: producer === undefined ? 'visible' : 'open' });
    return offset;
  }

  /** The first offset whose record has so late a time, or the end of what can be read. */
  at(time: number): number {
    const found = this.#entries.findIndex(({ record }) => record !== undefined && record.timestamp >= time);
    return found < 0 ? this.stable : Math.min(this.stable, this.#low + found);
  }

  /** The marker at the end of a transaction. */
  end(producer: number, committed: boolean): void {
    const state = committed ? 'visible' : 'aborted';
    for (const entry of this.#entries) if (entry.producer === producer && entry.state === 'open') entry.state = state;
    this.#entries.push({ record: undefined, producer, state: 'visible' });
  }

  /** Deletes what is before an offset. */
  trim(before: number): void {
    const to = Math.min(Math.max(before, this.#low), this.high);
    this.#entries.splice(0, to - this.#low);
    this.#low = to;
  }

  /** Forgets records that a later one of the same key replaces, below the first open transaction; offsets stay as they are. */
  compact(tombstones: boolean): void {
    const newest = new Map<string, Entry>();
    for (const entry of this.#entries.slice(0, this.stable - this.#low)) {
      if (entry.state === 'aborted') entry.record = undefined;
      const { record } = entry;
      if (!record?.key) continue;
      const key = record.key.join();
      const older = newest.get(key);
      if (older) older.record = undefined;
      newest.set(key, entry);
    }
    if (tombstones) for (const entry of newest.values()) if (entry.record?.value === null) entry.record = undefined;
  }

  /** Committed records from an offset on, at most so many. */
  read(from: number, most: number): Read {
    const end = this.stable;
    const records: KafkaRecord[] = [];
    let next = from;
    for (; next < end && records.length < most; next++) {
      const { record, state } = this.#entries[next - this.#low] as Entry;
      if (record && state === 'visible') records.push(record);
    }
    return { records, next };
  }
}
