/** What the contract does not reach, since it is about kafkajs alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KafkaBench, listenerOf, Reader, topicOn } from './bench.js';
import { realBench } from './realBench.js';
import { sharedBroker } from './shared.js';

const address = await sharedBroker();

describe.skipIf(!address)('a subscription over kafkajs', () => {
  let bench: KafkaBench;
  beforeAll(async () => {
    bench = await realBench(address as string);
  });
  afterAll(() => bench?.close());

  it.each([0, 1, 3])('that is closed while it joins, after %d turns, leaves no ghost in its group', async turns => {
    const topic = await topicOn(bench, 2);
    const group = bench.name();
    const [stays, goes] = [new Reader(), new Reader()];
    await bench.client().subscribe({ topics: [topic], group, listener: listenerOf(stays) });
    const client = bench.client();
    const joining = client.subscribe({ topics: [topic], group, listener: listenerOf(goes) }).catch(() => undefined);
    // The group is asked for its place, and must wait for the other member.
    if (turns > 0) await stays.until(() => stays.asked > 0);
    for (let i = 1; i < turns; i++) await new Promise(resolve => setImmediate(resolve));
    await client.close();
    await joining;
    await stays.until(() => stays.owned.length === 2 && (turns === 0 || stays.asked > 0));
    let members = await bench.client().describe(group);
    while (members.length !== 1) members = await bench.client().describe(group);
    expect(members[0]?.partitions).toHaveLength(2);
    expect([...stays.failures, ...goes.failures]).toEqual([]);
  });
});
