import { describe, expect, it } from 'vitest';
import { Progress } from '../../src/cli/progress.js';

function said(terminal: boolean, bytes: number | undefined, act: (progress: Progress, wait: (ms: number) => void) => void): string[] {
  const texts: string[] = [];
  let now = 0;
  const progress = new Progress(terminal, bytes, text => texts.push(text), () => now); // biome-ignore format: one line
  act(progress, ms => (now += ms));
  return texts;
}

describe('progress', () => {
  it('on a terminal is one line, ten times a second, and leaves nothing behind', () => {
    const texts = said(true, 200, (progress, wait) => {
      progress.report(10, 1);
      wait(100);
      progress.report(50, 1_234);
      wait(99);
      progress.report(60, 2_000);
      wait(1);
      progress.report(200, 3_000);
      progress.end();
    });
    expect(texts).toEqual(['\r25 %, 1,234 elements\x1b[K', '\r100 %, 3,000 elements\x1b[K', '\r\x1b[K']);
  });

  it('of a pipe is in megabytes', () => {
    const texts = said(true, undefined, (progress, wait) => {
      wait(100);
      progress.report(5_400_000, 9);
    });
    expect(texts).toEqual(['\r5 MB, 9 elements\x1b[K']);
  });

  it('without a terminal is a line for each tenth of a large file', () => {
    const texts = said(false, 200_000_000, progress => {
      for (let bytes = 0; bytes <= 200_000_000; bytes += 30_000_000) progress.report(bytes, bytes / 10_000);
      progress.end();
    });
    expect(texts).toEqual([
      '15 %, 3,000 elements\n',
      '30 %, 6,000 elements\n',
      '45 %, 9,000 elements\n',
      '60 %, 12,000 elements\n',
      '75 %, 15,000 elements\n',
      '90 %, 18,000 elements\n',
    ]);
  });

  it('is silent otherwise', () => {
    expect(said(false, 99_999_999, progress => progress.report(50_000_000, 5))).toEqual([]);
    expect(said(false, undefined, progress => progress.report(500_000_000, 5))).toEqual([]);
    expect(said(true, 100, progress => progress.end())).toEqual([]);
  });

  it('counts what it is told to', () => {
    const texts: string[] = [];
    let now = 0;
    const progress = new Progress(true, 10, text => texts.push(text), () => now, 'chunks'); // biome-ignore format: one line
    now = 100;
    progress.report(5, 2);
    expect(texts).toEqual(['\r50 %, 2 chunks\x1b[K']);
  });
});
