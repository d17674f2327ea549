import { describe, expect, it } from 'vitest';
import { Snapshot } from '../../src/view/snapshot.js';
import { instant, readChangesOptions, readEntriesOptions, readViewOptions, readWindowsOptions } from '../../src/view/viewOptions.js';

describe('the options of views', () => {
  it('have defaults', () => {
    expect(readViewOptions({}, 'here')).toEqual({ read: 'latest', atLeast: undefined, timeout: 5000, unfired: true });
    expect(readEntriesOptions({}, 'here')).toMatchObject({ from: -Infinity, to: Infinity, limit: 1000, reverse: false });
    expect(readChangesOptions({}, 'here')).toMatchObject({ from: -Infinity, every: 0 });
    expect(readWindowsOptions({}, 'here')).toEqual({ from: -Infinity, to: Infinity });
  });

  it('are read', () => {
    expect(readViewOptions({ read: 'committed', timeout: '2s', unfired: false, atLeast: { a: 1 } }, 'here')).toEqual({
      read: 'committed',
      timeout: 2000,
      unfired: false,
      atLeast: { a: 1 },
    });
    expect(readChangesOptions({ every: '1s', cursor: '1.1.1', keys: ['a'] }, 'here')).toMatchObject({
      every: 1000,
      cursor: '1.1.1',
      keys: ['a'],
    });
    expect(instant(5, 'here')).toBe(5);
  });

  it('are refused where they make no sense', () => {
    const snapshot = new Snapshot({} as any, {} as any);
    expect(() => readViewOptions({ read: snapshot, atLeast: { a: 1 } }, 'here')).toThrow(/waits for nothing/);
    expect(() => readChangesOptions({ limit: 5 } as any, 'here')).toThrow(/no option "limit"/);
    expect(() => readWindowsOptions({ from: 0.5 }, 'here')).toThrow(/milliseconds/);
  });
});
