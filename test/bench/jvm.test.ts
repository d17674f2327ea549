import { describe, expect, it } from 'vitest';
import { javaVersion, reasonOf, runOf } from '../../bench/jvm.js';

describe('javaVersion', () => {
  it('reads old and new numbers, and nothing where there are none', () => {
    const said = ['openjdk version "17.0.15" 2025-04-15', 'java version "1.8.0_292"', 'openjdk version "21" 2023-09-19', 'java: not found'];
    expect(said.map(javaVersion)).toEqual([17, 8, 21, undefined]);
  });
});

describe('reasonOf', () => {
  it('is the first error of Maven, without addresses', () => {
    const text =
      '[INFO] Scanning\n[ERROR] Could not transfer artifact a:b from central (https://repo.example/a): Connection refused\n[ERROR] more';
    expect(reasonOf(text)).toBe('Could not transfer artifact a:b from central ... Connection refused');
  });

  it('is short, and says so when there was no Maven', () => {
    expect(reasonOf(`[ERROR] ${'x'.repeat(900)}`).length).toBeLessThan(170);
    expect(reasonOf('')).toBe('it could not be started, or took too long');
  });
});

describe('runOf', () => {
  it('reads an answer of the JVM, and refuses what is none', () => {
    expect(runOf('624.5 19849 -4449670')).toEqual({ took: 624.5, results: 19_849, checksum: -4_449_670 });
    expect(() => runOf('Exception in thread')).toThrow(/Exception in thread/);
    expect(() => runOf('12 13')).toThrow();
  });
});
