import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBytes, checkId, checkJob, checkSeq, decodeName, encodeName, slotName, slotNumber } from '../../src/storages/names.js';

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('A', 'a', '=', '.', '/', 'u', '0', '\ud83c', '\udf0a', 'é') }),
);

describe('names', () => {
  it('lead back to their text, and are plain', () => {
    fc.assert(
      fc.property(texts, text => {
        expect(encodeName(text)).toMatch(/^[a-z0-9=_-]+$/);
        expect(decodeName(encodeName(text))).toBe(text);
      }),
    );
  });

  it('are those of some text, or of none', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('=', 'u', '0', '4', '1', 'a', 'A') }), name => {
        const text = decodeName(name);
        if (text !== undefined) expect(encodeName(text)).toBe(name);
      }),
    );
    for (const name of ['', 'A', '=4', '=61', '=u0041', 'lost+found', '.probe', '=u']) expect(decodeName(name)).toBeUndefined();
  });

  it.each([
    ['', '='],
    ['delays', 'delays'],
    ['Delays v2', '=44elays=20v2'],
    ['..', '=2e=2e'],
    ['a/b', 'a=2fb'],
    ['con', '=63on'],
    ['com7', '=63om7'],
    ['console', 'console'],
    ['Ω', '=u03a9'],
  ])('%j is %j', (text, name) => expect(encodeName(text)).toBe(name));
});

describe('names of slots', () => {
  it('sort as their numbers do', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        expect(slotName(a) < slotName(b)).toBe(a < b);
        expect(slotNumber(slotName(a))).toBe(a);
      }),
    );
    for (const name of ['1', 'below-0000000000000001', '0000000000000001.0.tmp', '']) expect(slotNumber(name)).toBeUndefined();
  });
});

describe('checks', () => {
  it.each([
    [checkJob, ['a', '..', 'x'.repeat(200)], ['', 1, undefined, 'x'.repeat(201)]],
    [checkId, ['a', 'A/b.c/-_', '..', 'x'.repeat(200)], ['', '/', 'a/', '/a', 'a//b', 'a b', 'ä', 1, 'x'.repeat(201)]],
    [checkSeq, [1, Number.MAX_SAFE_INTEGER], [0, -1, 1.5, Number.NaN, '1', undefined]],
    [checkBytes, [new Uint8Array(), Buffer.from('a')], ['a', [1], new ArrayBuffer(1), new Uint16Array(1), null]],
  ] as const)('%o', (check, good, bad) => {
    for (const value of good) expect(() => check(value, 'here')).not.toThrow();
    for (const value of bad)
      expect(() => check(value, 'here')).toThrow(
        expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringMatching(/^here: /) }),
      );
  });
});
