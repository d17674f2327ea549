import { describe, expect, it } from 'vitest';
import { copied } from '../../src/checkpoint/copied.js';

describe('copied', () => {
  it('gives the copy', () => {
    expect(copied('windowBy/w', () => structuredClone([1]))).toEqual([1]);
  });

  it('says whose state is no plain data, and leaves other errors as they are', () => {
    expect(() => copied('windowBy/w', () => structuredClone(() => 1))).toThrow(
      expect.objectContaining({
        code: 'UNSTORABLE',
        message: expect.stringMatching(/^windowBy\/w: its state cannot be kept .*=> 1 could not be cloned\. State/),
      }),
    );
    const other = new Error('no');
    expect(() =>
      copied('windowBy/w', () => {
        throw other;
      }),
    ).toThrow(other);
  });
});
