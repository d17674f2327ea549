import { expect, it } from 'vitest';
import { chunkId, sealChunk, sealOf } from '../../src/checkpoint/chunk.js';
import { joinSavepoint, payloadsOf, splitSavepoint } from '../../src/checkpoint/savepointBytes.js';
import { type CheckpointSlot, type Slot, sealSlot } from '../../src/checkpoint/slot.js';
import { refusal } from '../support.js';

const payloads = [new Uint8Array([1, 2, 3]), new Uint8Array([4])];
const chunks = payloads.map((payload, index) => sealChunk({ job: 'job', cut: '1-x', index }, payload));
const slot: CheckpointSlot = {
  v: 1,
  requires: [],
  job: 'job',
  kind: 'checkpoint',
  epoch: 0,
  nonce: 'n',
  createdAt: 7,
  number: 0,
  chain: [{ cut: '1-x', chunks: chunks.map(chunk => [chunk.length, sealOf(chunk)] as const) }],
  sinks: {},
  operators: [],
  sources: [],
  watermark: 0,
  committed: 0,
  program: {},
};
const bytes = joinSavepoint(sealSlot(slot), chunks);

it('puts slot and chunks into one piece, and finds them again', async () => {
  const split = splitSavepoint(bytes, 'it');
  expect(split.slot).toEqual(slot);
  expect([...split.chunks.keys()]).toEqual([chunkId('1-x', 0), chunkId('1-x', 1)]);
  expect([...payloadsOf(split)]).toEqual(payloads);
  expect(await split.getChunk('any', chunkId('1-x', 1))).toEqual(chunks[1]);
  expect(await split.getChunk('any', 'c/none')).toBe(undefined);
  expect(new TextDecoder().decode(bytes.subarray(0, 23))).toBe('tidemark export 1 slot=');
});

it('refuses what is torn, altered, another thing or of a newer version', () => {
  const split = (of: Uint8Array) => refusal(() => [...payloadsOf(splitSavepoint(of, 'a.tide'))]);
  const altered = (at: number): Uint8Array => {
    const copy = bytes.slice();
    copy[at] = (copy[at] as number) ^ 1;
    return copy;
  };
  const text = (of: string) => new TextEncoder().encode(of);
  expect(split(new Uint8Array(0))).toBe('BAD_CHECKPOINT: a.tide is no export of a checkpoint.');
  expect(split(text('hello'))).toBe('BAD_CHECKPOINT: a.tide is no export of a checkpoint.');
  expect(split(text('tidemark export 2 slot=5\nhello'))).toBe('BAD_CHECKPOINT: a.tide is of version 2, and this tidemark reads 1.');
  expect(split(bytes.subarray(0, -1))).toBe('BAD_CHECKPOINT: a.tide is cut off.');
  expect(split(joinSavepoint(sealSlot(slot), [...chunks, new Uint8Array(1)]))).toContain('is longer than what it says to hold');
  expect(split(altered(80))).toContain('a.tide is broken: its checksum is another one');
  expect(split(altered(bytes.length - 1))).toContain('chunk c/1-x/1: the bytes are altered');
  expect(split(joinSavepoint(sealSlot({ ...slot, kind: 'claim' } as unknown as Slot), []))).toContain('is no export of a checkpoint');
  const changes = { ...slot, chain: [...slot.chain, ...slot.chain] };
  expect(split(joinSavepoint(sealSlot(changes), chunks))).toContain('is no export of a checkpoint');
});
