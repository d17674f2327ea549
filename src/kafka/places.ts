/**
 * Where a member stands in each of its partitions, and which of them rest. This, and not what a client remembers, says what may come next:
 * records that were fetched from elsewhere, for a partition that was sought, paused or lost meanwhile, are not taken.
 */
import { mustBe } from '../errors.js';
import type { TopicPartition } from './port.js';

/** A partition that is assigned. */
export interface Place extends TopicPartition {
  /** The offset of the next record; undefined: none was given yet. */
  readonly position: number | undefined;
  readonly resting: boolean;
}

interface OwnPlace extends Place {
  position: number | undefined;
  resting: boolean;
}

/** What a new division has changed. */
export interface Division {
  readonly gained: readonly TopicPartition[];
  readonly lost: readonly TopicPartition[];
}

export class Places {
  #places = new Map<string, OwnPlace>();

  /** All that are assigned, in the order of the assignment. */
  get all(): readonly Place[] {
    return [...this.#places.values()];
  }

  /** Undefined: it is not assigned. */
  get({ topic, partition }: TopicPartition): Place | undefined {
    return this.#places.get(idOf(topic, partition));
  }

  /** Takes a new assignment. What was there before stays as it was. */
  divide(assigned: readonly TopicPartition[]): Division {
    const before = this.#places;
    const gained: TopicPartition[] = [];
    this.#places = new Map();
    for (const { topic, partition } of assigned) {
      const id = idOf(topic, partition);
      const kept = before.get(id);
      if (!kept) gained.push({ topic, partition });
      this.#places.set(id, kept ?? { topic, partition, position: undefined, resting: true });
    }
    const lost = [...before].filter(([id]) => !this.#places.has(id)).map(([, { topic, partition }]) => ({ topic, partition }));
    return { gained, lost };
  }

  /** Whether it is assigned. */
  seek(partition: TopicPartition, offset: number): boolean {
    if (!Number.isSafeInteger(offset) || offset < 0) throw mustBe('seek: offset', 'an offset, 0 or more', offset);
    const place = this.#of(partition);
    if (place) place.position = offset;
    return place !== undefined;
  }

  /** Those of them that were not resting. */
  pause(partitions: readonly TopicPartition[]): TopicPartition[] {
    return this.#turn(partitions, true);
  }

  /** Those of them that were resting. */
  resume(partitions: readonly TopicPartition[]): TopicPartition[] {
    for (const partition of partitions) {
      const place = this.#of(partition);
      if (place && place.position === undefined)
        throw mustBe(`resume: ${partition.topic}/${partition.partition}`, 'given a position by seek before', undefined);
    }
    return this.#turn(partitions, false);
  }

  /** Moves on from `from` to `next` if that is where it stands, and it does not rest. */
  advance(topic: string, partition: number, from: number, next: number): boolean {
    const place = this.#places.get(idOf(topic, partition));
    if (!place || place.resting || place.position !== from) return false;
    place.position = next;
    return true;
  }

  #turn(partitions: readonly TopicPartition[], resting: boolean): TopicPartition[] {
    return partitions.filter(partition => {
      const place = this.#of(partition);
      if (!place || place.resting === resting) return false;
      place.resting = resting;
      return true;
    });
  }

  #of({ topic, partition }: TopicPartition): OwnPlace | undefined {
    return this.#places.get(idOf(topic, partition));
  }
}

/** Names of topics have no slash. */
export function idOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
