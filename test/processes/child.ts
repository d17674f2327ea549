/** Jobs in processes of their own, what they read, and what they have committed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { readSlots } from '../../src/cli/jobLog.js';
import { verifyJob } from '../../src/cli/verifyJob.js';
import { world } from '../../src/job/world.js';
import { fileSystem } from '../../src/storages/fileSystem.js';
import { lmdbStorage } from '../../src/storages/lmdbStorage.js';
import { mulberry32 } from '../../src/testing/random.js';
import { checkBuilt } from '../built.js';

const CHILD = join(import.meta.dirname, 'child.mjs');
const LINES = 40_000;

/** `npm run test:chaos` does more of the same. */
export const CHAOS: boolean = (import.meta as { readonly env?: { readonly MODE?: string } }).env?.MODE === 'chaos';

/** So that a failure can be run again: SEED=... npx vitest run test/processes. */
export const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

export type Kind = 'files' | 'lmdb';

/** Folders with the same input, and what an undisturbed job commits of it. */
export class Arena {
  readonly root: string = mkdtempSync(join(tmpdir(), 'tidemark-processes-'));
  readonly throwDice: () => number;
  expected: readonly string[] = [];
  #folders = 0;

  constructor(seed: number) {
    this.throwDice = mulberry32(seed);
  }

  async open(): Promise<void> {
    checkBuilt();
    const calm = join(this.root, 'input');
    mkdirSync(calm);
    const lines = Array.from({ length: LINES }, (_, i) =>
      JSON.stringify({ key: 'abc'[i % 3], at: i + Math.floor(this.throwDice() * 600), value: Math.floor(this.throwDice() * 10) }),
    );
    writeFileSync(join(calm, 'readings.jsonl'), `${lines.join('\n')}\n`);
    const folder = this.folder();
    expect(await new Life(folder).over).toBe('done');
    this.expected = committed(folder);
    expect(this.expected.length).toBeGreaterThan(1000);
  }

  folder(): string {
    const folder = join(this.root, String(this.#folders++));
    cpSync(join(this.root, 'input'), folder, { recursive: true });
    return folder;
  }

  below(limit: number): number {
    return Math.floor(this.throwDice() * limit);
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** How a life ended: by itself, by an error that has a code, or by a signal. */
export type End = 'done' | `failed ${string}` | NodeJS.Signals;

/** One life of a job. */
export class Life {
  /** The newest checkpoint that it has told of; 0: none. */
  acknowledged = 0;
  /** The one that it went on from; undefined: it has not come so far. */
  restored: number | undefined;
  readonly over: Promise<End>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<(line: string) => void>();

  /** `limit`: after so many checkpoints it reads no more. */
  constructor(folder: string, kind: Kind = 'files', state: string = join(folder, 'state'), limit: number = Infinity) {
    const child = spawn(process.execPath, [CHILD, folder, kind, state, String(limit)], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let [said, done] = ['', false];
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    createInterface(child.stdout).on('line', line => {
      done ||= line === 'done';
      const [what, seq] = line.split(' ');
      if (what === 'checkpoint') this.acknowledged = Number(seq);
      if (what === 'started') this.restored = Number(seq);
      for (const hear of [...this.#waiting]) hear(line);
    });
    this.over = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        for (const hear of [...this.#waiting]) hear('over');
        const error = /code: '(\w+)'/.exec(said)?.[1];
        if (signal) resolve(signal);
        else if (code === 0 && done) resolve('done');
        else if (error) resolve(`failed ${error}`);
        else reject(new Error(`the job failed: ${said}`));
      });
    });
    this.over.catch(() => undefined);
  }

  /** Resolves with the line that says `what` for the `count`th time from now, or with `over`. */
  hear(what: string, count = 1): Promise<string> {
    return new Promise(resolve => {
      let heard = 0;
      const hear = (line: string): void => {
        if (line !== 'over' && !(line.startsWith(what) && ++heard === count)) return;
        this.#waiting.delete(hear);
        resolve(line);
      };
      this.#waiting.add(hear);
    });
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }
}

/** Resolves at a moment that has nothing to do with what the job is about. */
export function moment(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
}

/** The rows that are visible, in their order. */
export function committed(folder: string): string[] {
  const out = join(folder, 'out');
  if (!existsSync(out)) return [];
  const files = readdirSync(out).filter(name => name.endsWith('.jsonl'));
  return files
    .sort()
    .map(file => readFileSync(join(out, file), 'utf8'))
    .join('')
    .trim()
    .split('\n');
}

/** What was acknowledged is there, and everything that the log refers to is whole. Only while no process runs. */
export async function checkState(state: string, kind: Kind, acknowledged: number): Promise<void> {
  const storage = kind === 'lmdb' ? lmdbStorage(state) : fileSystem(state, { links: false });
  await storage.open();
  try {
    const { whole, wrong } = await verifyJob(storage, 'sums', await readSlots(storage, 'sums'), world);
    expect(wrong).toEqual([]);
    if (acknowledged > 0) expect(whole.at(-1)).toBeGreaterThanOrEqual(acknowledged);
  } finally {
    await storage.close();
  }
}
