/** The library as users get it: packed, and installed into a project of its own, without asking a registry. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkBuilt, manifest, ROOT } from '../built.js';

export interface Installed {
  /** The user's project. */
  readonly project: string;
  /** The installed library in it. */
  readonly library: string;
  /** The files of the library, sorted, with forward slashes. */
  readonly files: readonly string[];
  remove(): void;
}

/** What the library takes from its user; all but rxjs is optional. */
const PEERS: readonly string[] = Object.keys(manifest.peerDependencies);

export function install(peers: readonly string[] = PEERS): Installed {
  checkBuilt();
  const project = mkdtempSync(join(tmpdir(), 'tidemark-package-'));
  const library = join(project, 'node_modules', 'tidemark');
  mkdirSync(library, { recursive: true });
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', project];
  const packed = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  execFileSync('tar', ['-xzf', join(project, filename), '-C', library, '--strip-components=1']);
  for (const peer of peers) {
    const at = join(project, 'node_modules', peer);
    // Of a name with a scope.
    mkdirSync(dirname(at), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', peer), at, 'junction');
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true }');
  const entries = readdirSync(library, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const files = entries
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(library.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
  return { project, library, files, remove: () => rmSync(project, { recursive: true, force: true }) };
}
