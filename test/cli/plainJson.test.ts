import { expect, it } from 'vitest';
import { jsonOf } from '../../src/cli/plainJson.js';

it('shows what JSON does not know', () => {
  const state = {
    big: 12n,
    none: undefined,
    numbers: [Number.NaN, -Infinity, 1.5, undefined],
    dates: [new Date(0), new Date(Number.NaN)],
    map: new Map<unknown, unknown>([[{ a: 1 }, new Set([1n])]]),
    bytes: [Uint8Array.of(1, 2), new Uint8Array([3]).buffer, new DataView(new Uint8Array([4, 5]).buffer, 1), BigInt64Array.of(6n)],
    others: [/x/g, new TypeError('no'), null, true, 'text'],
  };
  expect(JSON.parse(jsonOf(state, 2))).toEqual({
    big: '12n',
    numbers: ['NaN', '-Infinity', 1.5, null],
    dates: ['1970-01-01T00:00:00.000Z', 'Invalid Date'],
    map: [[{ a: 1 }, ['1n']]],
    bytes: [[1, 2], [3], [5], ['6n']],
    others: ['/x/g', 'TypeError: no', null, true, 'text'],
  });
  expect([jsonOf(undefined), jsonOf([1, { a: 'b' }])]).toEqual(['null', '[1,{"a":"b"}]']);
});
