import { expect, it } from 'vitest';
import { manifestOf } from '../../src/checkpoint/manifest.js';

it('says what a barrier consists of, without its state', () => {
  const operators = [
    { kind: 'windowBy', name: 'a/b', rest: 1, parts: [], form: { assigner: 'x' } },
    { kind: 'union', name: 'u', rest: 2, parts: [] },
  ];
  const sources = [
    { name: 's', position: 5, watermark: 3 },
    { name: 't', position: 6 },
  ];
  expect(manifestOf({ operators, sources, watermark: 2 })).toEqual({
    operators: ['windowBy/a/b', 'union/u'],
    sources: ['s', 't'],
    watermark: 2,
    forms: { 'windowBy/a/b': { assigner: 'x' } },
    watermarks: { s: 3 },
  });
});
