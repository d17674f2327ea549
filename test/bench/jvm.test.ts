import { describe, expect, it } from 'vitest';
import { runOf } from '../../bench/jvm.js';

describe('runOf', () => {
  it('reads an answer of the JVM, and refuses what is none', () => {
    expect(runOf('624.5 19849 -4449670')).toEqual({ took: 624.5, results: 19_849, checksum: -4_449_670 });
    expect(() => runOf('Exception in thread')).toThrow(/Exception in thread/);
    expect(() => runOf('12 13')).toThrow();
  });
});
