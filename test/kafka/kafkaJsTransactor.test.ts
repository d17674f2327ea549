/** What the contract on a real broker does not reach. */
import type { Kafka, RecordMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/kafka/kafkaJsSending.js';
import { KafkaJsTransactor } from '../../src/kafka/kafkaJsTransactor.js';

const answer = (partition: number, errorCode = 0): RecordMetadata => ({ topicName: 't', partition, errorCode }) as RecordMetadata;
const at = (partition: number) => ({ topic: 't', partition });

/** A producer whose transactions do what they are told. */
function scripted(script: {
  sendBatch?: () => Promise<RecordMetadata[]>;
  sendOffsets?: () => Promise<void>;
  commit?: () => Promise<void>;
}) {
  const calls: string[] = [];
  const said = (call: string): void => void calls.push(call);
  const transaction = {
    async sendBatch() {
      said('sendBatch');
      return script.sendBatch ? script.sendBatch() : [answer(0)];
    },
    async sendOffsets() {
      said('sendOffsets');
      await script.sendOffsets?.();
    },
    async commit() {
      said('commit');
      await script.commit?.();
    },
  };
  const producer = {
    on: () => undefined,
    connect: async () => undefined,
    transaction: async () => transaction,
    disconnect: async () => said('disconnect'),
  };
  const cluster: Cluster = { partitions: async topics => new Map(topics.map(topic => [topic, 2])), committed: async () => [] };
  const acquire = (): Promise<KafkaJsTransactor> =>
    KafkaJsTransactor.acquire({ producer: () => producer } as unknown as Kafka, 'id', 60_000, 60_000, cluster);
  return { calls, acquire };
}

const commit = { records: [{ topic: 't', partition: 0, value: 'x' }], group: 'g', positions: [{ ...at(0), offset: 1, metadata: '' }] };

describe('a transactor over kafkajs', () => {
  it('never commits what was not written, and throws the producer away', async () => {
    const { calls, acquire } = scripted({ sendBatch: async () => [] });
    const transactor = await acquire();
    await expect(transactor.commit(commit)).rejects.toMatchObject({ code: 'KAFKA_FAILED', message: expect.stringContaining('t/0') });
    expect(calls).toEqual(['sendBatch', 'disconnect']);
    await expect(transactor.commit(commit)).rejects.toThrow(/acquire it again/);
  });

  it('tries positions again while the transaction before is being finished, and nothing else', async () => {
    let busy = 3;
    const { calls, acquire } = scripted({
      sendOffsets: async () => {
        if (busy-- > 0) throw Object.assign(new Error(), { type: 'CONCURRENT_TRANSACTIONS' });
      },
    });
    await (await acquire()).commit(commit);
    expect(calls).toEqual(['sendBatch', 'sendOffsets', 'sendOffsets', 'sendOffsets', 'sendOffsets', 'commit']);
    const other = scripted({ commit: () => Promise.reject(Object.assign(new Error('x'), { type: 'NOT_COORDINATOR_FOR_GROUP' })) });
    const transactor = await other.acquire();
    await expect(transactor.commit(commit)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    expect(other.calls).toEqual(['sendBatch', 'sendOffsets', 'commit', 'disconnect']);
  });

  it('looks at positions until they have settled where calls have failed before, and tells of a failure', async () => {
    let failures = 0;
    let looks = 0;
    const transaction = { sendBatch: async () => [], commit: async () => undefined };
    const producer = {
      on: () => undefined,
      connect: async () => undefined,
      transaction: async () => transaction,
      disconnect: async () => undefined,
    };
    const cluster: Cluster = {
      partitions: async topics => new Map(topics.map(topic => [topic, 2])),
      // The broker has begun anew, and shows nothing at first.
      committed: async group => (++looks < 3 ? [] : [{ topic: group, partition: 0, offset: 7, metadata: '' }]),
      failed: () => void failures++,
    };
    const kafka = { producer: () => producer } as unknown as Kafka;
    const transactor = await KafkaJsTransactor.acquire(kafka, 'id', 60_000, 60_000, cluster, true);
    expect(await transactor.committed('g', [at(0)])).toMatchObject([{ offset: 7 }]);
    await expect(transactor.commit(commit)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    expect(failures).toBe(1);
  });

  it('sends large batches one after the other', async () => {
    let sending = 0;
    const { calls, acquire } = scripted({
      async sendBatch() {
        expect(sending++).toBe(0);
        await Promise.resolve();
        sending--;
        return [answer(0)];
      },
    });
    const transactor = await acquire();
    const records = Array.from({ length: 2_500 }, () => ({ topic: 't', partition: 0, value: 'x' }));
    await Promise.all([transactor.commit({ records }), transactor.commit({ records })]);
    expect(calls.filter(call => call === 'sendBatch')).toHaveLength(6);
  });
});
