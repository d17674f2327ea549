import { describe, expect, it } from 'vitest';
import { dumpEntry, Entry, KeyEntries } from '../../src/engine/intervalEntries.js';

describe('the entries of a key', () => {
  it('are given as plain data, in order of time', () => {
    const entries = new KeyEntries('k');
    const side = { left: true, keep: 5, alone: false, holdsPaired: false };
    entries.left.insert(new Entry('k', 7, 'late', 0, 2, side));
    entries.left.insert(new Entry('k', 3, 'early', 1, 0, side));
    expect([entries.left.of === entries, entries.right.of === entries, entries.right.all()]).toEqual([true, true, []]);
    expect(entries.left.all().map(dumpEntry)).toEqual([
      { key: 'k', left: true, time: 3, value: 'early', seq: 1, paired: 0 },
      { key: 'k', left: true, time: 7, value: 'late', seq: 0, paired: 2 },
    ]);
  });
});
