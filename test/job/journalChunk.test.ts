import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Encoder } from '../../src/checkpoint/encode.js';
import { openJournal, sealJournal } from '../../src/job/journalChunk.js';
import { refusal } from '../support.js';

const head = { job: 'j', source: 's', epoch: 4, index: 2 };

function sealed(elements: readonly (readonly [number, unknown])[], more: object = {}): Uint8Array {
  const encoder = new Encoder();
  for (const element of elements) {
    encoder.begin('an element', element);
    while (!encoder.run(100));
  }
  return sealJournal({ ...head, ...more }, encoder.take(encoder.length));
}

describe('a chunk of a journal', () => {
  it('gives back what was put into it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.jsonValue())), fc.boolean(), (elements, ended) => {
        const chunk = openJournal(sealed(elements, { ended, follows: { epoch: 3, end: 7 } }), 'id', head);
        expect(chunk.arrivals.map((arrival, i) => [arrival, chunk.values[i]])).toEqual(elements);
        expect(chunk.head).toEqual({ ...head, ended, follows: { epoch: 3, end: 7 } });
      }),
    );
  });

  it('is refused when a bit of it is another one, or it is cut off', () => {
    const bytes = sealed([[1, 'a']]);
    for (let at = 0; at < bytes.length; at++) {
      const altered = bytes.slice();
      altered[at] = (altered[at] as number) ^ 1;
      expect(refusal(() => openJournal(altered, 'id', head))).toContain('BAD_CHECKPOINT: journal chunk id: ');
      expect(refusal(() => openJournal(bytes.subarray(0, at), 'id', head))).toContain('the bytes are torn or altered.');
    }
  });

  it('is refused in the place of another one', () => {
    expect(refusal(() => openJournal(sealed([]), 'id', { epoch: 4, index: 3 }))).toBe(
      'BAD_CHECKPOINT: journal chunk id: it says that it is 4/2.',
    );
  });
});
