/** The types of the built library hold for users of every TypeScript from 5.4 on: compiles `*.types.ts` with each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkBuilt, node, ROOT } from './built.js';

const COMPILERS: readonly (readonly [version: string, folder: string])[] = [
  ['5.4', 'typescript-5.4'],
  ['5.9', 'typescript'],
  ['6.0', 'typescript-6'],
  ['7.0', 'typescript-7'],
];

beforeAll(checkBuilt);

describe('the types', { timeout: 120_000 }, () => {
  it.each(COMPILERS)('compile with TypeScript %s', (version, folder) => {
    const installed = join(ROOT, 'node_modules', folder);
    expect((JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { version: string }).version).toMatch(`${version}.`);
    expect(compile(folder, 'tsconfig.json')).toEqual([]);
  });

  it('compile as bundlers resolve them', () => {
    expect(compile('typescript', 'tsconfig.bundler.json')).toEqual([]);
  });
});

/** What the compiler says, cut short: one mistake in a type can make a hundred lines. */
function compile(folder: string, config: string): string[] {
  const compiler = join(ROOT, 'node_modules', folder, 'bin', 'tsc');
  const { status, stdout, stderr } = node([compiler, '-p', join('test', 'types', config), '--pretty', 'false']);
  const said = `${stdout}${stderr}`.split('\n').filter(line => line !== '');
  return status === 0 || said.length > 0 ? said.slice(0, 20) : [`The compiler ended with status ${status} and said nothing.`];
}
