import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  afterCount,
  afterWatermark,
  eventTime,
  memory,
  memoryStorage,
  type Pane,
  replayable,
  run,
  session,
  sliding,
  sum,
  toCallback,
  type WorkingState,
  windowBy,
} from '../../src/index.js';
import { lmdb } from '../../src/storages/lmdb.js';
import { checkBuilt } from '../built.js';

const scratch = mkdtempSync(join(tmpdir(), 'tidemark-working-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Reading {
  readonly key: string;
  readonly at: number;
  readonly value: number;
}

const readings = Array.from(
  { length: 600 },
  (_, i): Reading => ({ key: `key ${(i * 7) % 31}`, at: i * 3 + ((i * 13) % 40), value: i % 11 }),
);

/** All there are, or only so many and then silence. */
function source(most = Infinity) {
  return replayable<Reading>({
    open: (from: number = 0) => {
      let at = from;
      return {
        read() {
          if (at >= most) return new Promise(() => undefined);
          if (at >= readings.length) return undefined;
          const start = at;
          at = Math.min(at + 20, readings.length);
          return { values: readings.slice(start, at), positionAfter: (count: number) => start + count };
        },
      };
    },
  });
}

const bySum = { key: (r: Reading) => r.key, aggregate: sum((r: Reading) => r.value), allowedLateness: 30 };

const trigger = afterWatermark({ early: afterCount(3), late: afterCount(1) });
/** Windows of three kinds of machines. */
const WINDOWS = [
  windowBy(sliding(100, 40), { name: 'sliding', ...bySum }),
  windowBy(session(25), { name: 'sessions', ...bySum }),
  windowBy(sliding(60, 60), { name: 'early', ...bySum, trigger, accumulation: 'retracting' }),
];

/** A pipeline for each; what they say goes to `rows`. */
function pipelines(rows: Set<string>, most?: number) {
  return WINDOWS.map((windows, i) =>
    eventTime(source(most), { name: `readings ${i}`, timestamp: r => r.at }).pipe(
      windows,
      toCallback<Pane<string, number>>(pane => void rows.add(`${i} ${JSON.stringify(pane)}`), { name: `out ${i}` }),
    ),
  );
}

describe('lmdb', () => {
  it('asks for a folder, and for a number of keys', () => {
    expect(() => lmdb('')).toThrow("lmdb: path must be a folder, such as './working'");
    expect(() => lmdb('x', { cache: 1.5 })).toThrow('lmdb(x): cache must be a whole number of keys, 0 or more');
    expect(() => lmdb('x', { heap: 1 } as never)).toThrow('lmdb(x): there is no option "heap"');
  });

  it('gives a job what it has in memory, also where it went on from a checkpoint of the other', async () => {
    const expected = new Set<string>();
    await run(pipelines(expected), { name: 'job' }).done;
    expect(expected.size).toBeGreaterThan(500);
    const path = join(scratch, 'job');
    const ways: readonly (() => WorkingState)[] = [() => lmdb(path, { cache: 3 }), () => memory()];
    for (const first of ways) {
      for (const second of ways) {
        const storage = memoryStorage();
        const rows = new Set<string>();
        const before = run(pipelines(rows, 300), { name: 'job', storage, state: first() });
        // A full checkpoint, one of changes, and the end.
        await before.checkpoint();
        await before.checkpoint();
        await before.stop({ drain: true });
        expect(rows.size).toBeLessThan(expected.size);
        await run(pipelines(rows), { name: 'job', storage, state: second() }).done;
        expect(rows).toEqual(expected);
      }
    }
    expect(readdirSync(path)).toEqual([]);
  }, 60_000);

  it('may be the state of several jobs at a time', async () => {
    const path = join(scratch, 'several');
    const expected = new Set<string>();
    await run(pipelines(expected), { name: 'job' }).done;
    const state = lmdb(path, { cache: 3 });
    const rows = Array.from({ length: 3 }, () => new Set<string>());
    await Promise.all(rows.map((of, i) => run(pipelines(of), { name: `job ${i}`, state }).done));
    for (const of of rows) expect(of).toEqual(expected);
    expect(readdirSync(path)).toEqual([]);
  }, 60_000);

  it('has room for the windows of several hundred operators', async () => {
    const path = join(scratch, 'hundreds');
    const length = 300;
    const rows = new Set<string>();
    const many = Array.from({ length }, (_, i) =>
      eventTime(replayable(readings.slice(0, 3)), { name: `readings ${i}`, timestamp: r => r.at }).pipe(
        windowBy(session(25), { name: `sessions ${i}`, ...bySum, trigger }),
        toCallback<Pane<string, number>>(({ key, index }) => void rows.add(`${i} ${key} ${index}`), { name: `out ${i}` }),
      ),
    );
    await run(many, { name: 'hundreds', state: lmdb(path) }).done;
    expect(rows.size).toBe(3 * length);
    expect(readdirSync(path)).toEqual([]);
  }, 60_000);

  it('holds more than the heap has room for, through a restart; memory does not', async () => {
    checkBuilt();
    const start = (folder: string, ...args: string[]): Promise<{ code: number | null; said: string }> =>
      new Promise((resolve, reject) => {
        const file = join(import.meta.dirname, 'heavyJob.mjs');
        const child = spawn(process.execPath, ['--max-old-space-size=48', file, folder, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
        let said = '';
        child.stdout.on('data', text => {
          said += text;
        });
        child.on('error', reject);
        child.on('close', code => resolve({ code, said }));
      });
    expect((await start(mkdtempSync(join(scratch, 'memory-')), 'memory', 'stop')).code).not.toBe(0);
    const folder = mkdtempSync(join(scratch, 'lmdb-'));
    expect(await start(folder, 'lmdb', 'stop')).toEqual({ code: 0, said: `${JSON.stringify({ read: 120_000, panes: 0, right: 0 })}\n` });
    expect(await start(folder, 'lmdb')).toEqual({ code: 0, said: `${JSON.stringify({ read: 0, panes: 60_000, right: 60_000 })}\n` });
  }, 240_000);
});
