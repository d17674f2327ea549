import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlainLines } from '../../src/cli/lines.js';
import { inPieces } from './pieces.js';

describe('PlainLines', () => {
  it('are the lines of the text, however it is cut', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '\n', '\r\n', ' ')).map(parts => parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(30)), (whole, cuts) => {
        const expected = whole.split(/\r?\n/);
        if (expected.at(-1) === '') expected.pop();
        expect(inPieces(new PlainLines(), whole, cuts)).toEqual(expected.map((value, index) => ({ line: index + 1, value })));
      }),
    );
  });

  it('refuse a line that is too long, and go on', () => {
    expect(inPieces(new PlainLines(5), 'abc\nabcdefgh\nabcde', [6, 9])).toMatchObject([
      { line: 1, value: 'abc' },
      { line: 2, problem: 'it is longer than 5 characters' },
      { line: 3, value: 'abcde' },
    ]);
  });
});
