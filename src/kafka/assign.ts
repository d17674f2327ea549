/**
 * How a group divides its partitions. What is given away is a number: the partitions of that number of all topics, so that what was written
 * by key meets in one member. Who has a number keeps it as long as shares stay even, so that state need not move.
 */

import type { TopicPartition } from './port.js';

/** A member and the numbers that it had. */
export interface Sharer {
  readonly id: string;
  readonly owned: readonly number[];
}

/**
 * The numbers `0 .. count - 1` by member: every number once, shares differ by one at most. The same for the same members in any order.
 * `bundles`: numbers that have the same remainder stay together, and bundles are what is shared. Default: each is one.
 */
export function assign(members: readonly Sharer[], count: number, bundles: number = count): Map<string, number[]> {
  if (bundles < count) return assignBundles(members, count, bundles);
  const sorted = [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
  const shares = new Map<string, number[]>(sorted.map(({ id }) => [id, []]));
  if (sorted.length === 0) return shares;
  const [least, more] = [Math.floor(count / sorted.length), count % sorted.length];
  const taken = new Set<number>();
  // Larger shares go to those that had the most.
  const byOwned = [...sorted].sort((a, b) => b.owned.length - a.owned.length);
  const sizes = new Map(byOwned.map(({ id }, i) => [id, least + (i < more ? 1 : 0)]));
  for (const { id, owned } of byOwned) {
    const share = shares.get(id) as number[];
    for (const number of [...owned].sort((a, b) => a - b)) {
      if (share.length === sizes.get(id)) break;
      if (number >= count || taken.has(number)) continue;
      taken.add(number);
      share.push(number);
    }
  }
  const free = Array.from({ length: count }, (_, number) => number).filter(number => !taken.has(number));
  for (const { id } of byOwned) {
    const share = shares.get(id) as number[];
    share.push(...free.splice(0, (sizes.get(id) as number) - share.length));
    share.sort((a, b) => a - b);
  }
  return shares;
}

function assignBundles(members: readonly Sharer[], count: number, bundles: number): Map<string, number[]> {
  const sharers = members.map(({ id, owned }) => ({ id, owned: [...new Set(owned.map(number => number % bundles))] }));
  const numbers = Array.from({ length: count }, (_, number) => number);
  return new Map([...assign(sharers, bundles)].map(([id, own]) => [id, numbers.filter(number => own.includes(number % bundles))]));
}

/** The numbers of partitions, each once. */
export function numbersOf(partitions: readonly TopicPartition[]): number[] {
  return [...new Set(partitions.map(({ partition }) => partition))];
}

/** The partitions of some numbers of all topics. */
export function partitionsOf(numbers: readonly number[], topics: readonly string[], counts: ReadonlyMap<string, number>): TopicPartition[] {
  return topics.flatMap(topic =>
    numbers.filter(partition => partition < (counts.get(topic) ?? 0)).map(partition => ({ topic, partition })),
  );
}

/** What a member says of itself when it joins: the numbers that it has, and what its user adds. */
export interface MemberNote {
  readonly owned: readonly number[];
  readonly userData: Uint8Array;
}

/** A length, the numbers, and then what the user adds. */
export function writeNote({ owned, userData }: MemberNote): Uint8Array {
  const bytes = new Uint8Array(4 * (owned.length + 1) + userData.length);
  const view = new DataView(bytes.buffer);
  [owned.length, ...owned].forEach((number, i) => {
    view.setUint32(4 * i, number);
  });
  bytes.set(userData, 4 * (owned.length + 1));
  return bytes;
}

/** What is no note, of another program in the group, is one of somebody who has nothing. */
export function readNote(bytes: Uint8Array | null | undefined): MemberNote {
  const none = { owned: [], userData: new Uint8Array(0) };
  if (!bytes || bytes.length < 4) return none;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint32(0);
  if (4 * (count + 1) > bytes.length) return none;
  return {
    owned: Array.from({ length: count }, (_, i) => view.getUint32(4 * (i + 1))),
    userData: bytes.slice(4 * (count + 1)),
  };
}
