import { describe, expect, it } from 'vitest';
import { javaMissing, javaVersion, reasonOf, settingsOf } from '../../bench/maven.js';

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

describe('settingsOf', () => {
  it('puts a mirror in the place of Maven Central', () => {
    expect(settingsOf('http://mirror.example/maven?a=1&b=2')).toContain(
      '<mirrorOf>central</mirrorOf><url>http://mirror.example/maven?a=1&amp;b=2<',
    );
  });
});

describe('javaMissing', () => {
  it('says what is in the way of a program that needs a Java of the far future', async () => {
    expect(await javaMissing(10_000)).toMatch(/^there is no Java$|^Java is \d+, and 10000 is needed$/);
  });
});
