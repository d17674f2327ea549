import { describe, expect, it } from 'vitest';
import { type GroupMember, MemoryGroup } from '../../src/kafka/memoryGroup.js';
import type { TopicPartition } from '../../src/kafka/port.js';

class Member implements GroupMember {
  readonly id: string;
  readonly topics = ['t'];
  owned: readonly TopicPartition[] = [];
  ready: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.id = id;
  }

  userData(): Uint8Array {
    return new TextEncoder().encode(this.id);
  }

  prepare(): Promise<void> {
    return this.ready;
  }

  take(partitions: readonly TopicPartition[]): void {
    this.owned = partitions;
  }

  get numbers(): number[] {
    return this.owned.map(({ partition }) => partition);
  }
}

describe('a group in memory', () => {
  it('divides when members come and go', async () => {
    const group = new MemoryGroup(() => 4);
    const [a, b] = [new Member('a'), new Member('b')];
    await group.join(a);
    expect(a.numbers).toEqual([0, 1, 2, 3]);
    await group.join(b);
    expect([a.numbers, b.numbers]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(group.members.map(({ id, partitions }) => [id, partitions.length])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    await group.leave(a);
    await group.leave(a);
    expect(b.numbers).toEqual([0, 1, 2, 3]);
  });

  it('waits for members that are not ready, but not for those that are given up', async () => {
    const group = new MemoryGroup(() => 2);
    const [a, b] = [new Member('a'), new Member('b')];
    await group.join(a);
    a.ready = new Promise(() => undefined);
    const joined = group.join(b);
    expect(group.members).toEqual([]);
    expect(b.numbers).toEqual([]);
    await group.leave(a);
    await joined;
    expect(b.numbers).toEqual([0, 1]);
  });

  it('takes in who comes within the turn in which a division ends', async () => {
    const group = new MemoryGroup(() => 2);
    const late = new Member('late');
    const first = new Member('first');
    const take = first.take.bind(first);
    let joined: Promise<void> | undefined;
    first.take = partitions => {
      take(partitions);
      joined ??= group.join(late);
    };
    await group.join(first);
    await joined;
    expect([first.numbers, late.numbers]).toEqual([[0], [1]]);
  });
});
