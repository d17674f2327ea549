import { describe, expect, it } from 'vitest';
import { MemoryLog } from '../../src/kafka/memoryLog.js';
import type { Outgoing } from '../../src/kafka/outgoing.js';

const record = (value: number): Outgoing => ({
  topic: 't',
  partition: 0,
  key: null,
  value: Uint8Array.of(value),
  timestamp: undefined,
  headers: {},
  bytes: 1,
});
const seen = (log: MemoryLog, from = 0): number[] => log.read(from, 100).records.map(({ value }) => value?.[0] as number);

describe('a log in memory', () => {
  it('shows nothing of a transaction, and nothing behind it, before its marker', () => {
    const log = new MemoryLog('t', 0);
    log.append(record(1), 5);
    log.append(record(2), 5, 7);
    log.append(record(3), 5);
    expect([seen(log), log.stable, log.high]).toEqual([[1], 1, 3]);
    log.end(7, true);
    expect([seen(log), log.stable, log.high]).toEqual([[1, 2, 3], 4, 4]);
    expect(log.read(0, 100).records[0]).toMatchObject({ offset: 0, timestamp: 5 });
  });

  it('tells transactions of one producer apart', () => {
    const log = new MemoryLog('t', 0);
    for (const [value, committed] of [
      [1, false],
      [2, true],
      [3, false],
    ] as const) {
      log.append(record(value), 0, 7);
      log.end(7, committed);
    }
    expect(seen(log)).toEqual([2]);
    expect(log.read(4, 100)).toEqual({ records: [], next: 6 });
  });

  it('gives so many at most, and says where it goes on', () => {
    const log = new MemoryLog('t', 0);
    for (let i = 0; i < 5; i++) log.append(record(i), 0);
    expect(log.read(1, 2)).toMatchObject({ next: 3 });
    log.trim(3);
    expect([log.low, log.high, seen(log, 3)]).toEqual([3, 5, [3, 4]]);
    log.trim(99);
    expect([log.low, log.high]).toEqual([5, 5]);
    log.trim(1);
    expect(log.low).toBe(5);
  });

  it('forgets what a later record of the same key replaces, and keeps offsets; tombstones go when it is told to', () => {
    const log = new MemoryLog('t', 0);
    const put = (key: string | null, value: string | null): void => {
      const bytes = (text: string | null) => (text === null ? null : new TextEncoder().encode(text));
      log.append({ topic: 't', partition: 0, key: bytes(key), value: bytes(value), timestamp: 0, headers: {}, bytes: 1 }, 0);
    };
    for (const [key, value] of [
      ['a', '1'],
      ['b', '1'],
      [null, '1'],
      ['a', '2'],
      ['b', null],
    ] as const)
      put(key, value);
    const offsets = (): number[] => log.read(0, 99).records.map(({ offset }) => offset);
    log.compact(false);
    expect(offsets()).toEqual([2, 3, 4]);
    log.compact(true);
    expect(offsets()).toEqual([2, 3]);
    expect(log.high).toBe(5);
  });
});
