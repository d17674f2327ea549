/** What the contract does not reach: transactions that fail. */
import { describe, expect, it } from 'vitest';
import { type KafkaFault, type KafkaStep, memoryKafka } from '../../src/kafka/memoryKafka.js';

const records = [{ topic: 't', value: 'x' }];
const position = { topic: 't', partition: 0, offset: 1, metadata: 'm' };

describe('a transactor in memory', () => {
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
});
