/** Holds the import law of the library, and shows that the law bites. The law itself: `architecture/law.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OUTSIDE, untested, violations } from './architecture/law.js';
import { readSource, type SourceFile } from './architecture/source.js';

const ROOT = join(import.meta.dirname, '..');

/** Files of `src/` whose test has another place, and why. */
const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {};

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const below = entries.filter(entry => entry.isFile() && entry.name.endsWith('.ts')).map(entry => join(entry.parentPath, entry.name));
  return below.map(path => path.slice(join(ROOT, folder).length + 1).replaceAll('\\', '/')).sort();
}

const sources: readonly SourceFile[] = filesBelow('src').map(path => ({ path, text: readFileSync(join(ROOT, 'src', path), 'utf8') }));

describe('the architecture', () => {
  it('keeps the import law', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(violations(sources)).toEqual([]);
  });

  it('has a test of the same path for every source file', () => {
    const missing = untested(sources, new Set(filesBelow('test')));
    expect(missing.filter(path => !(path in TESTED_ELSEWHERE))).toEqual([]);
  });

  it('gives leave to import the world outside to no file that does not need it', () => {
    for (const [path, packages] of Object.entries(OUTSIDE)) {
      const imports = readSource(sources.find(source => source.path === path) as SourceFile).imports.map(({ from }) => from);
      expect(imports, path).toEqual(expect.arrayContaining([...packages]));
    }
  });

  it('leads from the entry point for browsers to nothing of the world outside', () => {
    const byPath = new Map(sources.map(source => [source.path, readSource(source)]));
    const reached = new Set<string>();
    const walk = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { from, runtime } of byPath.get(path)?.imports ?? [])
        if (runtime && from.startsWith('.')) walk(join('/', path, '..', from).slice(1).replace(/\.js$/, '.ts').replaceAll('\\', '/'));
    };
    for (const surface of ['index.ts', 'testing/index.ts']) walk(surface);
    expect(reached.size).toBeGreaterThan(100);
    expect([...reached].filter(path => path in OUTSIDE)).toEqual([]);
  });

  it('lists no exception that is not needed', () => {
    const missing = untested(sources, new Set(filesBelow('test')));
    expect(Object.keys(TESTED_ELSEWHERE).filter(path => !missing.includes(path))).toEqual([]);
  });
});

describe('the import law', () => {
  /** A table of its own, so that the tests of the law do not move with the library. */
  const ranks = {
    'errors.ts': 0,
    time: 1,
    windows: 2,
    aggregates: 2,
    state: 2,
    triggers: 3,
    engine: 4,
    stream: 6,
    operators: 7,
    'index.ts': 8,
    testing: 9,
    cli: 10,
  };
  const errors = { path: 'errors.ts', text: 'export const e = 1;' };
  const file = (path: string, text: string): SourceFile => ({ path, text });

  it('lets a file import its own folder and lower ranks', () => {
    const good = [
      errors,
      file('time/a.ts', "import { e } from '../errors.js'; export const a = e;"),
      file('windows/b.ts', "import { a } from '../time/a.js'; import { c } from './c.js'; export const b = a + c;"),
      file('windows/c.ts', "import type { b } from './b.js'; export const c = 1; export type B = typeof b;"),
      file(
        'stream/d.ts',
        "import { map } from 'rxjs'; import type { Observable } from 'rxjs'; export const d = () => [map, Date.now()] as unknown as Observable<1>;",
      ),
      file('index.ts', "export { d } from './stream/d.js'; export type { B } from './windows/c.js';"),
      file('testing/index.ts', "export { b } from '../windows/b.js';"),
      file(
        'cli/main.ts',
        "import { readFileSync } from 'node:fs'; import { d } from '../stream/d.js'; export const m = [readFileSync, d];",
      ),
    ];
    expect(violations(good, ranks)).toEqual([]);
  });

  it('lets a file of its table import the module that stands there, and no other', () => {
    const table = { ...ranks, storages: 7 };
    const files = (from: string): SourceFile[] => [errors, file('storages/nodeFiles.ts', `import '${from}';`)];
    expect(violations(files('node:fs/promises'), table)).toEqual([]);
    expect(violations(files('node:child_process'), table)).toHaveLength(1);
    expect(violations(files('lmdb'), table)).toHaveLength(1);
  });

  const bad: readonly (readonly [string, SourceFile, RegExp])[] = [
    ['a higher rank', file('time/x.ts', "import { y } from '../engine/y.js';"), /of rank 4, from rank 1/],
    ['the same rank in another folder', file('windows/x.ts', "import type { y } from '../aggregates/y.js';"), /of rank 2, from rank 2/],
    ['a higher rank for a type only', file('engine/x.ts', "export type Y = import('../operators/y.js').Y;"), /of rank 7, from rank 4/],
    ['a higher rank by dynamic import', file('engine/x.ts', "export const y = () => import('../operators/y.js');"), /of rank 7/],
    ['a higher rank by re-export', file('engine/x.ts', "export { y } from '../operators/y.js';"), /of rank 7/],
    ['anything from errors.ts', file('errors.ts', "import './time/y.js';"), /of rank 1, from rank 0/],
    ['the public surface', file('testing/x.ts', "import { y } from '../index.js';"), /not the public surface/],
    ['testing from the main surface', file('index.ts', "export { y } from './testing/y.js';"), /of rank 9, from rank 8/],
    ['rxjs below stream/', file('engine/x.ts', "import type { Observable } from 'rxjs';"), /below stream\//],
    ['a part of rxjs', file('stream/x.ts', "import { map } from 'rxjs/operators';"), /neither a file of the library/],
    ['node:', file('testing/x.ts', "import { readFileSync } from 'node:fs';"), /neither a file of the library/],
    ['node: in an operator', file('operators/x.ts', "import 'node:fs';"), /neither a file of the library/],
    ['another package in the command line', file('cli/x.ts', "import { parse } from 'papaparse';"), /neither a file of the library/],
    ['the command line', file('testing/x.ts', "import { main } from '../cli/main.js';"), /of rank 10, from rank 9/],
    ['another package', file('stream/x.ts', "import type { Kafka } from 'kafkajs';"), /neither a file of the library/],
    ['no extension', file('time/x.ts', "import { e } from '../errors';"), /without \.js/],
    ['a file that is not there', file('time/x.ts', "import { e } from './gone.js';"), /no file of the library/],
    ['a folder without rank', file('misc/x.ts', 'export const x = 1;'), /has no rank/],
    ['a folder index', file('time/index.ts', "export { e } from '../errors.js';"), /no index file/],
    ['code in a surface', file('index.ts', 'export const x = 1;'), /holds more than/],
    ['export * in a surface', file('index.ts', "export * from './errors.js';"), /holds more than/],
    ['Date.now', file('engine/x.ts', 'export const x = Date.now();'), /Date\.now \(line 1\)/],
    ['Date.now as a value', file('time/x.ts', 'export const x = { now: Date.now };'), /Date\.now/],
    ['Date.now of globalThis', file('time/x.ts', 'export const x = globalThis.Date.now();'), /Date\.now/],
    ['new Date()', file('engine/x.ts', '\nexport const x = new Date();'), /new Date\(\) \(line 2\)/],
    ['Date()', file('engine/x.ts', 'export const x = Date();'), /Date\(\)/],
    ['performance.now', file('state/x.ts', 'export const x = () => performance.now();'), /performance\.now/],
    ['setTimeout', file('triggers/x.ts', 'export const x = () => setTimeout(() => {}, 1);'), /setTimeout/],
    ['setInterval as a value', file('triggers/x.ts', 'export const x = setInterval;'), /setInterval/],
    ['asyncScheduler', file('engine/x.ts', 'export const x = asyncScheduler;'), /asyncScheduler/],
    ['Math.random', file('aggregates/x.ts', 'export const x = Math.random();'), /Math\.random/],
  ];
  const others = [
    errors,
    file('time/y.ts', 'export const y = 1;'),
    file('aggregates/y.ts', 'export const y = 1;'),
    file('engine/y.ts', 'export const y = 1;'),
    file('operators/y.ts', 'export const y = 1;'),
    file('testing/y.ts', 'export const y = 1;'),
    file('cli/main.ts', 'export const main = 1;'),
    file('index.ts', "export { y } from './operators/y.js';"),
  ];
  it.each(bad)('refuses %s', (_what, wrong, sentence) => {
    const found = violations([...others.filter(other => other.path !== wrong.path), wrong], ranks);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(sentence);
    expect(found[0]).toContain(`src/${wrong.path}`);
  });

  it('does not mind clocks in comments, strings, dates of an argument, and names of members', () => {
    const text = `
      // Date.now() is read by the caller
      export interface Timers { setTimeout(task: () => void): void; performance: { now: number } }
      export const x = (timers: Timers, at: number) => [timers.setTimeout(() => {}), new Date(at), 'Math.random()', { setInterval: 1 }];
    `;
    expect(violations([file('engine/x.ts', text)], ranks)).toEqual([]);
  });

  it('refuses a cycle of run-time imports, not one of types', () => {
    const to = (name: string, type = '') => `import ${type} { ${name} } from './${name}.js'; export const z = 1;`;
    const cycle = [file('time/a.ts', to('b')), file('time/b.ts', to('c')), file('time/c.ts', to('a'))];
    expect(violations(cycle, ranks)).toEqual([
      'a cycle of run-time imports: src/time/a.ts -> src/time/b.ts -> src/time/c.ts -> src/time/a.ts',
    ]);
    expect(violations([cycle[0]!, cycle[1]!, file('time/c.ts', to('a', 'type'))], ranks)).toEqual([]);
  });

  it('asks for a test of everything that runs', () => {
    const files = [
      errors,
      file(
        'time/types.ts',
        "import type { e } from '../errors.js'; export interface A { readonly e: typeof e } export type B = A; declare const c: 1;",
      ),
      file('time/mixed.ts', 'export interface A {} export const a = 1;'),
      file('time/inline.ts', "import { type e } from '../errors.js'; export type E = typeof e;"),
      file('index.ts', "export { e } from './errors.js';"),
    ];
    expect(untested(files, new Set(['errors.test.ts']))).toEqual(['time/mixed.ts', 'time/inline.ts']);
    expect(untested(files, new Set(['time/mixed.test.ts', 'time/inline.test.ts']))).toEqual(['errors.ts']);
  });
});
