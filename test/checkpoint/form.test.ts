import { expect, it } from 'vitest';
import { fingerprintOf, formText, versionOf } from '../../src/checkpoint/form.js';

const form = {
  assigner: 'tumbling(1h)',
  aggregate: 'stats',
  'aggregate version': 2,
  row: 0,
  'trigger version': 0,
  lateness: 5,
  closing: 'never',
};

it('is told without what nobody needs to see', () => {
  expect(formText(form)).toBe('tumbling(1h), stats, aggregate version 2, closing never, lateness 5');
  expect(formText({})).toBe('');
});

it('has the highest version of its parts', () => {
  expect([versionOf(form), versionOf({}), versionOf({ ...form, 'trigger version': 7 })]).toEqual([2, 0, 7]);
});

it('has a fingerprint that tells it from others, of eight digits always', () => {
  expect(fingerprintOf(form)).toBe(fingerprintOf(Object.fromEntries(Object.entries(form).reverse())));
  expect(fingerprintOf(form)).not.toBe(fingerprintOf({ ...form, lateness: 6 }));
  for (let lateness = 0; lateness < 100; lateness++) expect(fingerprintOf({ lateness })).toMatch(/^[0-9a-f]{8}$/);
});
