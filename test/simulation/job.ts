/** A process of the job: `run()`, with a simulated world. */
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import type { TidemarkError } from '../../src/errors.js';
import type { SinkStream } from '../../src/job/defineSink.js';
import { RunningJob } from '../../src/job/runningJob.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import type { Bugs } from './bugs.js';
import { type Partitions, partOf, sourceOf } from './input.js';
import type { Outlet } from './outlet.js';
import type { Process } from './process.js';
import { type Program, timed } from './programs.js';
import { sinkOf } from './sinks.js';
import { rowOf } from './undisturbed.js';

export interface JobOptions {
  readonly process: Process;
  readonly storage: CheckpointStorage;
  readonly program: Program;
  readonly input: Partitions;
  /** One for each sink. */
  readonly outlets: readonly Outlet[];
  /** Upserts are steps that nobody can come between. */
  readonly atomic: boolean;
  readonly bugs: Bugs;
}

/** How a process ended by itself. */
export type Outcome = { readonly how: 'completed' | 'stopped' } | { readonly how: 'failed'; readonly error: TidemarkError };

/** The output that a sink stands behind: those that take panes, behind the first. */
export function outputOf(sink: number, { mode }: Pick<Outlet, 'mode'>, outputs: number): number {
  return mode === 'upsert' ? 0 : sink % outputs;
}

export function startJob({ process, storage, program, input, outlets, atomic, bugs }: JobOptions): RunningJob<unknown> {
  const world = {
    source: (partition?: 0 | 1) => sourceOf(partOf(input, partition), process, bugs),
    call: <T>(answer: T) => process.io('call', async () => answer),
  };
  const outputs = program.build(timed(world), world).map(({ stream }) => stream as EventStream<unknown>);
  for (const [at, outlet] of outlets.entries()) {
    const to = outputOf(at, outlet, outputs.length);
    const sink = sinkOf(`out${at}`, outlet, process, (value, diff) => rowOf(program, value, diff), atomic);
    outputs[to] = sink(outputs[to] as SinkStream<unknown>);
  }
  return new RunningJob(outputs, {
    name: 'job',
    storage,
    schedule: { every: 40, minPause: 5, tolerableFailures: 3 },
    timeout: bugs.noTimeout ? Infinity : 2000,
    retain: 2,
    clock: process.clock,
    dropped: new Set(),
    from: undefined,
    host: undefined,
    state: undefined,
    env: process,
  });
}

/** Resolves however it ends. */
export function outcomeOf(job: RunningJob<unknown>): Promise<Outcome> {
  return job.done.then(
    () => ({ how: job.status.state as 'completed' | 'stopped' }),
    error => ({ how: 'failed', error }),
  );
}
