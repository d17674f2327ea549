import { describe, expect, it } from 'vitest';
import { Elements } from '../../src/cli/elements.js';
import { InputError } from '../../src/cli/failure.js';

const wanted = { event: 'at', arrival: undefined, source: undefined, unit: undefined };

describe('elements of JSON lines', () => {
  const read = (value: string, more: object = {}): unknown => new Elements({ ...wanted, ...more }).read({ line: 1, value }, 'jsonl');

  it('have the fields that are asked for', () => {
    const text = '{"at":5,"came":{"at":"1970-01-01"},"who":{"id":[1]}}';
    expect(read(text)).toEqual({ event: 5, arrival: undefined, source: undefined });
    expect(read(text, { arrival: 'came.at', source: 'who' })).toEqual({ event: 5, arrival: 0, source: { id: [1] } });
  });

  it.each<[string, object, unknown]>([
    ['', {}, undefined],
    ['  ', {}, undefined],
    ['{"at":', {}, 'it is not JSON: "{\\"at\\":"'],
    ['[1]', {}, 'it is not one JSON object: "[1]"'],
    ['7', {}, 'it is not one JSON object: "7"'],
    ['{"b":{"c":1},"d":2}', {}, "there is no field 'at'; there are: b.c, d"],
    ['{"at":null}', {}, "there is no field 'at'; there are: at"],
    ['{"at":5}', { source: 'id' }, "there is no field 'id'; there are: at"],
    ['{"at":"x"}', {}, '\'at\' is neither a number nor an ISO date, but "x"'],
    ['{"at":"x"}', { unit: 's' }, '\'at\' is not a number, but "x"'],
    ['{"at":5}', { unit: 'iso' }, "'at' is not a date such as 2024-03-09T16:00:00Z, but 5"],
    ['{"at":5,"came":true}', { arrival: 'came' }, "'came' is neither a number nor an ISO date, but true"],
  ])('%j with %o: %s', (text, more, said) => {
    expect(read(text, more)).toBe(said);
  });

  it('names thirty fields at most', () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, 1])));
    expect(read(many)).toMatch(/, f29, and 10 more$/);
  });
});

describe('elements of CSV', () => {
  it('have the columns that the header names', () => {
    const elements = new Elements({ ...wanted, source: 'who' });
    const read = (...value: string[]): unknown => elements.read({ line: 1, value }, 'csv');
    expect(read(' who', 'at ')).toBe(undefined);
    expect(read('a', '5')).toEqual({ event: 5, arrival: undefined, source: 'a' });
    expect(read('')).toBe(undefined);
    expect(read('a')).toBe("there is no field 'at'; there are: who");
    expect(elements.read({ line: 1, value: [], problem: 'odd' }, 'csv')).toBe('odd');
  });

  it('are refused at once if a column is missing', () => {
    const elements = new Elements({ ...wanted, source: 'who' });
    expect(() => elements.read({ line: 1, value: ['at', 'x'] }, 'csv')).toThrow(
      new InputError("there is no field 'who'; there are: at, x."),
    );
  });
});
