/**
 * The import law of the library, as a function from files to violations, so that the test can also show that it bites.
 *
 * A file imports from its own folder or from a folder of lower rank. That leaves no cycles between folders; cycles inside a folder
 * are looked for. Below `stream/` nothing imports rxjs, reads a clock or throws dice: time is an argument, and panes are a function of steps.
 * The command line, `cli/`, imports `node:`; of the library, which runs in browsers too, only the files that a table names import it, or a
 * package: they are behind entry points of their own.
 */
import { posix } from 'node:path';
import { type ReadFile, readSource, type SourceFile } from './source.js';

/** The rank of each folder of `src/`, and of the files that stand beside them. */
export type Ranks = Readonly<Record<string, number>>;

export const RANKS: Ranks = {
  'errors.ts': 0,
  time: 1,
  aggregates: 2,
  state: 3,
  engine: 4,
  checkpoint: 4,
  disorder: 4,
  compare: 5,
  evictors: 5,
  triggers: 5,
  windows: 6,
  stream: 7,
  kafka: 8,
  operators: 8,
  explain: 8.5,
  storages: 8,
  view: 8,
  job: 9,
  inspect: 9.5,
  kafkaStorage: 9,
  tasks: 10,
  'index.ts': 11,
  'node.ts': 11,
  'indexeddb.ts': 11,
  'kafka.ts': 11,
  'lmdb.ts': 11,
  'otel.ts': 11,
  's3.ts': 11,
  'postgres.ts': 11,
  'btree.ts': 11,
  testing: 12,
  cli: 13,
};

/** The files that users import: nothing but re-exports, imported by nobody here. */
const SURFACES: ReadonlySet<string> = new Set([
  'index.ts',
  'node.ts',
  'indexeddb.ts',
  'kafka.ts',
  'lmdb.ts',
  'otel.ts',
  's3.ts',
  'postgres.ts',
  'btree.ts',
  'testing/index.ts',
]);

/** The folder that runs in Node only. */
const NODE_ONLY = 'cli';

/** What single files import of the world outside, by the entry points that need it: `node:` modules, and optional peers. */
export const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  // The module of the user's that the command line names.
  'cli/pipelineModule.ts': ['(computed: url)'],
  'inspect/otelMetrics.ts': ['@opentelemetry/api'],
  'job/jsonLines.ts': ['node:fs/promises'],
  'job/savepointFile.ts': ['node:fs/promises', 'node:path'],
  'job/sinkFolder.ts': ['node:crypto', 'node:fs/promises', 'node:path'],
  'job/toFile.ts': ['node:fs/promises', 'node:path'],
  'kafka/kafkaJs.ts': ['kafkajs'],
  'kafka/kafkaJsAdmin.ts': ['kafkajs'],
  'kafka/kafkaJsConsumer.ts': ['kafkajs'],
  'kafka/kafkaJsProducer.ts': ['kafkajs'],
  'kafka/kafkaJsReader.ts': ['kafkajs'],
  'kafka/kafkaJsSending.ts': ['kafkajs'],
  'kafka/kafkaJsTransactor.ts': ['kafkajs'],
  'storages/fileSystem.ts': ['node:path'],
  'storages/nodeFiles.ts': ['node:fs/promises'],
  'storages/idbStore.ts': ['idb-keyval'],
  'storages/indexedDb.ts': ['idb-keyval'],
  'storages/indexedDbMap.ts': ['idb-keyval'],
  'storages/lmdbStorage.ts': ['lmdb', 'node:fs/promises', 'node:path'],
  'storages/lmdbTables.ts': ['lmdb', 'node:crypto', 'node:fs', 'node:path'],
  'storages/orderedMemory.ts': ['sorted-btree'],
  'storages/s3Client.ts': ['aws4fetch'],
};

/** What the files break, one sentence each; empty when they keep the law. */
export function violations(sources: readonly SourceFile[], ranks: Ranks = RANKS): string[] {
  const files = sources.map(readSource);
  const byPath = new Map(files.map(file => [file.path, file]));
  return [
    ...files.flatMap(file => [...ofPlace(file, ranks), ...ofImports(file, byPath, ranks), ...ofPurity(file, ranks)]),
    ...cycles(byPath),
  ];
}

/** The sources that need a test at `test/<same path>.test.ts` and have none. `tests` are paths below `test/`. */
export function untested(sources: readonly SourceFile[], tests: ReadonlySet<string>): string[] {
  const needy = sources.map(readSource).filter(file => !SURFACES.has(file.path) && !file.typesOnly);
  return needy.map(file => file.path).filter(path => !tests.has(path.replace(/\.ts$/, '.test.ts')));
}

function rankOf(path: string, ranks: Ranks): number | undefined {
  return ranks[path.split('/')[0] as string];
}

/** Whether a file stands below `stream/`, where nothing imports rxjs and nothing reads a clock. */
function isPure(path: string, ranks: Ranks): boolean {
  return (rankOf(path, ranks) ?? 0) < (ranks.stream as number);
}

function ofPlace(file: ReadFile, ranks: Ranks): string[] {
  const broken: string[] = [];
  if (rankOf(file.path, ranks) === undefined) broken.push(`src/${file.path}: its folder has no rank in the table of the import law`);
  if (SURFACES.has(file.path) && !file.reexportsOnly) broken.push(`src/${file.path}: holds more than export { ... } from '...'`);
  if (posix.basename(file.path) === 'index.ts' && !SURFACES.has(file.path)) broken.push(`src/${file.path}: a folder has no index file`);
  return broken;
}

function ofImports(file: ReadFile, byPath: ReadonlyMap<string, ReadFile>, ranks: Ranks): string[] {
  const here = rankOf(file.path, ranks) ?? Number.POSITIVE_INFINITY;
  const folder = file.path.split('/')[0] as string;
  return file.imports.flatMap(({ from }) => {
    const where = `src/${file.path}: imports '${from}'`;
    if (!from.startsWith('.')) {
      if (from.startsWith('node:') && folder === NODE_ONLY) return [];
      if (OUTSIDE[file.path]?.includes(from)) return [];
      if (from !== 'rxjs') return [`${where}, which is neither a file of the library nor 'rxjs'`];
      return isPure(file.path, ranks) ? [`${where}, below stream/`] : [];
    }
    if (!from.endsWith('.js')) return [`${where}, without .js`];
    const target = resolve(file.path, from);
    if (!byPath.has(target)) return [`${where}, which is no file of the library`];
    if (SURFACES.has(target)) return [`${where}: import the file itself, not the public surface`];
    const there = rankOf(target, ranks) ?? Number.POSITIVE_INFINITY;
    const sameFolder = target.includes('/') && target.split('/')[0] === folder;
    return sameFolder || there < here
      ? []
      : [`${where}, of rank ${there}, from rank ${here}: only its own folder or a lower rank is allowed`];
  });
}

function ofPurity(file: ReadFile, ranks: Ranks): string[] {
  if (!isPure(file.path, ranks)) return [];
  return file.impure.map(read => `src/${file.path}: ${read}: below stream/ time is an argument and chance is no part of a result`);
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
