import { describe, expect, it } from 'vitest';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { TopicReader } from '../../src/kafkaStorage/topicReader.js';
import { slotKey } from '../../src/kafkaStorage/topicView.js';

const place = { topic: 'log', partition: 0 };
const key = slotKey('j', 1, 'n');

describe('a reader of a log', () => {
  it('shares what is read among those that came before it began, and reads again for those that came after', async () => {
    let reads = 0;
    const kafka = memoryKafka({ topics: { log: 1 }, fault: ({ call }) => void (call === 'read' && reads++) as undefined });
    const reader = new TopicReader(kafka.client(), place);
    const first = reader.catchUp();
    await Promise.resolve();
    kafka.write([{ topic: 'log', key, value: 'x' }]);
    const [second, third] = [reader.catchUp(), reader.catchUp()];
    expect((await second).of('j').slots.size).toBe(1);
    await Promise.all([first, third]);
    expect(reads).toBe(2);
  });

  it('goes on after a read that failed', async () => {
    let failing = true;
    const kafka = memoryKafka({ topics: { log: 1 }, fault: () => (failing ? 'before' : undefined) });
    const reader = new TopicReader(kafka.client(), place);
    await expect(reader.catchUp()).rejects.toMatchObject({ code: 'KAFKA_FAILED' });
    failing = false;
    expect((await reader.catchUp()).of('j').slots.size).toBe(0);
  });

  it('begins anew after a long rest: what was deleted and compacted away meanwhile would stay in its view', async () => {
    let now = 0;
    const kafka = memoryKafka({ topics: { log: 1 } });
    const reader = new TopicReader(kafka.client(), place, () => now);
    kafka.write([{ topic: 'log', key, value: 'x' }]);
    reader.watch(key);
    expect((await reader.catchUp()).of('j').slots.size).toBe(1);
    kafka.write([{ topic: 'log', key, value: null }]);
    kafka.compact('log', { tombstones: true });
    now = 7 * 3_600_000;
    expect((await reader.catchUp()).of('j').slots.size).toBe(0);
    expect([reader.verdict(key), reader.verdict(key)]).toEqual([true, undefined]);
  });
});
