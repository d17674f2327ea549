import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkBuilt, ROOT } from '../built.js';
import { tidemark } from './command.js';

beforeAll(checkBuilt);

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string; bin: { tidemark: string } };

describe('tidemark', () => {
  it('is the bin of the package, for Node', () => {
    expect(readFileSync(join(ROOT, manifest.bin.tidemark), 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
  });

  it('says its version and its help', async () => {
    expect(await tidemark(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { code, out } = await tidemark(args);
      expect([code, out.includes('tidemark disorder FILE'), out.includes('tidemark checkpoints list')]).toEqual([0, true, true]);
    }
  });

  it('refuses other commands, and none', async () => {
    const hint = 'tidemark --help says what there is.\n';
    expect(await tidemark(['disordr'])).toEqual({
      code: 2,
      out: '',
      err: `tidemark: there is no command 'disordr': there is disorder, checkpoints, savepoint.\n${hint}`,
    });
    expect(await tidemark([])).toEqual({
      code: 2,
      out: '',
      err: `tidemark: a command is missing: there is disorder, checkpoints, savepoint.\n${hint}`,
    });
  });

  it('points to the help of the command that was called wrongly, and tells what a storage says without a stack', async () => {
    expect((await tidemark(['disorder'])).err).toMatch(/\ntidemark disorder --help says what there is\.\n$/);
    expect(await tidemark(['checkpoints', 'list'])).toMatchObject({
      code: 2,
      err: 'tidemark: --storage is missing: where the checkpoints are, such as file:./state.\ntidemark checkpoints --help says what there is.\n',
    });
    const { code, err } = await tidemark(['checkpoints', 'list', '--storage', 'file:package.json']);
    expect([code, err]).toEqual([1, 'tidemark: file:package.json: package.json is no folder. Nothing was made; look at the path.\n']);
  });

  it('ends in peace when its reader has seen enough', async () => {
    const sources = Array.from({ length: 3_000 }, (_, index) => `{"at":${index},"id":"source ${index}"}\n`).join('');
    const { code, err } = await tidemark(['disorder', '-', '--event', 'at', '--source', 'id', '--json'], sources, 3);
    expect([code, err]).toEqual([0, '']);
  });
});
