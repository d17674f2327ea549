/** Builds the library if dist/ is missing or older than its sources, and says so. Overwrites, so that what runs on dist/ may go on. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const changed = path => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const files = readdirSync(join(root, 'src'), { recursive: true }).flatMap(file => (file.endsWith('.ts') ? [join('src', file)] : []));
const newest = Math.max(...[...files, 'tsconfig.json', 'tsconfig.node.json'].map(changed));
const entries = Object.values(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports).flatMap(entry => entry.default ?? []);

if (Math.min(...entries.map(changed)) < newest) {
  console.error('Building the library first, which takes some seconds ...');
  for (const project of ['tsconfig.json', 'tsconfig.node.json']) {
    const args = [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', project];
    // Standard input is that of the example.
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) process.exit(status ?? 1);
  }
}
