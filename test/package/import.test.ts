/** Every entry point of the packed library loads in Node, by `import` and by `require`, and gives the same thing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRY_POINTS, node, type Outcome } from '../built.js';
import { type Installed, install } from './install.js';

let installed: Installed;
beforeAll(() => {
  installed = install();
}, 60_000);
afterAll(() => installed?.remove());

function run(name: string, text: string): string {
  writeFileSync(join(installed.project, name), text);
  const { status, stdout, stderr } = node([name], installed.project);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

describe('the packed library', () => {
  it.each(ENTRY_POINTS)('loads $name by import and by require', ({ name }) => {
    const imported = run('import.mjs', `import * as library from '${name}'; console.log(Object.keys(library).sort().join());`);
    const required = run('require.cjs', `const library = require('${name}'); console.log(Object.keys(library).sort().join());`);
    expect(imported.trim()).not.toBe('');
    // `require` of a module adds these two where it says how it was made.
    const added = new Set(['__esModule', 'module.exports']);
    expect(
      required
        .trim()
        .split(',')
        .filter(key => !added.has(key)),
    ).toEqual(imported.trim().split(','));
  });

  it('asks for an optional package only where it is used', () => {
    const bare = install(['rxjs']);
    try {
      const text = (name: string, use: string): string => `import * as library from '${name}'; ${use}`;
      const outcome = (name: string, use = ''): Outcome => {
        writeFileSync(join(bare.project, 'bare.mjs'), text(name, use));
        return node(['bare.mjs'], bare.project);
      };
      for (const name of ['tidemark', 'tidemark/testing', 'tidemark/node', 'tidemark/lmdb', 'tidemark/kafka'])
        expect(outcome(name).status, name).toBe(0);
      expect(outcome('tidemark/indexeddb').stderr).toContain("Cannot find package 'idb-keyval'");
      expect(outcome('tidemark/s3').stderr).toContain("Cannot find package 'aws4fetch'");
      const open = "await library.lmdbStorage('./state').open().catch(error => console.log(error.code, error.message));";
      expect(outcome('tidemark/lmdb', open).stdout).toMatch(/^STORAGE_UNFIT lmdbStorage\(\.\/state\): .*npm install lmdb/);
      const ask =
        "await library.kafkaJs({ brokers: ['localhost:1'] }).partitions(['t']).catch(error => console.log(error.code, error.message));";
      expect(outcome('tidemark/kafka', ask).stdout).toMatch(/^KAFKA_FAILED kafkaJs: .*npm install kafkajs@2\.2\.4/);
    } finally {
      bare.remove();
    }
  }, 60_000);

  it('is one copy, however it is loaded', () => {
    const text =
      "import { createRequire } from 'node:module'; import * as a from 'tidemark'; const b = createRequire(import.meta.url)('tidemark');";
    expect(run('both.mjs', `${text} console.log(a.TidemarkError === b.TidemarkError);`)).toBe('true\n');
  });

  it('gives its package.json', () => {
    expect(run('manifest.cjs', "console.log(require('tidemark/package.json').name);")).toBe('tidemark\n');
  });

  it('hides everything else', () => {
    writeFileSync(join(installed.project, 'deep.mjs'), "import 'tidemark/dist/errors.js';");
    expect(node(['deep.mjs'], installed.project).stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
