/** What the contract does not reach: clients that crash. */
import { describe, expect, it } from 'vitest';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';

const records = [{ topic: 't', value: 'x' }];

describe('a client in memory', () => {
  it('that has crashed does nothing more, and leaves its transaction open', async () => {
    const kafka = memoryKafka({ topics: { t: 1 }, fault: ({ call }) => (call === 'end' ? 'before' : undefined) });
    const client = kafka.client();
    const transactor = await client.acquire('id');
    await transactor.commit({ records }).catch(() => undefined);
    kafka.crash(client);
    await expect(client.partitions(['t'])).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    await expect(transactor.commit({ records })).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    kafka.write(records);
    expect(kafka.read('t')).toHaveLength(0);
    kafka.expire('id');
    expect(kafka.read('t')).toHaveLength(1);
  });

  it('is of one cluster, whose options are checked', () => {
    expect(() => memoryKafka().crash(memoryKafka().client())).toThrowError(/not of this cluster/);
    expect(() => memoryKafka({ batch: 0 })).toThrowError(/batch/);
    expect(() => memoryKafka({ topics: { t: 0 } })).toThrowError(/partitions/);
  });
});
