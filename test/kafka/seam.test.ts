import { describe, expect, it } from 'vitest';
import type { FetchedMessage } from '../../src/kafka/aborted.js';
import { type FetchAnswer, type SeamBroker, type SeamCluster, type SeamListener, watch } from '../../src/kafka/seam.js';

const message = (offset: number, isControlRecord = false): FetchedMessage => ({
  offset: String(offset),
  key: null,
  isControlRecord,
  batchContext: { producerId: '1', inTransaction: false },
});

function seam(messages: readonly FetchedMessage[] | Error) {
  const heard: unknown[] = [];
  const broker: SeamBroker = {
    async fetch(): Promise<FetchAnswer> {
      if (messages instanceof Error) throw messages;
      return {
        responses: [{ topicName: 't', partitions: [{ partition: 0, highWatermark: '9', lastStableOffset: '8', messages: [...messages] }] }],
      };
    },
  };
  const cluster: SeamCluster = {
    findBroker: async () => broker,
    findGroupCoordinator: async () => heard.push('coordinator'),
    findTopicPartitionMetadata: () => [],
  };
  const listener: SeamListener = {
    joining: async () => void heard.push('joining'),
    fetched: (topic, partition, end) => heard.push(`${topic}/${partition} to ${end}`),
    skipped: (topic, partition, from, next) => heard.push(`${topic}/${partition} skipped from ${from} to ${next}`),
    outOfRange: (topic, partition) => new Error(`${topic}/${partition} is out of range`),
  };
  watch(cluster, listener);
  const fetch = async (from: number): Promise<FetchAnswer> =>
    (await cluster.findBroker({})).fetch({ topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: String(from) }] }] });
  return { heard, cluster, fetch };
}

describe('the seam', () => {
  it('hears of a join before the coordinator is looked for', async () => {
    const { heard, cluster } = seam([]);
    await cluster.findGroupCoordinator({});
    expect(heard).toEqual(['joining', 'coordinator']);
  });

  it('wraps a broker once, and says what could be read and what is skipped', async () => {
    const { heard, fetch } = seam([message(3), message(4, true), message(5, true)]);
    await fetch(3);
    expect(heard.splice(0)).toEqual(['t/0 to 8']);
    await fetch(4);
    expect(heard.splice(0)).toEqual(['t/0 to 8', 't/0 skipped from 4 to 6']);
    // All that came lies before: kafkajs goes on by one.
    await fetch(6);
    expect(heard.splice(0)).toEqual(['t/0 to 8', 't/0 skipped from 6 to 7']);
  });

  it('says nothing of an answer without records', async () => {
    const { heard, fetch } = seam([]);
    await fetch(0);
    expect(heard).toEqual(['t/0 to 8']);
  });

  it('makes an error of its own of an offset that is not kept, and passes on others', async () => {
    const range = Object.assign(new Error(), { name: 'KafkaJSOffsetOutOfRange', topic: 't', partition: 0 });
    await expect(seam(range).fetch(0)).rejects.toThrow('t/0 is out of range');
    await expect(seam(new Error('other')).fetch(0)).rejects.toThrow('other');
  });

  it('refuses a kafkajs that has no such seam', async () => {
    const { cluster } = seam([]);
    const listener = {} as SeamListener;
    for (const method of ['findBroker', 'findGroupCoordinator', 'findTopicPartitionMetadata'])
      expect(() => watch({ ...cluster, [method]: undefined }, listener)).toThrowError(/needs kafkajs 2\.2\.4/);
    const other = { ...cluster, findBroker: async () => ({}) as SeamBroker };
    watch(other, listener);
    await expect((other as SeamCluster).findBroker({})).rejects.toThrow(/a broker without fetch/);
  });
});
