import { describe, expect, it } from 'vitest';
import { readCheckpointOptions } from '../../src/cli/checkpointOptions.js';
import { UsageError } from '../../src/cli/failure.js';

const read = (line: string) => readCheckpointOptions(line.split(' ').filter(Boolean));

function refused(line: string): string {
  try {
    read(line);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readCheckpointOptions', () => {
  it('leaves what is not said to defaults', () => {
    expect(read('list --storage file:.')).toEqual({
      command: 'list',
      words: [],
      storage: 'file:.',
      job: undefined,
      json: false,
      seq: undefined,
      window: undefined,
      prefix: undefined,
      limit: 50,
      pin: true,
      anyway: false,
      name: 'pin',
      remove: false,
      keep: undefined,
      yes: false,
    });
  });

  it('reads all', () => {
    expect(read('keys w -s a:b -j job --at 7 --window 2024-03-09T16:00:00Z --prefix S --limit 0 --no-pin --json')).toMatchObject({
      command: 'keys',
      words: ['w'],
      storage: 'a:b',
      job: 'job',
      seq: 7,
      window: Date.UTC(2024, 2, 9, 16),
      prefix: 'S',
      limit: Infinity,
      pin: false,
      json: true,
    });
    expect(read('get w k --window 1500 --limit 3 -s a:b')).toMatchObject({ words: ['w', 'k'], window: 1500, limit: 3 });
    expect(read('pin 5 --name before.1 --remove -s a:b')).toMatchObject({ seq: 5, name: 'before.1', remove: true });
    expect(read('gc --keep 2 --yes -s a:b')).toMatchObject({ keep: 2, yes: true });
    expect(read('export f --at 3 --anyway -s a:b')).toMatchObject({ words: ['f'], seq: 3, anyway: true });
  });

  it('gives help of all, or of one, before anything else is looked at', () => {
    expect([read('--help'), read('frob -h'), read('diff --help --keep x')]).toEqual(['', '', 'diff']);
  });

  it.each([
    ['', /^a command is missing: there is list, show, verify, diff, keys, get, export, import, pin, gc\.$/],
    ['frob -s a:b', /^there is no command 'checkpoints frob'/],
    ['toString -s a:b', /^there is no command 'checkpoints toString'/],
    ['list', /^--storage is missing/],
    ['diff 1 -s a:b', /^checkpoints diff: B is missing\.$/],
    ['show 1 2 -s a:b', /^checkpoints show: '2' is too much\.$/],
    ['show x -s a:b', /^SEQ is a whole number of at least 1, but came as 'x'\.$/],
    ['keys w --at 0 -s a:b', /^--at is a whole number of at least 1, but came as '0'\.$/],
    ['keys w --limit -1 -s a:b', /limit/],
    ['gc --keep 0 -s a:b', /^--keep is a whole number of at least 1, but came as '0'\.$/],
    ['list --keep 2 -s a:b', /^checkpoints list takes no --keep\.$/],
    ['verify --at 2 -s a:b', /^checkpoints verify takes no --at\.$/],
    ['gc --no-pin -s a:b', /^checkpoints gc takes no --no-pin\.$/],
    ['keys w --window soon -s a:b', /^--window is a time: .*but came as 'soon'\.$/],
    ['pin --name reading -s a:b', /^--name is up to 60/],
    ['pin --name a/b -s a:b', /^--name is up to 60/],
    ['list --frob -s a:b', /^Unknown option '--frob'\.$/],
  ])('refuses %j', (line, sentence) => {
    expect(refused(line)).toMatch(sentence);
  });
});
