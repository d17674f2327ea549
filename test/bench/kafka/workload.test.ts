import { memoryKafka } from 'tidemark/kafka';
import { describe, expect, it } from 'vitest';
import { CLOSING, DISORDER, expectedSums, type Purchase, WINDOW, type Workload, writeInput } from '../../../bench/kafka/workload.js';

const WORKLOAD: Workload = { events: 3_000, keys: 20, eventsPerSecond: 10, partitions: 3 };

describe('the input of the races over Kafka', () => {
  it('has what must come of it, none of it late, and a record at the end of each partition that closes all windows', async () => {
    const kafka = memoryKafka({ topics: { in: 3 } });
    await writeInput(kafka.client(), 'in', WORKLOAD, () => undefined);
    const sums = new Map<string, number>();
    const watermarks = [0, 0, 0];
    const last = new Map<number, string>();
    for (const { partition, timestamp, key, value } of kafka.read('in')) {
      const purchase = JSON.parse(String(Buffer.from(value as Uint8Array))) as Purchase;
      expect(String(Buffer.from(key as Uint8Array))).toBe(purchase.user);
      last.set(partition, purchase.user);
      expect(timestamp).toBeGreaterThanOrEqual(watermarks[partition] as number);
      watermarks[partition] = Math.max(watermarks[partition] as number, timestamp - DISORDER);
      if (purchase.user === CLOSING) continue;
      const id = `${purchase.user} ${timestamp - (timestamp % WINDOW)}`;
      sums.set(id, (sums.get(id) ?? 0) + purchase.amount);
    }
    expect(sums).toEqual(expectedSums(WORKLOAD));
    expect([...last.values()]).toEqual([CLOSING, CLOSING, CLOSING]);
    expect(sums.size).toBeGreaterThan(100);
  });
});
