/**
 * How far reading is behind, and whether it still moves: data for `events` of a job, out of the batches that come anyway. The clock is an argument.
 *
 * A partition is stuck when there is something to read and its position has not moved for `stuckAfter`, though it was not paused on purpose.
 * That is said once, and once more when it moves. kafkajs can stop fetching a partition without a word; so can a transaction that hangs.
 */
import { type Duration, positive } from '../time/duration.js';
import type { Watermark } from '../time/timestamp.js';
import { idOf } from './places.js';
import type { TopicPartition } from './port.js';

/** How far reading is in a partition. */
export interface PartitionLag extends TopicPartition {
  /** The offset of the next record. */
  readonly position: number;
  /** The offset up to which it could be read, when it was last heard of. */
  readonly end: number;
  /** Offsets in between: records, and the marks of transactions. */
  readonly lag: number;
  /** Offsets a second, since the report before. */
  readonly rate: number;
}

/** How far reading is behind. */
export interface KafkaLag {
  readonly type: 'kafkaLag';
  /** Of all partitions together. */
  readonly lag: number;
  /** Offsets a second, of all together. */
  readonly rate: number;
  /** Seconds until all is read, if it goes on like this and nothing more is written; Infinity while nothing moves; 0 for no lag. */
  readonly remaining: number;
  /** Those that are read here. */
  readonly partitions: readonly PartitionLag[];
}

/** A partition with something to read does not move, or does so again. */
export interface KafkaStuck extends TopicPartition {
  readonly type: 'stuck';
  /** False: it moves again. */
  readonly stuck: boolean;
  /** The offset of the next record. */
  readonly position: number;
  /** Offsets that wait. */
  readonly lag: number;
  /** Milliseconds for which it has not moved, or had not. */
  readonly for: number;
}

/** A transaction was committed. */
export interface KafkaTransaction {
  readonly type: 'transaction';
  /** The number of the task. */
  readonly task: number;
  /** What it wrote. */
  readonly records: number;
  /** From its first request to its end, in milliseconds. */
  readonly milliseconds: number;
}

interface Reading {
  readonly topic: string;
  readonly partition: number;
  position: number;
  end: number;
  /** Where it was at the last report. */
  reported: number;
  /** When it last moved, was told to go on, or had nothing to read. */
  since: number;
  paused: boolean;
  stuck: boolean;
}

export class LagMeter {
  readonly #stuckAfter: number;
  readonly #readings = new Map<string, Reading>();
  #reportedAt: number | undefined;
  #news: KafkaStuck[] = [];

  /** @throws TidemarkError `BAD_DURATION`, `BAD_OPTION` */
  constructor(stuckAfter: Duration = '1m') {
    this.#stuckAfter = positive(stuckAfter, 'stuckAfter');
  }

  /** A partition is read here from now on. `end`: what can be read of it, if that is known. */
  start({ topic, partition }: TopicPartition, position: number, now: number, end: number = position): void {
    const reading: Reading = { topic, partition, position, end, reported: position, since: now, paused: false, stuck: false };
    this.#readings.set(idOf(topic, partition), reading);
  }

  /** A batch has come. */
  batch({ topic, partition, next, end }: TopicPartition & { readonly next: number; readonly end: number }, now: number): void {
    const reading = this.#of(topic, partition);
    if (!reading) return;
    const moved = next !== reading.position;
    if (moved) this.#moves(reading, now);
    reading.position = next;
    reading.end = Math.max(end, next);
  }

  /** How far a partition can be read, asked of the broker: without it one that gives no batches seems to have nothing to read. */
  bounds({ topic, partition, high }: TopicPartition & { readonly high: number }, now: number): void {
    const reading = this.#of(topic, partition);
    if (!reading) return;
    if (reading.end <= reading.position) reading.since = now;
    reading.end = Math.max(high, reading.position);
  }

  /** It rests on purpose: that is not to be stuck. */
  pause({ topic, partition }: TopicPartition): void {
    const reading = this.#of(topic, partition);
    if (reading) reading.paused = true;
  }

  /** It goes on. */
  resume({ topic, partition }: TopicPartition, now: number): void {
    const reading = this.#of(topic, partition);
    if (!reading?.paused) return;
    reading.paused = false;
    if (!reading.stuck) reading.since = now;
  }

  /** It is read here no more. */
  stop({ topic, partition }: TopicPartition): void {
    this.#readings.delete(idOf(topic, partition));
  }

  /** What has become stuck, and what moves again, since it was asked last. */
  watch(now: number): readonly KafkaStuck[] {
    for (const reading of this.#readings.values()) {
      if (reading.end <= reading.position) reading.since = now;
      if (reading.stuck || reading.paused || now - reading.since < this.#stuckAfter) continue;
      reading.stuck = true;
      this.#news.push(stuck(reading, now));
    }
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** How far it is behind, and how fast it has been since the report before. */
  report(now: number): KafkaLag {
    const seconds = this.#reportedAt === undefined ? 0 : (now - this.#reportedAt) / 1000;
    this.#reportedAt = now;
    const partitions = [...this.#readings.values()].map(reading => {
      const { topic, partition, position, end, reported } = reading;
      reading.reported = position;
      return { topic, partition, position, end, lag: end - position, rate: seconds > 0 ? (position - reported) / seconds : 0 };
    });
    const lag = partitions.reduce((sum, each) => sum + each.lag, 0);
    const rate = partitions.reduce((sum, each) => sum + each.rate, 0);
    return { type: 'kafkaLag', lag, rate, remaining: lag === 0 ? 0 : rate > 0 ? lag / rate : Number.POSITIVE_INFINITY, partitions };
  }

  #moves(reading: Reading, now: number): void {
    if (reading.stuck) this.#news.push({ ...stuck(reading, now), stuck: false });
    reading.stuck = false;
    reading.since = now;
  }

  #of(topic: string, partition: number): Reading | undefined {
    return this.#readings.get(idOf(topic, partition));
  }
}

function stuck({ topic, partition, position, end, since }: Reading, now: number): KafkaStuck {
  return { type: 'stuck', stuck: true, topic, partition, position, lag: end - position, for: now - since };
}

/** How far a partition's watermark is. */
export interface PartitionWatermark extends TopicPartition {
  readonly watermark: Watermark;
  /** It holds nobody back. */
  readonly idle: boolean;
}

/** The partition that holds the watermark back: the first with the lowest one that is not idle; undefined where none is. */
export function slowest(partitions: Iterable<PartitionWatermark>): PartitionWatermark | undefined {
  let found: PartitionWatermark | undefined;
  for (const each of partitions) if (!each.idle && !(found && found.watermark <= each.watermark)) found = each;
  return found;
}
