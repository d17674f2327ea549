import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, checkedPositions, checkName, Outbox, type Outgoing, topicsOf } from '../../src/kafka/outgoing.js';
import { partitionOf } from '../../src/kafka/partitionOf.js';

const counts = new Map([['t', 3]]);
const record = { topic: 't', value: 'x' };

describe('an outbox', () => {
  it('gives a partition to every record: its own, that of its key, or the next', () => {
    const outbox = new Outbox();
    const records = outbox.records({ records: [record, { ...record, partition: 2 }, record, { ...record, key: 'ann' }, record] }, counts);
    const ann = partitionOf(new TextEncoder().encode('ann'), 3);
    expect(records.map(({ partition }) => partition)).toEqual([0, 2, 1, ann, 2]);
    expect(outbox.records({ records: [record] }, counts).map(({ partition }) => partition)).toEqual([0]);
  });

  it('makes bytes of texts', () => {
    const [made] = new Outbox().records({ records: [{ ...record, key: 'ü', headers: { h: 'ü' } }] }, counts) as [Outgoing];
    expect([made.key, made.headers.h].map(bytes => [...(bytes as Uint8Array)])).toEqual([
      [195, 188],
      [195, 188],
    ]);
  });

  it.each([
    { partition: 3 },
    { partition: -1 },
    { partition: 0.5 },
    { timestamp: -1 },
    { timestamp: 0.5 },
    { key: 1 },
    { value: undefined },
    { headers: { h: 1 } },
  ])('refuses %j', bad => {
    expect(() => new Outbox().records({ records: [{ ...record, ...bad } as never] }, counts)).toThrowError(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    );
  });
});

describe('batches', () => {
  it('hold all records in order, none is larger than allowed unless it is one record', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 })), fc.integer({ min: 1, max: 10 }), (sizes, most) => {
        const cut = batches(
          sizes.map(bytes => ({ bytes }) as Outgoing),
          most,
          300,
        );
        expect(cut.flat().map(({ bytes }) => bytes)).toEqual(sizes);
        for (const batch of cut) {
          expect(batch.length).toBeLessThanOrEqual(most);
          if (batch.length > 1) expect(batch.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(300);
        }
      }),
    );
    expect(batches([{ bytes: 900 } as Outgoing, { bytes: 1 } as Outgoing], 10, 300)).toHaveLength(2);
  });
});

describe('checks', () => {
  it('refuse positions that are none, and names that are none', () => {
    const position = { topic: 't', partition: 0, offset: 1, metadata: '' };
    expect(checkedPositions({ group: 'g', positions: [position] })).toEqual([position]);
    for (const bad of [{ offset: -1 }, { offset: 0.5 }, { metadata: 'ü'.repeat(2049) }, { metadata: undefined }])
      expect(() => checkedPositions({ group: 'g', positions: [{ ...position, ...bad } as never] })).toThrowError(/must be/);
    expect(() => checkedPositions({ positions: [position] })).toThrowError(/group/);
    for (const name of ['', undefined, 1]) expect(() => checkName(name, 'x')).toThrowError(/not empty/);
    expect(topicsOf({ records: [record, record] })).toEqual(['t']);
  });
});
