import { describe, expect, it } from 'vitest';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import type { KafkaClient } from '../../src/kafka/port.js';
import { kafkaStorage } from '../../src/kafkaStorage/kafkaStorage.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { realBench } from '../kafka/realBench.js';
import { sharedBroker } from '../kafka/shared.js';
import { holdToModel } from '../storages/commands.js';

describe('kafkaStorage, in memory', () => {
  const kafka = memoryKafka();
  it.each(storageContract(() => kafkaStorage(kafka.client(), { topic: 'contract', partitions: 2 })))('keeps the law: $name', law =>
    law.run(),
  );

  it('agrees with a plain model, whatever is done to it, and compacted in between', async () => {
    const open = () => {
      for (const topic of ['model', 'model-chunks']) kafka.compact(topic);
      return kafkaStorage(kafka.client(), { topic: 'model', partitions: 2 });
    };
    const first = kafkaStorage(kafka.client(), { topic: 'model', partitions: 2 });
    await first.open();
    await first.close();
    await holdToModel(open, 60);
  });

  it('refuses what it cannot use', () => {
    const client = kafka.client();
    for (const bad of [
      {},
      { topic: '' },
      { topic: 'a b' },
      { topic: '..' },
      { topic: 't', partitions: 0 },
      { topic: 't', config: { x: 1 } },
      { topic: 't', replicas: 3 },
    ])
      expect(() => kafkaStorage(client, bad as never)).toThrowError(expect.objectContaining({ code: 'BAD_OPTION' }));
    expect(() => kafkaStorage(undefined as never, { topic: 't' })).toThrowError(expect.objectContaining({ code: 'BAD_OPTION' }));
  });

  it('refuses a topic that is not compacted, and one of another size', async () => {
    const other = memoryKafka({ topics: { deleted: 2 } });
    const open = (topic: string, partitions: number) => kafkaStorage(other.client(), { topic, partitions }).open();
    await expect(open('deleted', 2)).rejects.toMatchObject({
      code: 'STORAGE_UNFIT',
      message: expect.stringContaining('cleanup.policy=delete'),
    });
    await expect(open('deleted', 3)).rejects.toThrow(/3 partitions, but has 2/);
  });
});

const address = await sharedBroker();

describe.skipIf(!address)('kafkaStorage, on a real broker', async () => {
  const bench = address ? await realBench(address) : undefined;
  const topic = bench?.name() ?? '';
  it.each(storageContract(() => kafkaStorage(bench?.client() as never, { topic, partitions: 2 })))('keeps the law: $name', law =>
    law.run(),
  );

  it('keeps what is needed when the broker compacts, and no more', async () => {
    const [client, other] = [bench?.client(), bench?.client()] as [KafkaClient, KafkaClient];
    const tiny = { 'segment.ms': '50', 'min.cleanable.dirty.ratio': '0.01', 'delete.retention.ms': '0', 'max.compaction.lag.ms': '1' };
    const name = bench?.name() as string;
    const options = { topic: name, partitions: 1, config: tiny };
    const storage = kafkaStorage(client, options);
    await storage.open();
    const state = new Uint8Array(1_000_000).map((_, i) => i * 7);
    for (let seq = 1; seq <= 12; seq++) {
      await storage.putChunk('job', `c/${seq}`, state);
      await storage.appendSlot('job', seq, Uint8Array.of(seq));
      await storage.trimSlots('job', seq);
      await storage.deleteChunks('job', [`c/${seq - 1}`]);
    }
    const kept = async (topic: string): Promise<number> => {
      let count = 0;
      for (let next = 0, end = 1; next < end; ) {
        const batch = await client.read({ topic, partition: 0 }, next);
        count += batch.records.length;
        ({ next, end } = batch);
      }
      return count;
    };
    const before = await kept(`${name}-chunks`);
    // A segment is compacted when the next has begun: each round begins one.
    for (let round = 0; (await kept(`${name}-chunks`)) > before / 2; round++) {
      await storage.putChunk('job', `d/${round}`, state.subarray(0, 70_000));
      await storage.deleteChunks('job', [`d/${round}`]);
    }
    expect(await kept(`${name}-chunks`)).toBeLessThanOrEqual(before / 2);
    for (const each of [storage, kafkaStorage(other, options)]) {
      if (each !== storage) await each.open();
      expect(await each.listSlots('job')).toEqual([12]);
      expect(await each.readSlot('job', 12)).toEqual(Uint8Array.of(12));
      expect(Buffer.compare((await each.getChunk('job', 'c/12')) as Uint8Array, state)).toBe(0);
      expect(await each.getChunk('job', 'c/11')).toBeUndefined();
      expect(await each.appendSlot('job', 11, Uint8Array.of(0))).toBe('taken');
    }
  }, 60_000);

  it('is closed', () => bench?.close());
});
