import { describe, expect, it } from 'vitest';
import { type CheckpointSlot, newerSlot, openSlot, type Slot, sealSlot, type UnreadableSlot } from '../../src/checkpoint/slot.js';

const claim: Slot = { v: 1, requires: [], job: 'delays', kind: 'claim', epoch: 1, nonce: 'n', createdAt: 0 };
const checkpoint: CheckpointSlot = {
  v: 1,
  requires: [],
  job: 'delays',
  kind: 'checkpoint',
  epoch: 1,
  nonce: 'n-1',
  createdAt: 5,
  number: 1,
  chain: [{ cut: '1-1', chunks: [[100, 7]] }],
  sinks: { out: { mode: 'upsert', transaction: '1-1' } },
  operators: ['windowBy/w'],
  sources: ['in'],
  watermark: 12,
  committed: 0,
  program: {},
};

describe('slot', () => {
  it('keeps its bytes for ever, whatever the order of its fields', () => {
    const { v, ...rest } = claim;
    const sealed = new TextDecoder().decode(sealSlot({ ...rest, v }));
    expect(sealed).toBe(new TextDecoder().decode(sealSlot(claim)));
    expect(sealed).toMatchInlineSnapshot(`
      "tidemark slot 1 crc32=9b0fec7c
      {"createdAt":0,"epoch":1,"job":"delays","kind":"claim","nonce":"n","requires":[],"v":1}
      "
    `);
  });

  it('gives back what it was', () => {
    expect(openSlot(sealSlot(checkpoint))).toEqual(checkpoint);
  });

  it('is unreadable when torn or altered', () => {
    const bytes = sealSlot(checkpoint);
    for (let length = 0; length < bytes.length; length++) expect(openSlot(bytes.subarray(0, length))).toMatchObject({ kind: 'unreadable' });
    for (let at = 0; at < bytes.length; at++) {
      const altered = bytes.slice();
      altered[at]! ^= 1;
      const slot = openSlot(altered);
      expect(slot).toMatchObject({ kind: 'unreadable', newer: false });
    }
  });

  it('that needs what is not known is of a newer version, and not broken', () => {
    const slot = openSlot(sealSlot({ ...checkpoint, requires: ['columns'] })) as UnreadableSlot;
    expect(slot).toMatchObject({ kind: 'unreadable', newer: true, why: 'it needs columns, which this tidemark does not know' });
    expect(newerSlot('delays', 3, slot).message).toMatch('job delays, slot 3: it needs columns');
  });
});
