/** What the contract does not reach: members that are given up. */
import { describe, expect, it } from 'vitest';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { listenerOf, Reader } from './bench.js';

describe('a subscription in memory', () => {
  it('that is given up hears nothing of it, reads nothing, and begins anew when it finds out', async () => {
    const kafka = memoryKafka({ topics: { t: 2 } });
    const [one, two] = [new Reader(), new Reader()];
    const [sleeper, other] = [kafka.client(), kafka.client()];
    for (const reader of [one, two]) reader.onAssigned = () => undefined;
    const asleep = await sleeper.subscribe({ topics: ['t'], group: 'g', listener: listenerOf(one) });
    for (const partition of asleep.assigned) asleep.seek(partition, 0);
    asleep.resume(asleep.assigned);
    kafka.evict(sleeper);
    await other.subscribe({ topics: ['t'], group: 'g', listener: listenerOf(two) });
    expect(two.owned).toEqual(['t/0', 't/1']);
    kafka.write([{ topic: 't', value: 'x' }]);
    await kafka.client().partitions(['t']);
    expect([one.owned, one.values]).toEqual([['t/0', 't/1'], []]);
    await kafka.revive(sleeper);
    expect(one.gone).toHaveLength(2);
    expect([one.owned, two.owned].map(owned => owned.length)).toEqual([1, 1]);
    // Its own share has no position: it was another's meanwhile.
    expect(() => asleep.resume(asleep.assigned)).toThrowError(/given a position/);
  });

  it('that fails before a division leaves its group', async () => {
    const kafka = memoryKafka({ topics: { t: 2 } });
    const [one, two] = [new Reader(), new Reader()];
    one.onRebalancing = () => Promise.reject(new Error('thrown'));
    await kafka.client().subscribe({ topics: ['t'], group: 'g', listener: listenerOf(one) });
    await kafka.client().subscribe({ topics: ['t'], group: 'g', listener: listenerOf(two) });
    expect(one.failures).toEqual([new Error('thrown')]);
    expect(two.owned).toEqual(['t/0', 't/1']);
  });

  it('is read while records come, in turns of a batch', async () => {
    const kafka = memoryKafka({ topics: { t: 1 }, batch: 2 });
    const reader = new Reader();
    const subscription = await kafka.client().subscribe({ topics: ['t'], group: 'g', listener: listenerOf(reader) });
    subscription.seek({ topic: 't', partition: 0 }, 0);
    subscription.resume(subscription.assigned);
    for (let i = 0; i < 5; i++) kafka.write([{ topic: 't', value: String(i) }]);
    await reader.until(() => reader.values.length === 5);
    expect(reader.batches.map(({ next, end }) => [next, end])).toEqual([
      [2, 5],
      [4, 5],
      [5, 5],
    ]);
  });
});
