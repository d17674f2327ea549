import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Packer } from '../../src/checkpoint/packer.js';

const data = fc.oneof(
  fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true, withSparseArray: true, withTypedArray: true }),
  fc.array(fc.record({ a: fc.integer(), b: fc.string() })),
);

describe('Packer', () => {
  it('gives data back in any order and as often as asked', () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 6 }), fc.infiniteStream(fc.nat(5)), (all, order) => {
        const packer = new Packer('test');
        const packed = all.map(one => packer.pack(one));
        for (const i of order.take(12)) if (i < all.length) expect(packer.unpack(packed[i] as Uint8Array)).toEqual(all[i]);
      }),
    );
  });

  it('writes names of fields once', () => {
    const packer = new Packer('test');
    const [first, second] = [packer.pack({ someLongName: 1 }), packer.pack({ someLongName: 2 })];
    expect(first.length).toBe(second.length);
    expect(first.length).toBeLessThan(8);
  });

  it('goes on after data that cannot be kept', () => {
    const packer = new Packer('test');
    expect(() => packer.pack([1, { f: () => 1 }])).toThrow(expect.objectContaining({ code: 'UNSTORABLE' }));
    expect(packer.unpack(packer.pack({ f: 1 }))).toEqual({ f: 1 });
  });
});
