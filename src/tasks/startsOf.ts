/** Where a task begins to read partitions of which its group has no position. */
import { idOf } from '../kafka/places.js';
import type { TopicPartition } from '../kafka/port.js';
import type { KafkaStart } from './kafkaSource.js';
import type { TaskPlace } from './taskPlace.js';

/** By `topic/partition`: what is known, and for the others what the options of their sources say. */
export async function startsOf(place: TaskPlace, known: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
  const offsets = new Map(known);
  for (const source of place.group.sources) {
    const fresh = place.partitions([source]).filter(({ topic, partition }) => !known.has(idOf(topic, partition)));
    if (fresh.length === 0) continue;
    for (const { topic, partition, offset } of await find(place, fresh, source.start)) offsets.set(idOf(topic, partition), offset);
  }
  return offsets;
}

async function find(
  { group: { client } }: TaskPlace,
  partitions: readonly TopicPartition[],
  start: KafkaStart,
): Promise<readonly (TopicPartition & { readonly offset: number })[]> {
  if (typeof start === 'object') return client.offsetsAt(partitions, start.at);
  const bounds = await client.bounds(partitions);
  return bounds.map(({ topic, partition, low, high }) => ({ topic, partition, offset: start === 'latest' ? high : low }));
}
