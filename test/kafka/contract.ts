/** What every `KafkaClient` promises: the cluster in memory and real brokers are held to the same. */
import { expect } from 'vitest';
import type { KafkaClient, KafkaOutput, TopicPartition } from '../../src/kafka/port.js';
import { type KafkaBench, listenerOf, Reader, readAll, textOf, topicOn } from './bench.js';

type Laws = Readonly<Record<string, (bench: KafkaBench) => Promise<void>>>;

const values = (topic: string, texts: readonly string[], partition = 0): KafkaOutput[] => texts.map(value => ({ topic, partition, value }));
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));

/** Writes and is done. */
async function put(client: KafkaClient, id: string, records: readonly KafkaOutput[]): Promise<void> {
  const transactor = await client.acquire(id);
  await transactor.commit({ records });
  await transactor.close();
}

const WRITING: Laws = {
  'a topic says how many partitions it has, and what of them can be read; one that is not there is an error': async bench => {
    const topic = await topicOn(bench, 3);
    const client = bench.client();
    expect(await client.partitions([topic])).toEqual(new Map([[topic, 3]]));
    await put(client, bench.name(), values(topic, ['a', 'b'], 1));
    // A broker may say that a transaction is over a moment before others see it.
    await readAll(bench, topic, [1], 2);
    const bounds = await client.bounds([0, 1].map(partition => ({ topic, partition })));
    // A transaction takes a place of its own at its end.
    expect(bounds).toEqual([
      { topic, partition: 0, low: 0, high: 0 },
      { topic, partition: 1, low: 0, high: 3 },
    ]);
    await expect(client.partitions([bench.name()])).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
  },

  'a commit makes records and positions visible together, with a text beside each position': async bench => {
    const topic = await topicOn(bench, 2);
    const [group, id] = [bench.name(), bench.name()];
    const client = bench.client();
    const all: TopicPartition[] = [0, 1].map(partition => ({ topic, partition }));
    const transactor = await client.acquire(id);
    expect(await transactor.committed(group, all)).toEqual([]);
    const positions = [{ topic, partition: 1, offset: 7, metadata: 'ü'.repeat(2048) }];
    await transactor.commit({ records: values(topic, ['a', 'b']), group, positions });
    expect(await (await client.acquire(id)).committed(group, all)).toEqual(positions);
    expect((await readAll(bench, topic, [0], 2)).map(({ value }) => textOf(value))).toEqual(['a', 'b']);
  },

  'what is written is read as it was: bytes, texts, nothing, headers, times from 0 on': async bench => {
    const topic = await topicOn(bench);
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const records: KafkaOutput[] = [
      { topic, key: bytes, value: bytes, timestamp: 0, headers: { trace: bytes, kind: 'ü' } },
      { topic, key: 'ü', value: 'ü', timestamp: 1_600_000_000_123 },
      { topic, key: null, value: null, timestamp: 999 },
      { topic, value: '', timestamp: 1_000 },
      { topic, key: new Uint8Array(4), value: 'the number 0 of 32 bits' },
    ];
    await put(bench.client(), bench.name(), records);
    const read = await readAll(bench, topic, [0], 5);
    expect(read.slice(0, 4).map(({ timestamp }) => timestamp)).toEqual([0, 1_600_000_000_123, 999, 1_000]);
    expect(read.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
    expect(read.map(({ value }) => textOf(value))).toEqual([textOf(bytes), 'ü', 'null', '', 'the number 0 of 32 bits']);
    expect(read.map(({ key }) => key && [...key])).toEqual([[...bytes], [195, 188], null, null, [0, 0, 0, 0]]);
    const headers = Object.entries(read[0]?.headers ?? {}).map(([name, header]) => [name, [...(header as Uint8Array)]]);
    expect(headers).toEqual([
      ['trace', [...bytes]],
      ['kind', [195, 188]],
    ]);
  },

  'a key is in the partition where the client of Java puts it; without keys records take turns': async bench => {
    const topic = await topicOn(bench, 4);
    const records = ['ann', 'bob', 'cid', 'dan'].map(key => ({ topic, key, value: key }));
    await put(bench.client(), bench.name(), [...records, ...['1', '2', '3', '4'].map(value => ({ topic, value }))]);
    const read = await readAll(bench, topic, [0, 1, 2, 3], 8);
    // Of toPositive(murmur2(key)) % 4.
    const partitions = Object.fromEntries(read.map(({ value, partition }) => [textOf(value), partition]));
    expect(partitions).toMatchObject({ ann: 2, bob: 2, cid: 2, dan: 1 });
    expect(['1', '2', '3', '4'].map(each => partitions[each]).sort()).toEqual([0, 1, 2, 3]);
  },

  'thousands of records in one commit arrive in order, in every partition': async bench => {
    const topic = await topicOn(bench, 3);
    const records = numbers(0, 4_000).map(value => ({ topic, partition: Number(value) % 3, value }));
    await put(bench.client(), bench.name(), records);
    const read = await readAll(bench, topic, [0, 1, 2], 4_000);
    for (const partition of [0, 1, 2]) {
      const texts = read.filter(record => record.partition === partition).map(({ value }) => textOf(value));
      expect(texts).toEqual(numbers(0, 4_000).filter(value => Number(value) % 3 === partition));
    }
  },

  'commits take turns, also those of positions alone, however quickly they come': async bench => {
    const topic = await topicOn(bench);
    const group = bench.name();
    const transactor = await bench.client().acquire(bench.name());
    const commits = numbers(0, 12).map(value =>
      transactor.commit({
        records: Number(value) % 2 ? values(topic, [value]) : [],
        group,
        positions: [{ topic, partition: 0, offset: Number(value), metadata: value }],
      }),
    );
    await Promise.all(commits);
    expect(await transactor.committed(group, [{ topic, partition: 0 }], true)).toMatchObject([{ offset: 11, metadata: '11' }]);
    expect((await readAll(bench, topic, [0], 6)).map(({ value }) => textOf(value))).toEqual(['1', '3', '5', '7', '9', '11']);
  },

  'what cannot be written is refused before anything is, and the transactor goes on': async bench => {
    const topic = await topicOn(bench);
    const transactor = await bench.client().acquire(bench.name());
    const good = values(topic, ['good']);
    const position = { topic, partition: 0, offset: 0, metadata: '' };
    for (const bad of [
      { records: [...good, { topic, partition: 1, value: 'x' }] },
      { records: [...good, { topic, value: 1 as unknown as string }] },
      { records: [...good, { topic, value: 'x', timestamp: -1 }] },
      { records: good, group: 'g', positions: [{ ...position, offset: -1 }] },
      { records: good, group: 'g', positions: [{ ...position, metadata: 'x'.repeat(4097) }] },
      { records: good, positions: [position] },
    ])
      await expect(transactor.commit(bad)).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await transactor.commit({});
    await transactor.commit({ records: values(topic, ['last']) });
    expect((await readAll(bench, topic, [0], 1)).map(({ value }) => textOf(value))).toEqual(['last']);
  },

  'after close, a transactor and a client reject': async bench => {
    const topic = await topicOn(bench);
    const client = bench.client();
    const transactor = await client.acquire(bench.name());
    await transactor.close();
    await transactor.close();
    expect(transactor.over).toBe(true);
    await expect(transactor.commit({ records: values(topic, ['a']) })).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    await client.close();
    await expect(client.partitions([topic])).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    await expect(client.acquire('x')).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
  },
};

const PLAIN: Laws = {
  'a producer writes in order, call by call and batch by batch, and what it wrote is there at once': async bench => {
    const topic = await topicOn(bench, 2);
    const client = bench.client();
    const producer = await client.producer();
    await producer.send([]);
    const calls = [numbers(0, 2_500), numbers(2_500, 2_501), numbers(2_501, 5_000)];
    await Promise.all(calls.map(texts => producer.send(texts.map(value => ({ topic, partition: Number(value) % 2, value })))));
    const bounds = await client.bounds([0, 1].map(partition => ({ topic, partition })));
    expect(bounds.map(({ high }) => high)).toEqual([2_500, 2_500]);
    const read = await readAll(bench, topic, [0, 1], 5_000);
    for (const partition of [0, 1]) {
      const texts = read.filter(record => record.partition === partition).map(({ value }) => textOf(value));
      expect(texts).toEqual(numbers(0, 5_000).filter(value => Number(value) % 2 === partition));
    }
  },

  'what cannot be sent is refused before anything is, and the producer goes on until it or its client is closed': async bench => {
    const topic = await topicOn(bench);
    const client = bench.client();
    const producer = await client.producer();
    const good = values(topic, ['good']);
    for (const bad of [
      { topic, partition: 1, value: 'x' },
      { topic, value: 1 as unknown as string },
      { topic, value: 'x', timestamp: -1 },
    ])
      await expect(producer.send([...good, bad])).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(producer.send([...good, { topic: bench.name(), value: 'x' }])).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    expect(producer.over).toBe(false);
    await producer.send(values(topic, ['last']));
    expect((await readAll(bench, topic, [0], 1)).map(({ value }) => textOf(value))).toEqual(['last']);
    await producer.close();
    expect(producer.over).toBe(true);
    await expect(producer.send(good)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    const other = await client.producer();
    await client.close();
    await expect(other.send(good)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    await expect(client.producer()).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
  },

  'reading begins at a time with the first record that is so late, or at the end of what can be read': async bench => {
    const topic = await topicOn(bench, 2);
    const client = bench.client();
    const producer = await client.producer();
    // Out of order, as event times are.
    await producer.send([100, 300, 200, 400].map(timestamp => ({ topic, partition: 0, value: 'x', timestamp })));
    const [first, second] = [0, 1].map(partition => ({ topic, partition })) as [TopicPartition, TopicPartition];
    const at = async (time: number): Promise<number[]> => (await client.offsetsAt([first, second], time)).map(({ offset }) => offset);
    expect(await client.offsetsAt([second, first], 100)).toEqual([
      { ...second, offset: 0 },
      { ...first, offset: 0 },
    ]);
    expect([await at(0), await at(101), await at(200), await at(301), await at(401)]).toEqual([
      [0, 0],
      [1, 0],
      [1, 0],
      [3, 0],
      [4, 0],
    ]);
    await bench.abandon(bench.name(), values(topic, ['open']));
    await producer.send([{ topic, partition: 0, value: 'behind', timestamp: 500 }]);
    expect(await at(450)).toEqual([4, 0]);
    await expect(client.offsetsAt([first], -1)).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(client.offsetsAt([{ topic, partition: 2 }], 0)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
  },

  'a partition is read without a group: from any offset, without what was aborted, up to what is open, and never waits': async bench => {
    const topic = await topicOn(bench, 2);
    const client = bench.client();
    const [place, other] = [0, 1].map(partition => ({ topic, partition })) as [TopicPartition, TopicPartition];
    expect(await client.read(place, 0)).toEqual({ ...place, records: [], next: 0, end: 0 });
    const producer = await client.producer();
    const sent = await producer.send([...values(topic, ['0', '1', '2']), { topic, partition: 1, value: 'x' }, ...values(topic, ['3'])]);
    expect(sent).toEqual([0, 1, 2, 0, 3]);
    const lost = bench.name();
    await bench.abandon(lost, values(topic, ['lost']));
    await (await client.acquire(lost)).close();
    await bench.abandon(bench.name(), values(topic, ['open']));
    expect(await producer.send(values(topic, ['behind']))).toEqual([7]);
    for (const from of [0, 2, 4]) {
      const read: string[] = [];
      let next = from;
      for (let end = Number.POSITIVE_INFINITY; next < end; ) {
        const batch = await client.read(place, next);
        read.push(...batch.records.map(({ value }) => textOf(value)));
        ({ next, end } = batch);
      }
      expect([read, next]).toEqual([['0', '1', '2', '3'].slice(from), 6]);
    }
    expect((await client.read(other, 0)).records.map(({ offset, value }) => [offset, textOf(value)])).toEqual([[0, 'x']]);
    expect(await client.read(place, 6)).toEqual({ ...place, records: [], next: 6, end: 6 });
    await bench.trim(place, 2);
    for (const from of [1, 9]) await expect(client.read(place, from)).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' });
    await expect(client.read({ topic, partition: 2 }, 0)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    await client.close();
    await expect(client.read(place, 6)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
  },

  'a large record is read whole, however few bytes are asked for': async bench => {
    const topic = await topicOn(bench);
    const client = bench.client();
    const large = new Uint8Array(800_000).fill(7);
    await (await client.producer()).send([0, 1, 2].map(() => ({ topic, value: large })));
    const { records, next } = await client.read({ topic, partition: 0 }, 1, 1);
    expect(records[0]).toMatchObject({ offset: 1 });
    expect(records[0]?.value).toHaveLength(800_000);
    expect(next).toBeGreaterThan(1);
  },

  'a topic is made once, whoever asks for it; with another number of partitions it is another topic': async bench => {
    const topic = bench.name();
    const clients = [bench.client(), bench.client(), bench.client()];
    const wanted = { topic, partitions: 3, config: { 'cleanup.policy': 'compact' } };
    await Promise.all(clients.map(client => client.createTopic(wanted)));
    await (clients[0] as KafkaClient).createTopic(wanted);
    expect(await bench.client().partitions([topic])).toEqual(new Map([[topic, 3]]));
    expect((await bench.client().topicConfig(topic)).get('cleanup.policy')).toBe('compact');
    const other = (clients[1] as KafkaClient).createTopic({ topic, partitions: 2 });
    await expect(other).rejects.toMatchObject({ code: 'KAFKA_FAILED', message: expect.stringMatching(/2 partitions.*has 3/) });
    for (const bad of [{ topic: '' }, { partitions: 0 }, { partitions: 1.5 }, { config: { 'retention.ms': 7 as unknown as string } }])
      await expect(bench.client().createTopic({ ...wanted, ...bad })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  },
};

const FENCING: Laws = {
  'who acquires an id fences who had it, and one that failed is over': async bench => {
    const topic = await topicOn(bench);
    const [group, id] = [bench.name(), bench.name()];
    const old = await bench.client().acquire(id);
    await old.commit({ records: values(topic, ['1']), group, positions: [{ topic, partition: 0, offset: 1, metadata: 'old' }] });
    const next = await bench.client().acquire(id);
    expect(await next.committed(group, [{ topic, partition: 0 }])).toMatchObject([{ offset: 1, metadata: 'old' }]);
    const late = { records: values(topic, ['late']), group, positions: [{ topic, partition: 0, offset: 9, metadata: 'late' }] };
    await expect(old.commit(late)).rejects.toMatchObject({ code: 'FENCED' });
    expect(old.over).toBe(true);
    await expect(old.commit(late)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    await next.commit({ records: values(topic, ['2']) });
    expect(await next.committed(group, [{ topic, partition: 0 }])).toMatchObject([{ metadata: 'old' }]);
    expect((await readAll(bench, topic, [0], 2)).map(({ value }) => textOf(value))).toEqual(['1', '2']);
  },

  'nothing behind an open transaction is read until its id is acquired, which aborts it': async bench => {
    const topic = await topicOn(bench);
    const id = bench.name();
    const client = bench.client();
    await put(client, bench.name(), values(topic, ['before']));
    await bench.abandon(id, values(topic, ['lost']));
    await put(client, bench.name(), values(topic, ['behind']));
    const reader = new Reader();
    const subscription = await client.subscribe({ topics: [topic], group: bench.name(), listener: listenerOf(reader) });
    subscription.seek({ topic, partition: 0 }, 0);
    subscription.resume([{ topic, partition: 0 }]);
    await reader.until(() => reader.values.length > 0);
    expect(reader.values).toEqual(['before']);
    expect(reader.batches.at(-1)).toMatchObject({ end: 2 });
    await (await bench.client().acquire(id)).close();
    await reader.until(() => reader.values.length > 1);
    expect(reader.values).toEqual(['before', 'behind']);
  },

  'records of several transactions that were open at once are told apart, whatever became of each': async bench => {
    const topic = await topicOn(bench);
    const [a, b] = [bench.name(), bench.name()];
    const client = bench.client();
    const zero = new Uint8Array(4);
    await bench.abandon(a, values(topic, ['lost 1', 'lost 2']));
    await bench.abandon(b, [{ topic, partition: 0, key: zero, value: 'lost 3' }]);
    await put(client, bench.name(), [{ topic, partition: 0, key: zero, value: 'seen 1' }]);
    // In the other order than they began.
    await (await client.acquire(b)).close();
    await put(client, bench.name(), values(topic, ['seen 2']));
    await (await client.acquire(a)).close();
    await put(client, bench.name(), values(topic, ['seen 3']));
    for (const from of [0, 1, 2, 3]) {
      const reader = new Reader();
      const subscription = await client.subscribe({ topics: [topic], group: bench.name(), listener: listenerOf(reader) });
      subscription.seek({ topic, partition: 0 }, from);
      subscription.resume([{ topic, partition: 0 }]);
      await reader.until(() => reader.values.at(-1) === 'seen 3');
      expect(reader.values).toEqual(['seen 1', 'seen 2', 'seen 3']);
      await subscription.close();
    }
  },
};

const READING: Laws = {
  'partitions rest until they have a position and are resumed, and batches say where they end': async bench => {
    const topic = await topicOn(bench, 2);
    const client = bench.client();
    await put(client, bench.name(), [...values(topic, numbers(0, 5)), ...values(topic, ['x'], 1)]);
    const reader = new Reader();
    const subscription = await client.subscribe({ topics: [topic], group: bench.name(), listener: listenerOf(reader) });
    const [first, second] = [0, 1].map(partition => ({ topic, partition })) as [TopicPartition, TopicPartition];
    expect([...subscription.assigned]).toEqual([first, second]);
    expect(reader.gained).toEqual([first, second]);
    expect(() => subscription.resume([first])).toThrowError(expect.objectContaining({ code: 'BAD_OPTION' }));
    expect(() => subscription.seek(first, -1)).toThrowError(expect.objectContaining({ code: 'BAD_OPTION' }));
    subscription.seek(first, 2);
    subscription.seek(second, 0);
    subscription.resume([first]);
    await reader.until(() => reader.batches.at(-1)?.next === 6);
    expect(reader.values).toEqual(['2', '3', '4']);
    expect(reader.batches.at(-1)).toMatchObject({ topic, partition: 0, end: 6 });
    subscription.resume([second]);
    await reader.until(() => reader.values.includes('x'));
    subscription.seek({ topic, partition: 7 }, 0);
    subscription.pause([{ topic: 'other', partition: 0 }]);
    await subscription.close();
  },

  'a paused partition gives nothing, and goes on behind the last that was given; one that is sought goes there': async bench => {
    const topic = await topicOn(bench);
    const client = bench.client();
    const partition = { topic, partition: 0 };
    const transactor = await client.acquire(bench.name());
    await transactor.commit({ records: values(topic, numbers(0, 3)) });
    const reader = new Reader();
    const subscription = await client.subscribe({ topics: [topic], group: bench.name(), listener: listenerOf(reader) });
    // Within the call, so that nothing more may come.
    reader.onRecords = () => subscription.pause([partition]);
    subscription.seek(partition, 0);
    subscription.resume([partition]);
    await reader.until(() => reader.batches.length === 1);
    await transactor.commit({ records: values(topic, numbers(3, 6)) });
    // Another partition's records would come by now.
    await readAll(bench, topic, [0], 6);
    expect(reader.batches).toHaveLength(1);
    reader.onRecords = () => undefined;
    subscription.resume([partition]);
    await reader.until(() => reader.values.length === 6);
    expect(reader.values).toEqual(numbers(0, 6));
    subscription.seek(partition, 1);
    await reader.until(() => reader.values.length === 11);
    expect(reader.values.slice(6)).toEqual(numbers(1, 6));
  },

  'a position that is not kept ends the subscription, and what the group has committed stays': async bench => {
    const topic = await topicOn(bench);
    const group = bench.name();
    const partition = { topic, partition: 0 };
    const client = bench.client();
    const transactor = await client.acquire(bench.name());
    await transactor.commit({ records: values(topic, numbers(0, 5)), group, positions: [{ ...partition, offset: 1, metadata: 'here' }] });
    await readAll(bench, topic, [0], 5);
    await bench.trim(partition, 3);
    expect(await client.bounds([partition])).toMatchObject([{ low: 3, high: 6 }]);
    const reader = new Reader();
    const subscription = await client.subscribe({ topics: [topic], group, listener: listenerOf(reader) });
    subscription.seek(partition, 1);
    subscription.resume([partition]);
    await reader.until(() => reader.failures.length > 0);
    expect(reader.failures).toMatchObject([{ code: 'OFFSET_OUT_OF_RANGE' }]);
    expect(reader.batches).toEqual([]);
    expect(await client.committed(group, [partition])).toMatchObject([{ offset: 1, metadata: 'here' }]);
  },

  'what a listener throws at its first partitions ends its subscription, and it hears of it': async bench => {
    const topic = await topicOn(bench);
    const reader = new Reader();
    const thrown = new Error('thrown');
    reader.onAssigned = () => {
      throw thrown;
    };
    await bench.client().subscribe({ topics: [topic], group: bench.name(), listener: listenerOf(reader) });
    expect(reader.failures).toEqual([thrown]);
  },

  'what a listener throws ends its subscription, and it hears of it, once': async bench => {
    const topic = await topicOn(bench);
    const client = bench.client();
    await put(client, bench.name(), values(topic, numbers(0, 3)));
    const reader = new Reader();
    const subscription = await client.subscribe({ topics: [topic], group: bench.name(), listener: listenerOf(reader) });
    const thrown = new Error('thrown');
    reader.onRecords = () => {
      throw thrown;
    };
    subscription.seek({ topic, partition: 0 }, 0);
    subscription.resume([{ topic, partition: 0 }]);
    await reader.until(() => reader.failures.length > 0);
    expect(reader.failures).toEqual([thrown]);
    await subscription.close();
    expect(reader.failures).toEqual([thrown]);
  },
};

const SHARING: Laws = {
  'a group shares partitions by number, a member that goes leaves its own, and nothing is lost or repeated': async bench => {
    const [left, right] = [await topicOn(bench, 3), await topicOn(bench, 2)];
    const group = bench.name();
    const topics = [left, right];
    const writer = await bench.client().acquire(bench.name());
    const begin = async (client: KafkaClient, reader: Reader, positions: ReadonlyMap<string, number>) => {
      const start: { of?: (partitions: readonly TopicPartition[]) => void } = {};
      reader.onAssigned = partitions => start.of?.(partitions);
      const subscription = await client.subscribe({ topics, group, listener: listenerOf(reader) });
      start.of = partitions => {
        for (const each of partitions) subscription.seek(each, positions.get(`${each.topic}/${each.partition}`) ?? 0);
        subscription.resume(partitions);
      };
      start.of(reader.gained);
      return subscription;
    };
    const [one, two] = [new Reader(), new Reader()];
    const [first, second] = [bench.client(), bench.client()];
    const positions = new Map<string, number>();
    await begin(first, one, positions);
    expect(one.owned).toEqual([...[0, 1, 2].map(n => `${left}/${n}`), ...[0, 1].map(n => `${right}/${n}`)].sort());
    await writer.commit({ records: [0, 1, 2].map(partition => ({ topic: left, partition, value: `a${partition}` })) });
    await one.until(() => one.values.length === 3);
    for (const { topic, partition, next } of one.batches) positions.set(`${topic}/${partition}`, next);
    await begin(second, two, positions);
    await one.until(() => one.gone.length > 0);
    await two.until(() => two.gained.length > 0);
    expect([...one.owned, ...two.owned].sort()).toEqual(
      [...[0, 1, 2].map(n => `${left}/${n}`), ...[0, 1].map(n => `${right}/${n}`)].sort(),
    );
    expect(one.asked).toBeGreaterThan(0);
    // Who had a partition keeps it, and both topics' partitions of one number are with one member.
    expect(two.owned.filter(each => each.startsWith(left))).toEqual([`${left}/2`]);
    await writer.commit({ records: [0, 1, 2].map(partition => ({ topic: left, partition, value: `b${partition}` })) });
    await Promise.all([one.until(() => one.values.includes('b1')), two.until(() => two.values.includes('b2'))]);
    for (const { topic, partition, next } of two.batches) positions.set(`${topic}/${partition}`, next);
    await second.close();
    await one.until(() => one.owned.length === 5);
    await writer.commit({ records: values(left, ['c2'], 2) });
    await one.until(() => one.values.includes('c2'));
    expect([...one.values, ...two.values].sort()).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'c2']);
    expect([...one.failures, ...two.failures]).toEqual([]);
  },

  'before a new division each member has time to commit': async bench => {
    const topic = await topicOn(bench, 2);
    const group = bench.name();
    const writer = await bench.client().acquire(bench.name());
    const [one, two] = [new Reader(), new Reader()];
    const partition = { topic, partition: 1 };
    one.onRebalancing = async () => {
      await writer.commit({ group, positions: [{ ...partition, offset: 5, metadata: 'the last' }] });
    };
    await bench.client().subscribe({ topics: [topic], group, listener: listenerOf(one) });
    const other = bench.client();
    await other.subscribe({ topics: [topic], group, listener: listenerOf(two) });
    // Brokers up to 3.9 may show positions a moment after they have said that the transaction is over.
    const looking = await other.acquire(bench.name());
    expect(await looking.committed(group, [partition], true)).toMatchObject([{ offset: 5, metadata: 'the last' }]);
  },

  'anybody can see who reads what, and what members say of themselves': async bench => {
    const topic = await topicOn(bench, 2);
    const group = bench.name();
    const client = bench.client();
    expect(await client.describe(group)).toEqual([]);
    const userData = (): Uint8Array => Uint8Array.of(1, 2, 3);
    await client.subscribe({ topics: [topic], group, userData, listener: listenerOf(new Reader()) });
    const members = await bench.client().describe(group);
    const seen = members.map(member => [member.partitions, [...member.userData]]);
    expect(seen).toEqual([[[0, 1].map(partition => ({ topic, partition })), [1, 2, 3]]]);
  },

  'bad names are refused, and topics that are not there': async bench => {
    const client = bench.client();
    const listener = listenerOf(new Reader());
    await expect(client.acquire('')).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(client.subscribe({ topics: [], group: 'g', listener })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(client.subscribe({ topics: ['t'], group: '', listener })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(client.subscribe({ topics: [bench.name()], group: 'g', listener })).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
  },
};

export const KAFKA_LAWS: Laws = { ...WRITING, ...PLAIN, ...FENCING, ...READING, ...SHARING };
