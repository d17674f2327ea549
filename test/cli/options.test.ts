import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/failure.js';
import { readOptions } from '../../src/cli/options.js';

function refused(...args: string[]): string {
  try {
    readOptions(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readOptions', () => {
  it('reads a file and a field, and leaves the rest to defaults', () => {
    expect(readOptions(['a.csv', '--event', 'at'])).toEqual({
      file: 'a.csv',
      event: 'at',
      arrival: undefined,
      source: undefined,
      unit: undefined,
      idle: undefined,
      maxFuture: undefined,
      format: undefined,
      json: false,
      svg: undefined,
      strict: false,
    });
  });

  it('reads all', () => {
    const args = '- --event a.b --arrival c --source d --unit s --idle 1.5m --max-future 0ms --format jsonl --json --svg x.svg --strict';
    expect(readOptions(args.split(' '))).toMatchObject({
      file: '-',
      event: 'a.b',
      unit: 's',
      idle: 90_000,
      maxFuture: 0,
      format: 'jsonl',
      json: true,
      svg: 'x.svg',
      strict: true,
    });
  });

  it('knows when help is wanted', () => {
    expect([readOptions(['--help']), readOptions(['a.csv', '-h'])]).toEqual([undefined, undefined]);
  });

  it.each<[string[], string]>([
    [[], 'FILE is missing; - is standard input.'],
    [['a.csv'], '--event is missing: the field that says when it happened.'],
    [['a.csv', 'b.csv', '--event', 'x'], "one FILE at a time, but there is also 'b.csv'."],
    [['a.csv', '--even', 'x'], "Unknown option '--even'."],
    [['a.csv', '--event', 'x', '--unit', 'min'], "--unit is ms, s, us, ns or iso, but came as 'min'."],
    [['a.csv', '--event', 'x', '--format', 'xml'], "--format is csv or jsonl, but came as 'xml'."],
    [['a.csv', '--event', 'x', '--idle', '5s'], '--idle is about sources: give --source too.'],
    [['a.csv', '--event', 'x', '--max-future', '5s'], '--max-future is measured against --arrival: give it too.'],
    [['a.csv', '--event', 'x', '--source', 'y', '--idle', '5 s'], "--idle is a time such as 500ms, 30s, 5m, 1h or 1d, but came as '5 s'."],
    [['a.csv', '--event', 'x', '--source', 'y', '--idle', '0s'], "--idle is a time such as 500ms, 30s, 5m, 1h or 1d, but came as '0s'."],
    [['a.csv', '--event'], "Option '--event <value>' argument missing."],
    [['a.csv', '--event', 'x', '--json=yes'], "Option '--json' does not take an argument."],
  ])('refuses %o', (args, sentence) => {
    expect(refused(...args)).toBe(sentence);
  });
});
