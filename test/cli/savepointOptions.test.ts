import { describe, expect, it } from 'vitest';
import { isStorage, readSavepointOptions } from '../../src/cli/savepointOptions.js';

const read = (line: string) => readSavepointOptions(line.split(' ').filter(Boolean));

describe('the command line of tidemark savepoint', () => {
  it('is read', () => {
    expect(read('plan before.tide ./p.js --export main --allow-dropped windowBy/a --allow-dropped windowBy/b --json')).toEqual({
      command: 'plan',
      from: 'before.tide',
      module: './p.js',
      exported: 'main',
      job: undefined,
      label: undefined,
      allowDropped: ['windowBy/a', 'windowBy/b'],
      json: true,
    });
    expect(read('show s3:bucket/x --label y')).toMatchObject({ command: 'show', module: '', label: 'y', json: false, allowDropped: [] });
    expect(read('plan file:./state p.js -j delays')).toMatchObject({ job: 'delays' });
    expect(read('plan --help')).toBe(undefined);
  });

  it.each([
    ['', 'a command is missing: there is plan, show.'],
    ['frob', "there is no command 'savepoint frob': there is plan, show."],
    ['toString', "there is no command 'savepoint toString': there is plan, show."],
    ['plan', 'savepoint plan: SAVEPOINT is missing.'],
    ['plan a', 'savepoint plan: MODULE is missing.'],
    ['show a b', "savepoint show: 'b' is too much."],
    ['show a --export x', 'savepoint show takes no --export.'],
    ['show a --allow-dropped x', 'savepoint show takes no --allow-dropped.'],
    ['show a --label x', '--job and --label are about a storage, such as file:./state; a savepoint in a file stands alone.'],
    ['plan file:a b -j x -l y', '--job or --label, not both.'],
    ['show file:a', '--label is missing: the savepoint in the storage. For checkpoints there is tidemark checkpoints show.'],
    ['plan a b --frob', "Unknown option '--frob'."],
  ])('%s: %s', (line, sentence) => {
    expect(() => read(line)).toThrow(sentence);
  });

  it('tells storages from files', () => {
    expect(['file:./a', 'lmdb:a', 's3:a/b', 'a.tide', './file:a', 'http:a'].map(isStorage)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
