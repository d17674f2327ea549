/** What the contract does not reach: sends that fail. */
import { describe, expect, it } from 'vitest';
import { type KafkaStep, memoryKafka } from '../../src/kafka/memoryKafka.js';

const records = [{ topic: 't', value: 'x' }];

describe('a producer in memory', () => {
  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('that fails %s its effect is over, and %i record is there', async (fault, there) => {
    const kafka = memoryKafka({ topics: { t: 1 }, fault: ({ call }) => (call === 'send' ? fault : undefined) });
    const producer = await kafka.client().producer();
    await expect(producer.send(records)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    expect(producer.over).toBe(true);
    await expect(producer.send(records)).rejects.toThrow(/make a new one/);
    expect(kafka.read('t')).toHaveLength(there);
  });

  it('ends with its client, and its calls can be told apart', async () => {
    const steps: KafkaStep[] = [];
    const kafka = memoryKafka({ topics: { t: 1, u: 1 }, fault: step => void steps.push(step) as undefined });
    const client = kafka.client('c');
    const producer = await client.producer();
    await producer.send([...records, { topic: 'u', value: 'y' }]);
    await client.createTopic({ topic: 'v', partitions: 2 });
    await client.offsetsAt([{ topic: 't', partition: 0 }], 0);
    expect(steps.map(({ call, of }) => `${call} ${of}`)).toEqual(['send t,u', 'createTopic v', 'offsetsAt t']);
    kafka.crash(client);
    await expect(producer.send(records)).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
  });
});
