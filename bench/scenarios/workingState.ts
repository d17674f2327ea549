/**
 * Working state in memory and in LMDB, of which a small part is at hand: what an element costs where its key is at hand and where it is not,
 * how long the barrier and the pieces of its reading stop the loop, how long a restart takes, and what a key takes in memory and on the disk.
 * Each figure of LMDB comes with its ratio to memory in the same pass.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, type OpenState, tumbling, type WorkingState } from 'tidemark';
import { lmdb } from 'tidemark/lmdb';
import { builtInSum } from '../contenders/tidemark.js';
import { type Figure, quantile, spread } from '../harness.js';
import type { Event } from '../workloads/events.js';
import { BATCH, type Cut, type Part, Running, type Snapshots } from './snapshots.js';

/** Keys at hand. */
const CACHE = 50_000;
/** Parts read in one go, as a job reads them between two looks at its clock. */
const PIECE = 32;

const WHAT = {
  fill: ['a new key', 'ns'],
  hot: ['an element of one of 10 000 keys', 'ns'],
  cold: ['an element of any key', 'ns'],
  barrier: ['barrier, all keys changed', 'ms'],
  piece: ['a piece of reading, 99th percentile', 'ms'],
  read: ['reading all', 'ms'],
  restore: ['restart', 'ms'],
  heap: ['memory per key', 'B'],
  disk: ['disk per key', 'B'],
} as const;

type Pass = Record<keyof typeof WHAT, number>;

export function workingStateScenario(name: string, keys: number, quick: boolean): Snapshots {
  return {
    name,
    about: `a sum for each of ${keys} string keys, ${CACHE} of them at hand in LMDB; a cut is read ${PIECE} parts at a time`,
    async measure({ passes, time, progress }) {
      const found: Record<'memory' | 'lmdb', Pass[]> = { memory: [], lmdb: [] };
      for (let pass = 0; pass < (quick ? 1 : Math.min(passes, 2)); pass++) {
        for (const subject of ['memory', 'lmdb'] as const) {
          progress(`${name} pass ${pass + 1}, ${subject}`);
          const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
          const state = subject === 'memory' ? memory() : lmdb(folder, { cache: CACHE });
          found[subject].push(await passOf(state, folder, keys, time));
          rmSync(folder, { recursive: true, force: true });
        }
      }
      const figures = (Object.keys(WHAT) as (keyof Pass)[]).flatMap((what): Figure[] => {
        const [words, unit] = WHAT[what];
        const figure = (subject: string, values: number[], of: Figure['unit']): Figure => ({
          ...{ scenario: name, name: `${subject}: ${words}`, unit: of, better: 'less' },
          ...{ value: spread(values), target: null, drawn: null },
        });
        const [inMemory, inLmdb] = [found.memory.map(pass => pass[what]), found.lmdb.map(pass => pass[what])];
        const ratios = inLmdb.map((value, i) => value / (inMemory[i] as number));
        const each = [figure('memory', inMemory, unit), figure('lmdb', inLmdb, unit)];
        return what === 'disk' ? each.slice(1) : [...each, figure('lmdb over memory', ratios, 'x')];
      });
      return { rows: [], answers: [], figures };
    },
  };
}

async function passOf(state: WorkingState, folder: string, keys: number, time: (work: () => void) => number): Promise<Pass> {
  const windows = () => builtInSum<string>(tumbling('1d'));
  const before = used();
  const open = await state.open();
  const running = new Running(windows(), undefined, open);
  const feed = (count: number, keyOf: (i: number) => number): number => {
    let took = 0;
    for (let at = 0; at < count; at += BATCH) {
      // Made here, so that the keys are not in memory because of the input.
      const events = Array.from(
        { length: Math.min(BATCH, count - at) },
        (_, i): Event<string> => ({ key: `key-${keyOf(at + i)}`, value: 1, timestamp: (at + i) % 1_000 }),
      );
      took += time(() => running.feed(events));
    }
    return (took * 1e6) / count;
  };
  const fill = feed(keys, i => i);
  const some = Math.min(keys, 200_000);
  feed(some, i => (i * 31) % 10_000);
  const hot = feed(some, i => (i * 31) % 10_000);
  const cold = feed(some, i => (i * 611_953) % keys);
  const heap = (used() - before) / keys;
  const disk = sizeOf(folder) / keys;
  let cut: Cut | undefined;
  const barrier = time(() => void (cut = running.cut(true)));
  const parts: Part[] = [];
  const pieces: number[] = [];
  const iterator = (cut as unknown as Cut).parts[Symbol.iterator]();
  for (let done = false; !done; ) {
    const took = time(() => {
      for (let left = PIECE; left > 0 && !done; left--) {
        const next = iterator.next();
        if (next.done) done = true;
        else parts.push(next.value);
      }
    });
    pieces.push(took);
  }
  const saved = { rest: (cut as unknown as Cut).rest, parts };
  await open.close();
  const again: OpenState = await state.open();
  const restore = time(() => void new Running(windows(), saved, again));
  await again.close();
  return {
    ...{ fill, hot, cold, barrier, restore, heap, disk },
    ...{ piece: quantile(pieces, 0.99), read: pieces.reduce((sum, took) => sum + took, 0) },
  };
}

/** Bytes in use, of things that can still be reached. */
function used(): number {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function sizeOf(folder: string): number {
  // LMDB's files have holes: blocks say what is there.
  return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).blocks * 512, 0);
}
