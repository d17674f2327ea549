/** Every TypeScript example in the documents and in the docstrings compiles; those marked to run print what stands below them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkBuilt, node, ROOT } from './built.js';
import { type Block, blocksOf, blocksOfSource } from './docs/blocks.js';
import { compile, transpile } from './docs/program.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const guides = readdirSync(join(ROOT, 'docs'))
  .filter(path => path.endsWith('.md'))
  .map(path => `docs/${path}`)
  .sort();
const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...guides].filter(path => existsSync(join(ROOT, path)));
const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => `src/${path.replaceAll('\\', '/')}`)
  .sort();
const blocks: readonly Block[] = [
  ...documents.flatMap(path => blocksOf(path, read(path))),
  ...sources.flatMap(path => blocksOfSource(path, read(path))),
];

describe('the examples in the documentation', () => {
  let said: ReadonlyMap<Block, readonly string[]>;
  beforeAll(() => {
    checkBuilt();
    said = compile(blocks);
  }, 120_000);

  it('are there', () => {
    expect(documents).toContain('README.md');
    expect(blocks.some(block => block.file === 'README.md' && block.run)).toBe(true);
    expect(blocks.some(block => block.file.startsWith('src/'))).toBe(true);
  });

  it.each(blocks)('compile: $where', block => {
    expect(said.get(block)).toEqual([]);
  });

  it.each(blocks.filter(block => block.run))('run: $where', { timeout: 30_000 }, block => {
    const { status, stdout, stderr } = node([transpile(block, blocks.indexOf(block))]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    if (block.prints !== undefined) expect(stdout.trimEnd()).toBe(block.prints.trimEnd());
  });
});

describe('the search for examples', () => {
  it('finds blocks, their preludes and what they print', () => {
    const text = [
      '# Title',
      '<!-- prelude:',
      'const a = 1;',
      '-->',
      '',
      '```ts run',
      'console.log(a);',
      '```',
      '',
      '```text',
      '1',
      '```',
      '```sh',
      '```ts is no block in here',
      '```',
      '  ```ts',
      '  const b = 2;',
      '  ```',
      'and text',
      '```',
      'plain',
      '```',
    ].join('\n');
    expect(blocksOf('a.md', text)).toEqual([
      { where: 'a.md:7', file: 'a.md', line: 7, prelude: 'const a = 1;', code: 'console.log(a);', run: true, prints: '1' },
      { where: 'a.md:17', file: 'a.md', line: 17, prelude: '', code: 'const b = 2;', run: false, prints: undefined },
    ]);
  });

  it('finds blocks in docstrings only', () => {
    const text = [
      'const s = "```ts";',
      '/**',
      ' * One.',
      ' *',
      ' * @example',
      ' * ```ts',
      ' * let x = 1;',
      ' *',
      ' * x++;',
      ' * ```',
      ' */',
      'let y;',
    ].join('\n');
    expect(blocksOfSource('a.ts', text)).toEqual([
      { where: 'a.ts:7', file: 'a.ts', line: 7, prelude: '', code: 'let x = 1;\n\nx++;', run: false, prints: undefined },
    ]);
  });

  it('reports what does not compile at its own line', () => {
    const [bad] = blocksOf('a.md', '<!-- prelude: const a = 1; -->\n```ts\nconst b: number = a;\nconst c: string = b;\n```');
    expect([...compile([bad!]).values()]).toEqual([["a.md:4: Type 'number' is not assignable to type 'string'."]]);
  }, 60_000);
});
