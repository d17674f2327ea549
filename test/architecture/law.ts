/**
 * The import law of the library, as a function from files to violations, so that the test can also show that it bites.
 *
 * A file imports from its own folder or from a folder of lower rank. That leaves no cycles between folders; cycles inside a folder
 * are looked for. Up to the engine nothing reads a clock or throws dice: there time is an argument, and panes are a function of their steps.
 */
import { posix } from 'node:path';
import { type ReadFile, readSource, type SourceFile } from './source.js';

/** The rank of each folder of `src/`, and of the two kinds of file that stand beside them. */
export const RANKS: Readonly<Record<string, number>> = {
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
};

/** From this rank on a file may import rxjs. */
const FIRST_WITH_RXJS = RANKS.stream as number;
/** Up to this rank a file may read no clock. */
const LAST_WITHOUT_CLOCK = RANKS.engine as number;
/** The files that users import: nothing but re-exports, imported by nobody here. */
const SURFACES: ReadonlySet<string> = new Set(['index.ts', 'testing/index.ts']);

/** What the files break, one sentence each; empty when they keep the law. */
export function violations(sources: readonly SourceFile[]): string[] {
  const files = sources.map(readSource);
  const byPath = new Map(files.map(file => [file.path, file]));
  return [...files.flatMap(file => [...ofPlace(file), ...ofImports(file, byPath), ...ofPurity(file)]), ...cycles(byPath)];
}

/** The sources that need a test at `test/<same path>.test.ts` and have none. `tests` are paths below `test/`. */
export function untested(sources: readonly SourceFile[], tests: ReadonlySet<string>): string[] {
  const needy = sources.map(readSource).filter(file => !SURFACES.has(file.path) && !file.typesOnly);
  return needy.map(file => file.path).filter(path => !tests.has(path.replace(/\.ts$/, '.test.ts')));
}

function rankOf(path: string): number | undefined {
  return RANKS[path.split('/')[0] as string];
}

function ofPlace(file: ReadFile): string[] {
  const broken: string[] = [];
  if (rankOf(file.path) === undefined) broken.push(`src/${file.path}: its folder has no rank in the table of the import law`);
  if (SURFACES.has(file.path) && !file.reexportsOnly) broken.push(`src/${file.path}: holds more than export { ... } from '...'`);
  if (posix.basename(file.path) === 'index.ts' && !SURFACES.has(file.path)) broken.push(`src/${file.path}: a folder has no index file`);
  return broken;
}

function ofImports(file: ReadFile, byPath: ReadonlyMap<string, ReadFile>): string[] {
  const here = rankOf(file.path) ?? Number.POSITIVE_INFINITY;
  const folder = file.path.split('/')[0] as string;
  return file.imports.flatMap(({ from }) => {
    const where = `src/${file.path}: imports '${from}'`;
    if (!from.startsWith('.')) {
      if (from !== 'rxjs') return [`${where}, which is neither a file of the library nor 'rxjs'`];
      return here < FIRST_WITH_RXJS ? [`${where}, below stream/`] : [];
    }
    if (!from.endsWith('.js')) return [`${where}, without .js`];
    const target = resolve(file.path, from);
    if (!byPath.has(target)) return [`${where}, which is no file of the library`];
    if (SURFACES.has(target)) return [`${where}: import the file itself, not the public surface`];
    const there = rankOf(target) ?? Number.POSITIVE_INFINITY;
    const sameFolder = target.includes('/') && target.split('/')[0] === folder;
    return sameFolder || there < here
      ? []
      : [`${where}, of rank ${there}, from rank ${here}: only its own folder or a lower rank is allowed`];
  });
}

function ofPurity(file: ReadFile): string[] {
  if ((rankOf(file.path) ?? 0) > LAST_WITHOUT_CLOCK) return [];
  return file.impure.map(read => `src/${file.path}: ${read}: up to engine/ time is an argument and chance is no part of a result`);
}

function resolve(path: string, from: string): string {
  return posix.join(posix.dirname(path), from).replace(/\.js$/, '.ts');
}

/** Every file from which run-time imports lead back to itself, with the way round. */
function cycles(byPath: ReadonlyMap<string, ReadFile>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) found.push(`a cycle of run-time imports: ${[...way.slice(at), path].map(step => `src/${step}`).join(' -> ')}`);
    if (at >= 0 || done.has(path)) return;
    const next = byPath.get(path)?.imports.filter(({ from, runtime }) => runtime && from.startsWith('.')) ?? [];
    for (const { from } of next) walk(resolve(path, from), [...way, path]);
    done.add(path);
  };
  for (const path of byPath.keys()) walk(path, []);
  return found;
}
