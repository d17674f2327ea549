import { describe, expect, it } from 'vitest';
import { ringedMachine } from '../../src/engine/ringedMachine.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { slicesOf } from '../../src/windows/periods.js';
import { sliced } from '../../src/windows/sliced.js';
import { assigned, sliceAt, windowsOfSlice } from './support.js';

describe('sliced', () => {
  const apart = sliced('tens', slicesOf(10, 0));
  // Each window is two slices long.
  const overlapping = sliced('twenties', slicesOf(10, 0), ringedMachine, (timestamp, add) => {
    const start = Math.floor(timestamp / 10) * 10;
    add(start - 10, start + 10);
    add(start, start + 20);
  });

  it('makes windows of slices that lie apart', () => {
    expect([assigned(apart, -1), assigned(apart, 15)]).toEqual([[[-10, 0]], [[10, 20]]]);
    expect([sliceAt(apart, 15), windowsOfSlice(apart, [10, 20])]).toEqual([[10, 20], [[10, 20]]]);
  });

  it('says the windows that it is told, of an instant and of a slice', () => {
    const windows = [
      [0, 20],
      [10, 30],
    ];
    expect([assigned(overlapping, 15), sliceAt(overlapping, 15), windowsOfSlice(overlapping, [10, 20])]).toEqual([
      windows,
      [10, 20],
      windows,
    ]);
  });

  it('reads the bounds before they go on: an assigner may be asked again meanwhile', () => {
    const seen: number[][] = [];
    apart.assign(5, undefined, (start, end) => {
      apart.assign(25, undefined, () => {});
      seen.push([start, end]);
    });
    expect(seen).toEqual([[0, 10]]);
  });

  it('is a frozen value with the machine of its windows', () => {
    expect([apart, overlapping].map(({ name, merging, machine }) => [name, merging, machine])).toEqual([
      ['tens', false, slicedMachine],
      ['twenties', false, ringedMachine],
    ]);
    expect(Object.isFrozen(apart) && Object.isFrozen(apart.slicing)).toBe(true);
  });
});
