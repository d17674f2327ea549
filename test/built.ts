/** What `npm run build` made, for the tests that look at the library from outside. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT: string = join(import.meta.dirname, '..');

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

export interface EntryPoint {
  /** What users import: `tidemark`, `tidemark/testing`. */
  readonly name: string;
  /** The built file, below the root of the repository. */
  readonly file: string;
  readonly types: string;
  /** Whether it is for Node, and not for browsers. */
  readonly node: boolean;
}

const FOR_NODE: ReadonlySet<string> = new Set(['tidemark/node', 'tidemark/kafka', 'tidemark/lmdb']);

/** The entry points that package.json exports, without package.json itself. */
export const ENTRY_POINTS: readonly EntryPoint[] = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === 'string' ? [] : [entryPoint(manifest.name + subpath.slice(1), target)],
);

function entryPoint(name: string, target: { readonly types: string; readonly default: string }): EntryPoint {
  return { name, file: target.default, types: target.types, node: FOR_NODE.has(name) };
}

/** Refuses to go on with a build that is missing or older than the sources: it would say nothing about them. */
export function checkBuilt(): void {
  const missing = ENTRY_POINTS.find(({ file }) => !existsSync(join(ROOT, file)));
  if (missing) throw new Error(`${missing.file} is missing: run "npm run build" first, or all of "npm test".`);
  const oldest = Math.min(...ENTRY_POINTS.map(({ file }) => statSync(join(ROOT, file)).mtimeMs));
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const newer = sources.find(entry => statSync(join(entry.parentPath, entry.name)).mtimeMs > oldest);
  if (newer)
    throw new Error(`dist/ is older than src/ (${newer.name} has changed since): run "npm run build" first, or all of "npm test".`);
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs node on `args` in `cwd` and waits for it. */
export function node(args: readonly string[], cwd: string = ROOT): Outcome {
  // What vitest sets for its own workers must not reach a program that stands for a user's.
  const { NODE_OPTIONS: _options, NODE_ENV: _mode, VITEST: _vitest, ...env } = process.env;
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' });
  if (error) throw error;
  return { status, stdout, stderr };
}
