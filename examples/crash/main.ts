/**
 * `npm run example:crash [-- SEED]`: runs a job over the recorded earthquakes in a process of its own, kills that process (kill -9) at
 * random moments, starts it again, and compares what it has committed with what an undisturbed process commits. Exit code 1 if anything
 * differs.
 */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const JOB = fileURLToPath(new URL('job.ts', import.meta.url));
const KILLS = 5;

const seed = Number(process.argv[2] ?? Date.now() % 100_000);
if (!Number.isSafeInteger(seed)) {
  console.error('usage: npm run example:crash [-- SEED], where SEED is a whole number');
  process.exit(2);
}

/** Whole numbers below a limit, the same for a seed: Lehmer's generator. */
let state = (seed % 2_147_483_646) + 1;
function dice(limit: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return state % limit;
}

interface Life {
  readonly restored: number | undefined;
  readonly checkpoints: number;
  /** The newest checkpoint. */
  readonly last: number | undefined;
  readonly killed: boolean;
}

/** One life of the job, which is killed some milliseconds after so many checkpoints. */
function live(folder: string, kill?: { readonly after: number; readonly milliseconds: number }): Promise<Life> {
  const child = fork(JOB, [folder], { execArgv: ['--import', 'tsx'] });
  let [restored, last, checkpoints]: [number | undefined, number | undefined, number] = [undefined, undefined, 0];
  child.on('message', (message: { restored?: number; checkpoint?: number }) => {
    if ('restored' in message) restored = message.restored;
    if (message.checkpoint === undefined) return;
    last = message.checkpoint;
    if (++checkpoints === kill?.after) setTimeout(() => child.kill('SIGKILL'), kill.milliseconds);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code) reject(new Error(`the job ended with exit code ${code}`));
      else resolve({ restored, checkpoints, last, killed: signal === 'SIGKILL' });
    });
  });
}

function committed(folder: string): string[] {
  const out = join(folder, 'out');
  const files = readdirSync(out).filter(name => name.endsWith('.jsonl'));
  return files.sort().flatMap(file => readFileSync(join(out, file), 'utf8').trimEnd().split('\n'));
}

const root = mkdtempSync(join(tmpdir(), 'tidemark-crash-'));
try {
  const [calm, stormy] = ['calm', 'stormy'].map(name => join(root, name)) as [string, string];
  mkdirSync(calm);
  mkdirSync(stormy);
  console.log(`seed ${seed}\n\nundisturbed`);
  const quiet = await live(calm);
  console.log(`  ran to its end, ${quiet.checkpoints} checkpoints\n\nkilled at random, up to ${KILLS} times`);
  for (let kills = 0; ; ) {
    const life = await live(stormy, kills < KILLS ? { after: 1 + dice(6), milliseconds: dice(25) } : undefined);
    const from = life.restored === undefined ? 'begins anew' : `goes on from checkpoint ${life.restored}`;
    if (!life.killed) {
      console.log(`  ${from}, and runs to its end\n`);
      break;
    }
    kills++;
    console.log(`  ${from}, ${life.checkpoints} checkpoints, killed behind checkpoint ${life.last ?? '-'}`);
  }
  const [expected, got] = [committed(calm), committed(stormy)];
  const same = expected.length === got.length && expected.every((row, i) => row === got[i]);
  console.log(
    `rows committed: ${expected.length} undisturbed, ${got.length} with crashes: ${same ? 'the same, each once' : 'NOT the same'}`,
  );
  for (const row of got.slice(0, 3)) console.log(`  ${row}`);
  if (got.length > 3) console.log('  ...');
  if (!same) process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
