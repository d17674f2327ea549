/** What the contract does not reach: clients that fail and crash. */
import { describe, expect, it } from 'vitest';
import { type KafkaFault, type KafkaStep, memoryKafka } from '../../src/kafka/memoryKafka.js';

const records = [{ topic: 't', value: 'x' }];
const position = { topic: 't', partition: 0, offset: 1, metadata: 'm' };

describe('a client in memory', () => {
  it.each<[KafkaStep['call'], KafkaFault, committed: boolean]>([
    ['append', 'before', false],
    ['append', 'after', false],
    ['positions', 'before', false],
    ['positions', 'after', false],
    ['end', 'before', false],
    ['end', 'after', true],
  ])('that fails at %s, %s, leaves a doubt that acquiring settles', async (call, fault, committed) => {
    let failing: KafkaStep['call'] | undefined = call;
    const kafka = memoryKafka({ topics: { t: 1 }, fault: step => (step.call === failing ? fault : undefined) });
    const transactor = await kafka.client().acquire('id');
    await expect(transactor.commit({ records, group: 'g', positions: [position] })).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    expect(transactor.over).toBe(true);
    failing = undefined;
    const next = await kafka.client().acquire('id');
    expect(await next.committed('g', [position])).toEqual(committed ? [position] : []);
    expect(kafka.read('t')).toHaveLength(committed ? 1 : 0);
  });

  it('says which call it is, of which client, of what', async () => {
    const steps: KafkaStep[] = [];
    const kafka = memoryKafka({ topics: { t: 1 }, fault: step => void steps.push(step) as undefined });
    const transactor = await kafka.client('c').acquire('id');
    await transactor.committed('g', [position]);
    await transactor.commit({ records, group: 'g', positions: [position] });
    expect(steps.map(({ client, call, of }) => `${client} ${call} ${of}`)).toEqual([
      'c acquire id',
      'c committed g',
      'c append id',
      'c positions id',
      'c end id',
    ]);
  });

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
