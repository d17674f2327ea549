import { describe, expect, it } from 'vitest';
import { CutEncoder } from '../../src/checkpoint/cutEncoder.js';
import { Decoder } from '../../src/checkpoint/decode.js';
import type { Barrier, StatePart } from '../../src/checkpoint/participants.js';
import { refusal } from '../support.js';

function recordsOf(encoder: CutEncoder): unknown[] {
  while (!encoder.run(3, Infinity));
  const bytes = encoder.take(encoder.length);
  const decoder = new Decoder('test');
  const records: unknown[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = new DataView(bytes.buffer).getUint32(at, true);
    records.push(decoder.read(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return records;
}

const barrier = (parts: Iterable<StatePart>): Barrier => ({
  sources: [{ name: 'in', position: 7 }],
  operators: [{ kind: 'windowBy', name: 'w', rest: null, parts }],
  watermark: 0,
});

describe('CutEncoder', () => {
  it('writes runs of parts that have not changed as one record', () => {
    const parts = [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 7 }, { id: 8, data: 'x' }, { id: 9 }, { id: 5 }];
    expect(recordsOf(new CutEncoder(barrier(parts), [{ name: 'out', kept: ['row'] }]))).toEqual([
      [1, 'in', 7],
      [2, 'out', ['row']],
      [3, 'windowBy/w', null],
      [5, 1, 3],
      [5, 7, 1],
      [4, 8, 'x'],
      [5, 9, 1],
      [5, 5, 1],
      [6, 8],
    ]);
  });

  it('asks for the next part only when the one before is written', () => {
    const said: string[] = [];
    function* parts(): Generator<StatePart> {
      try {
        for (let id = 1; id < 4; id++) {
          said.push(`asked for ${id}`);
          yield { id, data: [[id], { get: [id] }] };
        }
      } finally {
        said.push('closed');
      }
    }
    const encoder = new CutEncoder(barrier(parts()), []);
    encoder.run(1, 1);
    while (encoder.length < 60) encoder.run(1, 1);
    expect(said.length).toBeLessThan(4);
    encoder.close();
    expect(said.at(-1)).toBe('closed');
    expect(encoder.run(1, 1)).toBe(false);
  });

  it('closes what it has not begun with, too', () => {
    let closed = 0;
    const parts: Iterable<StatePart> = {
      [Symbol.iterator]: () => ({ next: () => ({ done: true, value: undefined }), return: () => ({ done: true, value: void closed++ }) }),
    };
    new CutEncoder(barrier(parts), []).close();
    expect(closed).toBe(1);
  });

  it('refuses an id that is no number', () => {
    expect(refusal(() => recordsOf(new CutEncoder(barrier([{ id: 1.5, data: 1 }]), [])))).toMatch(
      'UNSTORABLE: windowBy/w: the id of a part',
    );
  });
});
