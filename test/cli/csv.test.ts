import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvRecords } from '../../src/cli/csv.js';
import { inPieces } from './pieces.js';

const field = fc.array(fc.constantFrom('a', '1', ' ', '"', ',', ';', '\n', '\r\n', 'é')).map(parts => parts.join(''));
const needsQuotes = (text: string): boolean => /[",\n\r]/.test(text);

describe('CsvRecords', () => {
  it('are what was written, whether quoted or not, however the text is cut', () => {
    const records = fc.array(fc.array(fc.tuple(field, fc.boolean()), { minLength: 1, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(records, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.array(fc.nat(80)), (rows, end, ended, cuts) => {
        const lines = rows.map(row =>
          row.map(([text, quotes]) => (quotes || needsQuotes(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(','),
        );
        const text = lines.join(end) + (ended && rows.length > 0 ? end : '');
        const expected = rows.map(row => row.map(([value]) => value));
        // A last record of one empty field without quotes is no record at all.
        if (!ended && lines.at(-1) === '') expected.pop();
        const read = inPieces(new CsvRecords(','), text, cuts);
        expect(read.map(({ value }) => value)).toEqual(expected);
        let line = 1;
        read.forEach((record, index) => {
          expect(record.line).toBe(line);
          line += lines[index]!.split('\n').length;
        });
      }),
    );
  });

  it('find the delimiter in the first line', () => {
    const delimited = (text: string): (readonly string[])[] => inPieces(new CsvRecords(), text, []).map(({ value }) => value);
    expect(delimited('a;b,c;d\n1;2;3')).toEqual([['a', 'b,c', 'd'], ['1', '2', '3']]); // biome-ignore format: one line
    expect(delimited('a\tb\n1,2\t3')).toEqual([['a', 'b'], ['1,2', '3']]); // biome-ignore format: one line
    expect(delimited('a\n1,2')).toEqual([['a'], ['1', '2']]);
  });

  it('lose one line to a quote that does not close, or that text follows', () => {
    const read = inPieces(new CsvRecords(','), 'a,b\n"x,1\ny,2\n"z"z,3\n"w",4\n', [7]);
    expect(read).toEqual([
      { line: 1, value: ['a', 'b'] },
      { line: 2, value: [], problem: 'text follows a quote that has closed' },
      { line: 3, value: ['y', '2'] },
      { line: 4, value: [], problem: 'text follows a quote that has closed' },
      { line: 5, value: ['w', '4'] },
    ]);
    expect(inPieces(new CsvRecords(','), 'a\n"x\ny\n', [])).toEqual([
      { line: 1, value: ['a'] },
      { line: 2, value: [], problem: 'a quote is not closed' },
      { line: 3, value: ['y'] },
    ]);
  });

  it('do not wait for ever for a quote to close', () => {
    const reader = new CsvRecords(',', 50);
    expect([...reader.push('a,b\n"x,1\n'), ...reader.push('y,2\n'.repeat(20))]).toHaveLength(22);
    expect([...reader.end()]).toEqual([]);
  });

  it('take a quote inside of a field as it is', () => {
    expect(inPieces(new CsvRecords(','), '5" pipe,"6"" pipe"', []).map(({ value }) => value)).toEqual([['5" pipe', '6" pipe']]);
  });
});
