import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkId, cutOf, epochOf, openChunk, sealChunk, sealOf } from '../../src/checkpoint/chunk.js';
import { refusal } from '../support.js';

const header = { job: 'delays', cut: '12-3', index: 0 };

describe('chunk', () => {
  it('keeps its bytes for ever', () => {
    expect(printable(sealChunk(header, Uint8Array.from([1, 2, 3])))).toMatchInlineSnapshot(
      `"TDMC<1><0><0><0>'<0><0><0>{"job":"delays","cut":"12-3","index":0}<3><0><0><0><1><2><3><253><239><132>F"`,
    );
  });

  it('gives its payload back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), payload => {
        const chunk = sealChunk(header, payload);
        expect(openChunk(chunk, header, [chunk.length, sealOf(chunk)])).toEqual(payload);
      }),
    );
  });

  it('refuses every chunk that is torn, altered or another one', () => {
    const chunk = sealChunk(header, Uint8Array.from([1, 2, 3]));
    const ref = [chunk.length, sealOf(chunk)] as const;
    for (let length = 0; length < chunk.length; length++)
      expect(refusal(() => openChunk(chunk.subarray(0, length), header, ref))).toMatch('BAD_CHECKPOINT: chunk c/12-3/0: ');
    for (let at = 0; at < chunk.length; at++) {
      const altered = chunk.slice();
      altered[at]! ^= 4;
      expect(refusal(() => openChunk(altered, header, ref))).toMatch('BAD_CHECKPOINT: ');
    }
    expect(refusal(() => openChunk(chunk, { ...header, index: 1 }, ref))).toMatch('it says that it is c/12-3/0');
  });

  it('has ids that say whose it is', () => {
    expect([chunkId('12-3', 4), epochOf('c/12-3/4'), cutOf('c/12-3/4')]).toEqual(['c/12-3/4', 12, '12-3']);
  });
});

function printable(bytes: Uint8Array): string {
  return [...bytes].map(byte => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `<${byte}>`)).join('');
}
