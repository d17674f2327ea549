import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { node, ROOT } from '../built.js';

let folder: string;

/** Writes a file as it was changed at some second. */
function write(path: string, text: string, at: number): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, at, at);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-'));
  const exports = { '.': { default: './dist/index.js' }, './node': { default: './dist/node.js' }, './package.json': './package.json' };
  write('package.json', JSON.stringify({ exports }), 100);
  write('tsconfig.json', '{}', 100);
  write('tsconfig.node.json', '{}', 100);
  write('src/index.ts', '', 100);
  write('src/deep/er.ts', '', 100);
  write('node_modules/typescript/bin/tsc', 'console.log("tsc", ...process.argv.slice(2));', 100);
  mkdirSync(join(folder, 'examples'));
  copyFileSync(join(ROOT, 'examples/ensureBuilt.mjs'), join(folder, 'examples/ensureBuilt.mjs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = () => node([join(folder, 'examples/ensureBuilt.mjs')], folder);
const built = { status: 0, stdout: 'tsc -p tsconfig.json\ntsc -p tsconfig.node.json\n', stderr: expect.stringMatching(/^Building/) };
const nothing = { status: 0, stdout: '', stderr: '' };

describe('ensureBuilt', () => {
  it('builds if an entry is missing, or older than any source', () => {
    write('dist/index.js', '', 101);
    expect(run()).toEqual(built);
    write('dist/node.js', '', 101);
    expect(run()).toEqual(nothing);
    write('src/deep/er.ts', '', 102);
    write('dist/index.js', '', 103);
    expect(run()).toEqual(built);
  }, 60_000);

  it('fails if the build does', () => {
    write('node_modules/typescript/bin/tsc', 'process.exitCode = 2;', 100);
    expect(run()).toMatchObject({ status: 2, stdout: '' });
  });
});
