import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CutDecoder } from '../../src/checkpoint/cutDecoder.js';
import { CutEncoder } from '../../src/checkpoint/cutEncoder.js';
import type { StatePart } from '../../src/checkpoint/participants.js';
import { refusal } from '../support.js';
import { plainData } from './values.js';

function bytesOf(parts: readonly StatePart[], rest: unknown): Uint8Array {
  const operators = [{ kind: 'windowBy', name: 'w', rest, parts }];
  const encoder = new CutEncoder({ sources: [{ name: 'in', position: rest }], operators, watermark: 0 }, [{ name: 'out', kept: rest }]);
  while (!encoder.run(1000, Infinity));
  return encoder.take(encoder.length);
}

function decoded(cuts: readonly Uint8Array[], size: number): ReturnType<CutDecoder['result']> {
  const decoder = new CutDecoder('test');
  for (const bytes of cuts) {
    decoder.begin();
    for (let at = 0; at < bytes.length; at += size) decoder.push(bytes.subarray(at, at + size));
    decoder.end();
  }
  return decoder.result(9);
}

describe('CutDecoder', () => {
  it('puts a full cut and changes together, from pieces of any size', () => {
    const change = fc.array(fc.tuple(fc.nat(9), fc.option(plainData, { nil: null })), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), plainData, fc.integer({ min: 1, max: 50 }), (changes, rest, size) => {
        const state = new Map<number, unknown>();
        const cuts = changes.map((entries, cut) => {
          const touched = new Set<number>();
          for (const [id, data] of entries) {
            if (data === null) state.delete(id);
            else state.set(id, data);
            touched.add(id);
          }
          return bytesOf(
            [...state].map(([id, data]) => (cut === 0 || touched.has(id) ? { id, data } : { id })),
            rest,
          );
        });
        const { job, sinks } = decoded(cuts, size);
        const whole = [...state].map(([id, data]) => ({ id, data: structuredClone(data) }));
        expect(job.operators.get('windowBy/w')).toStrictEqual({ rest: structuredClone(rest), parts: whole });
        expect([job.seq, job.sources.get('in'), sinks.get('out')]).toStrictEqual([
          9,
          structuredClone(rest),
          rest === undefined ? undefined : structuredClone(rest),
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a cut that is short, too long, or refers to nothing', () => {
    const bytes = bytesOf([{ id: 1, data: 'a' }], null);
    expect(refusal(() => decoded([bytes.subarray(0, -1)], 10))).toMatch('BAD_CHECKPOINT: test: it ends too early');
    expect(refusal(() => decoded([bytesOf([{ id: 3 }], null)], 10))).toMatch('windowBy/w: part 3 is nowhere');
    const twice = new Uint8Array([...bytes, ...bytes]);
    expect(refusal(() => decoded([twice], 1000))).toMatch('it goes on behind its end');
  });
});
