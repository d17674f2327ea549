/** Real processes that are really killed: what is committed in the end is what an undisturbed process commits. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';

const CHILD = join(import.meta.dirname, 'job.mjs');
const ROOT = mkdtempSync(join(tmpdir(), 'tidemark-processes-'));
const LINES = 40_000;

/** So that a failure can be run again: SEED=... npx vitest run test/processes. */
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Numbers of [0, 1), always the same for a seed. (Mulberry32 of Tommy Ettinger.) */
function dice(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const throwDice = dice(SEED);

beforeAll(() => {
  if (!existsSync(join(import.meta.dirname, '../../dist/node.js'))) throw new Error('test/processes runs the built library: npm run build');
  mkdirSync(join(ROOT, 'first'));
  const lines = Array.from({ length: LINES }, (_, i) =>
    JSON.stringify({ key: 'abc'[i % 3], at: i + Math.floor(throwDice() * 600), value: Math.floor(throwDice() * 10) }),
  );
  writeFileSync(join(ROOT, 'first', 'readings.jsonl'), `${lines.join('\n')}\n`);
});
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

/** A life of the job. It is killed behind so many checkpoints; resolves with whether it came to its end. */
function life(folder: string, checkpoints: number): Promise<boolean> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  let done = false;
  let seen = 0;
  createInterface(child.stdout).on('line', line => {
    done ||= line === 'done';
    if (line.startsWith('checkpoint') && ++seen === checkpoints) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => {
      if (code !== null && code > 0) reject(new Error(`the job failed: ${said}`));
      else resolve(done);
    });
  });
}

function committed(folder: string): string[] {
  const out = join(folder, 'out');
  const files = readdirSync(out).filter(name => name.endsWith('.jsonl'));
  return files
    .sort()
    .map(file => readFileSync(join(out, file), 'utf8'))
    .join('')
    .trim()
    .split('\n');
}

it(`commits the same rows, in the same order, however often it is killed (seed ${SEED})`, { timeout: 120_000 }, async () => {
  const [first, second] = [join(ROOT, 'first'), join(ROOT, 'second')];
  cpSync(first, second, { recursive: true });
  expect(await life(first, Infinity)).toBe(true);
  let kills = 0;
  // The killer grows tired, so that the job comes to its end.
  while (!(await life(second, kills < 12 ? 1 + Math.floor(throwDice() * 3) : Infinity))) kills++;
  expect(kills).toBeGreaterThan(2);
  expect(committed(second)).toEqual(committed(first));
  expect(committed(first).length).toBeGreaterThan(1000);
});
