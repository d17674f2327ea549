import { NEVER, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  anything,
  checkFlag,
  checkFunction,
  checkObserver,
  checkOptions,
  located,
  mustBe,
  oneOf,
  readOptions,
  show,
  TidemarkError,
} from '../src/errors.js';
import { refusal } from './support.js';

describe('TidemarkError', () => {
  it('is an Error with a stable code, and a cause if there is one', () => {
    const cause = new Error('deeper');
    const error = new TidemarkError('BAD_KEY', 'key: no.', { cause });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message, error.cause]).toEqual(['TidemarkError', 'BAD_KEY', 'key: no.', cause]);
    expect(String(error)).toBe('TidemarkError: key: no.');
  });
});

describe('mustBe', () => {
  it('says where, what was expected, what came, and what to do', () => {
    expect(mustBe('f: size', 'a number', 'x')).toMatchObject({ code: 'BAD_OPTION', message: 'f: size must be a number, but came as "x".' });
    expect(mustBe('f: size', 'a number', 5n, 'Use Number(size).', 'BAD_VALUE')).toMatchObject({
      code: 'BAD_VALUE',
      message: 'f: size must be a number, but came as 5n. Use Number(size).',
    });
  });
});

describe('located', () => {
  it('adds operator and element to a key that was refused, and nothing to other errors', () => {
    const key = new TidemarkError('BAD_KEY', 'key must be plain.');
    expect(located(key, 'windowBy(session(5))', { id: 7 })).toMatchObject({
      code: 'BAD_KEY',
      message: 'windowBy(session(5)): key must be plain. Element: {"id":7}.',
    });
    for (const other of [new TidemarkError('BAD_VALUE', 'no'), new Error('no'), 'no', undefined])
      expect(located(other, 'f', 1)).toBe(other);
  });
});

describe('checks of arguments', () => {
  it('refuse options that do not exist', () => {
    expect(() => checkOptions({ a: 1, b: undefined }, ['a', 'b'], 'f')).not.toThrow();
    expect(refusal(() => checkOptions({ a: 1, B: 2 }, ['a', 'b'], 'f'))).toBe('BAD_OPTION: f: there is no option "B". There are: a, b.');
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [['a'], '["a"]'],
  ])('refuse %j as options', (options, shown) => {
    expect(refusal(() => checkOptions(options, ['a', 'b'], 'f'))).toBe(
      `BAD_OPTION: f: options must be an object with a, b, but came as ${shown}.`,
    );
  });

  it('refuse what is neither true nor false', () => {
    expect([checkFlag(true, 'f: sample'), checkFlag(false, 'f: sample')]).toEqual([true, false]);
    expect(refusal(() => checkFlag(0, 'f: sample'))).toBe('BAD_OPTION: f: sample must be true or false, but came as 0.');
  });

  it('refuse what is not one of some words', () => {
    const read = oneOf('early', 'late');
    expect(read('late', 'f: when')).toBe('late');
    expect(refusal(() => read('Late', 'f: when'))).toBe('BAD_OPTION: f: when must be one of early, late, but came as "Late".');
    expect(refusal(() => read(null, 'f: when'))).toBe('BAD_OPTION: f: when must be one of early, late, but came as null.');
  });

  it('refuse what is no function', () => {
    expect(() => checkFunction(() => 0, 'f: key')).not.toThrow();
    expect(refusal(() => checkFunction('name', 'f: key'))).toBe('BAD_OPTION: f: key must be a function, but came as "name".');
  });

  it('refuse what is no observer', () => {
    expect(() => checkObserver({ next: () => {} }, 'f: late')).not.toThrow();
    const sentence = 'BAD_OPTION: f: late must be an observer, such as { next: record => ... }, but came as';
    expect(refusal(() => checkObserver(() => {}, 'f: late'))).toBe(`${sentence} a function.`);
    expect(refusal(() => checkObserver({}, 'f: late'))).toBe(`${sentence} {}.`);
    expect(refusal(() => checkObserver(null, 'f: late'))).toBe(`${sentence} null.`);
  });
});

describe('readOptions', () => {
  const readers = { size: (value: number, where: string) => `${where} = ${value}`, when: oneOf('early', 'late'), name: anything };

  it('reads the options that are given, each by its reader', () => {
    expect(readOptions({ size: 5, name: null }, readers, 'f')).toEqual({ size: 'f: size = 5', name: null });
    expect(readOptions({ when: undefined }, readers, 'f')).toEqual({});
    expect(readOptions(Object.create({ when: 'late' }), readers, 'f')).toEqual({ when: 'late' });
  });

  it('refuses what a reader refuses, options that do not exist, and what is no object', () => {
    expect(refusal(() => readOptions({ when: 'now' }, readers, 'f'))).toBe(
      'BAD_OPTION: f: when must be one of early, late, but came as "now".',
    );
    expect(refusal(() => readOptions({ sise: 5 }, readers, 'f'))).toBe(
      'BAD_OPTION: f: there is no option "sise". There are: size, when, name.',
    );
    expect(refusal(() => readOptions(null, readers, 'f'))).toBe(
      'BAD_OPTION: f: options must be an object with size, when, name, but came as null.',
    );
  });
});

describe('show', () => {
  class Point {
    readonly x = 1;
  }
  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each([
    ['text', '"text"'],
    ['two\nlines', '"two\\nlines"'],
    [5, '5'],
    [Number.NaN, 'NaN'],
    [5n, '5n'],
    [true, 'true'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('id'), 'Symbol(id)'],
    [show, 'function show'],
    [(() => () => {})(), 'a function'],
    [new Date(0), 'Date 1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Invalid Date'],
    [{ a: [1, 2n] }, '{"a":[1,"2n"]}'],
    [new Point(), 'Point {"x":1}'],
    [new Map(), 'Map {}'],
    [NEVER, 'an Observable'],
    [new Subject(), 'an Observable'],
    [cycle, '[object Array]'],
    [{ toJSON: () => undefined }, '[object Object]'],
  ])('shows %s on one line', (value, text) => {
    expect(show(value)).toBe(text);
  });

  it('never throws', () => {
    const hidden = {
      get subscribe() {
        throw new Error('no');
      },
    };
    expect([show(hidden), show(Object.create(null))]).toEqual(['[object Object]', '{}']);
  });

  it('shortens what is long', () => {
    for (const long of ['x'.repeat(500), { x: 'x'.repeat(500) }]) {
      expect(show(long)).toHaveLength(120);
      expect(show(long)).toMatch(/x\.\.\.$/);
    }
  });
});
