import { describe, expect, it } from 'vitest';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { SharedProducer } from '../../src/kafkaStorage/sharedProducer.js';

const record = (value: string) => ({ topic: 't', key: 'k', value });

describe('a shared producer', () => {
  it('sends together what comes together, and tells each its own offsets', async () => {
    let sends = 0;
    const kafka = memoryKafka({ topics: { t: 1 }, fault: ({ call }) => void (call === 'send' && sends++) as undefined });
    const shared = new SharedProducer(kafka.client());
    const all = await Promise.all([shared.send([record('a'), record('b')]), shared.send([record('c')]), shared.send([])]);
    expect(all).toEqual([[0, 1], [2], []]);
    expect(sends).toBe(1);
    expect(await shared.send([record('d')])).toEqual([3]);
    await shared.close();
  });

  it('tells all of a failure, and goes on with another producer', async () => {
    let failing = true;
    const kafka = memoryKafka({ topics: { t: 1 }, fault: ({ call }) => (failing && call === 'send' ? 'before' : undefined) });
    const shared = new SharedProducer(kafka.client());
    const outcomes = await Promise.allSettled([shared.send([record('a')]), shared.send([record('b')])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failing = false;
    expect(await shared.send([record('c')])).toEqual([0]);
  });
});
