/** Threads that run schedules, a few hundred at a time. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Task, TaskResult } from './worker.js';

const PORTION = 50;

export type SimulateOptions = Task & {
  /** Hears how it goes on. */
  readonly on?: (soFar: TaskResult) => void;
  /** Stops when a schedule has failed. */
  readonly untilFound?: boolean;
  readonly signal?: AbortSignal;
};

export class Pool {
  readonly #workers: readonly Worker[];

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers;
  }

  /** `workers`: how many threads; default: as many as there are cores. */
  static async open(workers: number = availableParallelism()): Promise<Pool> {
    const entry = fileURLToPath(new URL('./worker.ts', import.meta.url));
    const { outputFiles } = await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', write: false });
    const code = outputFiles[0]?.text as string;
    return new Pool(
      Array.from({ length: workers }, () => new Worker(code, { eval: true, resourceLimits: { maxYoungGenerationSizeMb: 64 } })),
    );
  }

  /** Runs schedules; resolves with all that came of them. Which thread runs which makes no difference. */
  async simulate(options: SimulateOptions): Promise<TaskResult> {
    const { on, untilFound = false, signal, first, runs, ...task } = options;
    let sum: TaskResult = { runs: 0, steps: 0, refused: 0, reached: {}, failures: [] };
    let next = first;
    const portion = Math.max(1, Math.min(PORTION, Math.ceil(runs / this.#workers.length)));
    const work = async (worker: Worker) => {
      while (next < first + runs && !signal?.aborted && !(untilFound && sum.failures.length > 0)) {
        const begin = next;
        next = Math.min(first + runs, begin + portion);
        const result = await ask(worker, { ...task, first: begin, runs: next - begin });
        sum = added(sum, result);
        on?.(sum);
      }
    };
    await Promise.all(this.#workers.map(work));
    return sum;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.terminate()));
  }
}

function ask(worker: Worker, task: Task): Promise<TaskResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', ({ result, error }: { readonly result?: TaskResult; readonly error?: string }) => {
      worker.off('error', reject);
      if (result) resolve(result);
      else reject(new Error(`schedules from ${task.first} on: ${error}`));
    });
    worker.postMessage(task);
  });
}

function added(a: TaskResult, b: TaskResult): TaskResult {
  const reached = { ...a.reached };
  for (const [what, count] of Object.entries(b.reached)) reached[what] = (reached[what] ?? 0) + count;
  const failures = [...a.failures, ...b.failures].sort((x, y) => x.number - y.number);
  return { runs: a.runs + b.runs, steps: a.steps + b.steps, refused: a.refused + b.refused, reached, failures };
}
