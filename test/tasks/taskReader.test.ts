import { describe, expect, it } from 'vitest';
import { type KafkaDecoder, text } from '../../src/kafka/codec.js';
import type { KafkaBatch, KafkaRecord } from '../../src/kafka/port.js';
import type { KafkaSource } from '../../src/tasks/kafkaSource.js';
import { type Flow, TaskReader } from '../../src/tasks/taskReader.js';

const source: KafkaSource = {
  client: undefined as never,
  name: 's',
  topics: ['a', 'b'],
  group: undefined,
  tasks: undefined,
  handover: undefined,
  key: { decode: () => null },
  value: text(),
  timestamp: ({ timestamp }) => timestamp,
  start: 'earliest',
  alignment: 10,
  invalid: undefined,
  buffer: { high: 3, low: 1 },
};

const record = (topic: string, offset: number, timestamp: number, value = `${topic}${offset}`): KafkaRecord => ({
  topic,
  partition: 1,
  offset,
  timestamp,
  key: null,
  value: new TextEncoder().encode(value),
  headers: {},
});

const batch = (topic: string, offsets: readonly number[], next: number, time = 0): KafkaBatch => ({
  topic,
  partition: 1,
  records: offsets.map(offset => record(topic, offset, time + offset)),
  next,
  end: 99,
});

function reader(of: Partial<KafkaSource> = {}) {
  const told: string[] = [];
  const flow: Flow = {
    begin: ({ topic }, offset) => void told.push(`begin ${topic} at ${offset}`),
    end: ({ topic }) => void told.push(`end ${topic}`),
    pause: ({ topic }) => void told.push(`pause ${topic}`),
    resume: ({ topic }) => void told.push(`resume ${topic}`),
    entered: ({ topic, next }, newest, waiting) => void told.push(`entered ${topic} to ${next}, ${newest}${waiting ? ', more waits' : ''}`),
  };
  const partitions = ['a', 'b'].map(topic => ({ topic, partition: 1, low: 0, high: 99 }));
  const task = new TaskReader({ ...source, ...of }, partitions, { 'a/1': 5, 'b/1': 0 }, flow);
  const read = async () => {
    const got = await task.read();
    return (
      got && {
        values: got.values.map(({ value }) => value),
        position: got.position,
        after: got.values.map((_, i) => got.positionAfter(i + 1)),
      }
    );
  };
  return { task, told, read };
}

describe('what a task reads', () => {
  it('begins with where it stands, and says behind each record where to go on', async () => {
    const { task, told, read } = reader();
    expect(told).toEqual(['begin a at 5', 'begin b at 0']);
    expect(await read()).toEqual({ values: [], position: { 'a/1': 5, 'b/1': 0 }, after: [] });
    task.take(batch('a', [5, 7], 9));
    expect(await read()).toEqual({
      values: ['a5', 'a7'],
      position: { 'a/1': 9, 'b/1': 0 },
      after: [
        { 'a/1': 6, 'b/1': 0 },
        { 'a/1': 9, 'b/1': 0 },
      ],
    });
    task.take(batch('b', [], 4));
    expect(await read()).toMatchObject({ values: [], position: { 'a/1': 9, 'b/1': 4 } });
  });

  it('takes the oldest first, and waits where there is nothing', async () => {
    const { task, read } = reader();
    await read();
    const waiting = read();
    task.take(batch('a', [5], 6, 100));
    expect((await waiting)?.values).toEqual(['a5']);
    task.take(batch('a', [6], 7, 100));
    task.take(batch('b', [0], 1));
    expect([(await read())?.values, (await read())?.values]).toEqual([['b0'], ['a6']]);
  });

  it('pauses a partition of which much waits, and goes on when little does', async () => {
    const { task, told, read } = reader();
    await read();
    for (const offset of [5, 6]) task.take(batch('a', [offset], offset + 1));
    expect(told).not.toContain('pause a');
    task.take(batch('a', [7], 8));
    expect(told.at(-1)).toBe('pause a');
    await read();
    expect(told).not.toContain('resume a');
    await read();
    expect(told.slice(-2)).toEqual(['resume a', 'entered a to 7, 6, more waits']);
  });

  it('holds what is to wait for others, also if it was paused for another reason', async () => {
    const { task, told, read } = reader();
    await read();
    task.take(batch('a', [5], 6));
    task.take(batch('b', [50], 51));
    task.hold('a/1', true);
    expect((await read())?.values).toEqual(['b50']);
    task.take(batch('a', [6, 7], 8));
    expect(told.filter(line => line.includes('pause'))).toEqual(['pause a']);
    task.hold('a/1', false);
    // It is still too full.
    expect(told.filter(line => line.includes('resume'))).toEqual([]);
    expect((await read())?.values).toEqual(['a5']);
    expect((await read())?.values).toEqual(['a6', 'a7']);
    expect(told.filter(line => line.includes('resume'))).toEqual(['resume a']);
  });

  it('waits for what decoders have to fetch first', async () => {
    const log: string[] = [];
    const value: KafkaDecoder<string> = {
      prepare: async (_bytes, { offset }) => void log.push(`fetch ${offset}`),
      decode: (_bytes, { offset }) => `v${log.push(`decode ${offset}`)}`,
    };
    const { task, read } = reader({ value });
    await read();
    task.take(batch('a', [5, 6], 7));
    await read();
    expect(log).toEqual(['fetch 5', 'decode 5', 'fetch 6', 'decode 6']);
  });

  it('fails by a record that cannot be decoded, or tells of it and goes on behind it', async () => {
    const value: KafkaDecoder<string> = {
      decode(_bytes, { offset }) {
        if (offset === 6) throw new Error('six');
        return `v${offset}`;
      },
    };
    const strict = reader({ value });
    await strict.read();
    strict.task.take(batch('a', [5, 6, 7], 8));
    await expect(strict.read()).rejects.toMatchObject({ code: 'BAD_RECORD', message: expect.stringContaining('record 6 of a/1') });
    const bad: number[] = [];
    const lenient = reader({ value, invalid: ({ record }) => void bad.push(record.offset) });
    await lenient.read();
    lenient.task.take(batch('a', [5, 6, 7], 8));
    expect(await lenient.read()).toMatchObject({ values: ['v5', 'v7'], after: [{ 'a/1': 6 }, { 'a/1': 8 }] });
    expect(bad).toEqual([6]);
  });

  it('ends, also while it waits, and takes nothing more', async () => {
    const { task, told, read } = reader();
    await read();
    const waiting = read();
    task.close();
    expect(await waiting).toBeUndefined();
    task.take(batch('a', [5], 6));
    expect(await read()).toBeUndefined();
    expect(told.slice(-2)).toEqual(['end a', 'end b']);
  });
});
