/** What the contract of storages does not reach: owners that race, crash and sleep, and what compaction leaves. */
import { describe, expect, it } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { type KafkaFault, type KafkaStep, memoryKafka } from '../../src/kafka/memoryKafka.js';
import type { KafkaClient } from '../../src/kafka/port.js';
import { kafkaStorage } from '../../src/kafkaStorage/kafkaStorage.js';

const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);
/** Quicker than what prints differences. */
const equal = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;
/** Larger than what is in the log itself, and than one piece. */
const LARGE = 1_000_000;
const DAY = 86_400_000;

function world() {
  const state = { fault: (_step: KafkaStep): KafkaFault => undefined, now: 0 };
  const kafka = memoryKafka({ fault: step => state.fault(step), now: () => state.now });
  const open = async (client: KafkaClient = kafka.client()): Promise<CheckpointStorage> => {
    const storage = kafkaStorage(client, { topic: 'log', partitions: 1 });
    await storage.open();
    return storage;
  };
  const compact = (): void => {
    for (const topic of ['log', 'log-chunks']) kafka.compact(topic, { tombstones: true });
  };
  return { kafka, state, open, compact };
}

const ids = async (storage: CheckpointStorage): Promise<string[]> => {
  const found: string[] = [];
  for await (const { id } of storage.listChunks('job', '')) found.push(id);
  return found.sort();
};

describe('two owners of a job', () => {
  it('race for a slot by the order of the log: who was second hears it, and leaves nothing behind', async () => {
    const { kafka, open, compact } = world();
    const [one, two] = [await open(), await open()];
    const outcomes = await Promise.all([one.appendSlot('job', 1, bytes(LARGE, 1)), two.appendSlot('job', 1, bytes(LARGE, 2))]);
    expect([...outcomes].sort()).toEqual(['ok', 'taken']);
    const winner = outcomes.indexOf('ok') + 1;
    compact();
    expect(kafka.read('log')).toHaveLength(1);
    expect(kafka.read('log-chunks')).toHaveLength(2);
    for (const each of [one, two, await open()]) expect(equal(await each.readSlot('job', 1), bytes(LARGE, winner))).toBe(true);
  });

  it('an owner that slept finds its next slot taken, also when it was trimmed and compacted away', async () => {
    const { open, compact } = world();
    const [old, next] = [await open(), await open()];
    for (const seq of [1, 2, 3]) await old.appendSlot('job', seq, bytes(1, seq));
    for (const seq of [4, 5, 6]) expect(await next.appendSlot('job', seq, bytes(1, seq))).toBe('ok');
    await next.trimSlots('job', 6);
    compact();
    expect(await old.appendSlot('job', 4, bytes(1, 0))).toBe('taken');
    compact();
    for (const each of [old, await open()]) {
      expect(await each.listSlots('job')).toEqual([6]);
      expect(await each.readSlot('job', 4)).toBeUndefined();
    }
  });

  it('an entry that comes late, of a write that failed, is never before the first', async () => {
    const { kafka, state, open } = world();
    const late = await open();
    state.fault = ({ call }) => (call === 'send' ? 'after' : undefined);
    await expect(late.appendSlot('job', 1, bytes(1, 1))).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    state.fault = () => undefined;
    // It is there: who puts it again, as one does who does not know, is told so.
    expect(await late.appendSlot('job', 1, bytes(1, 2))).toBe('taken');
    expect(await (await open()).readSlot('job', 1)).toEqual(bytes(1, 1));
    expect(kafka.read('log')).toHaveLength(1);
  });
});

describe('a process that dies', () => {
  it.each([1, 2, 3, 4])('within a large chunk, at its send %i, leaves no chunk, and its pieces go after a day', async dying => {
    const { kafka, state, open, compact } = world();
    const client = kafka.client('dying');
    const storage = await open(client);
    let sends = 0;
    state.fault = ({ client: name, call }) => (name === 'dying' && call === 'send' && ++sends === dying ? 'before' : undefined);
    await expect(storage.putChunk('job', 'c/1-1/0', bytes(LARGE, 1))).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    kafka.crash(client);
    const next = await open();
    expect(await ids(next)).toEqual([]);
    expect(await next.putChunk('job', 'c/1-1/0', bytes(LARGE, 2))).toBeUndefined();
    await next.deleteChunks('job', ['none']);
    compact();
    // Its writer may be slow, and not dead.
    expect(kafka.read('log-chunks')).toHaveLength(2 + Math.max(0, dying - 2));
    state.now = 2 * DAY;
    await next.putChunk('job', 'small', bytes(1, 1));
    await next.deleteChunks('job', ['small']);
    compact();
    expect(kafka.read('log-chunks')).toHaveLength(2);
    expect(kafka.read('log')).toHaveLength(1);
    expect(equal(await next.getChunk('job', 'c/1-1/0'), bytes(LARGE, 2))).toBe(true);
  });

  it('between chunks and slot leaves chunks that are listed, and can be deleted without a trace', async () => {
    const { kafka, open, compact } = world();
    const client = kafka.client();
    const storage = await open(client);
    await Promise.all([0, 1, 2].map(i => storage.putChunk('job', `c/1-1/${i}`, bytes(i === 0 ? 10 : LARGE, i))));
    kafka.crash(client);
    const next = await open();
    expect(await next.listSlots('job')).toEqual([]);
    expect(await ids(next)).toEqual(['c/1-1/0', 'c/1-1/1', 'c/1-1/2']);
    await next.deleteChunks('job', await ids(next));
    compact();
    expect([kafka.read('log'), kafka.read('log-chunks')]).toEqual([[], []]);
  });
});

describe('a topic', () => {
  it('that was deleted and made anew under a storage is noticed', async () => {
    const { kafka, open } = world();
    const storage = await open();
    await storage.appendSlot('job', 1, bytes(1, 1));
    kafka.trim({ topic: 'log', partition: 0 }, 1);
    const other = await open();
    await expect(other.listSlots('job')).rejects.toMatchObject({ code: 'STORAGE_LOST' });
  });

  it('in which somebody has a transaction open gives no answer that is not so', async () => {
    const { kafka, state, open } = world();
    const storage = await open();
    state.fault = ({ call }) => (call === 'end' ? 'before' : undefined);
    const stranger = await kafka.client().acquire('stranger');
    await expect(stranger.commit({ records: [{ topic: 'log', partition: 0, key: 'x', value: 'x' }] })).rejects.toThrow();
    await expect(storage.appendSlot('job', 1, bytes(1, 1))).rejects.toThrow(/cannot be read: is a transaction open/);
    kafka.expire('stranger');
    expect(await storage.appendSlot('job', 1, bytes(1, 2))).toBe('taken');
    expect(await storage.readSlot('job', 1)).toEqual(bytes(1, 1));
  });
});
