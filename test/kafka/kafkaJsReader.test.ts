/** What the contract on a real broker does not reach: brokers that move, that say nothing, and batches that compaction has thinned. */
import type { Kafka } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { KafkaJsReader } from '../../src/kafka/kafkaJsReader.js';

const message = (offset: number, first: number, last: number) => ({
  offset: String(offset),
  timestamp: '0',
  key: null,
  value: Buffer.from(String(offset)),
  headers: {},
  isControlRecord: false,
  batchContext: { producerId: '-1', inTransaction: false, firstOffset: String(first), lastOffsetDelta: last - first },
});

/** A cluster that answers fetches one after the other; an error is thrown. */
function scripted(answers: unknown[]) {
  const calls: string[] = [];
  const broker = {
    async fetch() {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return { responses: answer === undefined ? [] : [{ topicName: 't', partitions: [answer] }] };
    },
  };
  const said = async (call: string): Promise<void> => void calls.push(call);
  const cluster = {
    addTargetTopic: async () => undefined,
    refreshMetadata: () => said('refresh'),
    refreshMetadataIfNecessary: async () => undefined,
    findBroker: async () => broker,
    findLeaderForPartitions: () => ({ 1: [0] }),
    removeBroker: ({ host }: { host: string }) => void said(`remove ${host}`),
  };
  const kafka = (inside: object) =>
    ({
      consumer({ partitionAssigners }: { partitionAssigners: ((config: object) => unknown)[] }) {
        partitionAssigners[0]?.({ cluster: inside });
        return { connect: async () => undefined, disconnect: () => said('disconnect') };
      },
    }) as unknown as Kafka;
  return { calls, connect: (inside: object = cluster) => KafkaJsReader.connect(kafka(inside), 60_000) };
}

const place = { topic: 't', partition: 0 };

describe('a reader over kafkajs', () => {
  it('looks for the leader anew where it has moved, and connects again', async () => {
    const { calls, connect } = scripted([
      Object.assign(new Error('moved'), { type: 'NOT_LEADER_FOR_PARTITION' }),
      Object.assign(new Error('gone'), { name: 'KafkaJSConnectionClosedError', host: 'h', port: 1 }),
      { partition: 0, highWatermark: '1', messages: [message(0, 0, 0)] },
    ]);
    const batch = await (await connect()).read(place, 0, 100);
    expect(batch.records.map(({ offset }) => offset)).toEqual([0]);
    expect(calls).toEqual(['refresh', 'remove h']);
  });

  it('stays where it is when a broker says nothing, and goes behind a batch whose end is compacted away', async () => {
    const { connect } = scripted([undefined, { partition: 0, highWatermark: '12', messages: [message(2, 1, 9), message(4, 1, 9)] }]);
    const reader = await connect();
    expect(await reader.read(place, 3, 100)).toMatchObject({ records: [], next: 3, end: 4 });
    expect(await reader.read(place, 3, 100)).toMatchObject({ records: [{ offset: 4 }], next: 10, end: 12 });
  });

  it('asks for more where it sees nothing but batches that compaction has emptied, and never stays there', async () => {
    const nothing = { partition: 0, highWatermark: '12', messages: [] };
    const first = scripted([nothing, nothing, { ...nothing, messages: [message(9, 9, 9)] }]);
    expect(await (await first.connect()).read(place, 3, 1)).toMatchObject({ records: [{ offset: 9 }], next: 10, end: 12 });
    const second = scripted(Array.from({ length: 10 }, () => nothing));
    expect(await (await second.connect()).read(place, 3, 1)).toMatchObject({ records: [], next: 4, end: 12 });
    const third = scripted([{ ...nothing, highWatermark: '3' }]);
    expect(await (await third.connect()).read(place, 3, 1)).toMatchObject({ records: [], next: 3, end: 3 });
  });

  it('refuses another kafkajs', async () => {
    const { calls, connect } = scripted([]);
    await expect(connect({})).rejects.toMatchObject({ code: 'BAD_OPTION' });
    expect(calls).toEqual(['disconnect']);
  });
});
