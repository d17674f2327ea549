/** A process of the job: what `run()` does with a coordinator, as short as can be. */
import { Coordinator } from '../../src/checkpoint/coordinator.js';
import type { CoordinatorEvent } from '../../src/checkpoint/events.js';
import type { Barrier, RestoredJob, StatePart } from '../../src/checkpoint/participants.js';
import { CheckpointSchedule } from '../../src/checkpoint/schedule.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { TidemarkError } from '../../src/errors.js';
import type { Bugs } from './bugs.js';
import { type Item, nextPartition, Operator, type Partitions, watermarkAt } from './input.js';
import type { OutletSink } from './outlet.js';
import type { Process } from './simulation.js';

export interface JobOptions {
  readonly process: Process;
  readonly storage: CheckpointStorage;
  readonly sink: OutletSink;
  readonly input: Partitions;
  readonly variant: number;
  readonly bugs: Bugs;
  readonly on: (event: CoordinatorEvent) => void;
}

/** Milliseconds, which are steps, between two elements. */
const PACE = 12;

/** How a process ended: by itself. */
export type Outcome = { readonly how: 'done' } | { readonly how: 'failed'; readonly error: TidemarkError };

interface Position {
  readonly next: number[];
  ended: boolean;
}

export async function runJob({ process, storage, sink, input, variant, bugs, on }: JobOptions): Promise<Outcome> {
  try {
    await process.io('open storage', () => storage.open());
    const coordinator = await Coordinator.open({ job: 'job', storage, sinks: [sink], env: process, retain: 2, timeout: 2000, on });
    return await new Job(coordinator, process, sink, input, variant, bugs).run();
  } catch (error) {
    if (error instanceof TidemarkError) return { how: 'failed', error };
    throw error;
  }
}

class Job {
  readonly #coordinator: Coordinator;
  readonly #process: Process;
  readonly #sink: OutletSink;
  readonly #input: Partitions;
  readonly #bugs: Bugs;
  readonly #operator: Operator;
  readonly #position: Position;
  #failure: TidemarkError | undefined;

  constructor(coordinator: Coordinator, process: Process, sink: OutletSink, input: Partitions, variant: number, bugs: Bugs) {
    this.#coordinator = coordinator;
    this.#process = process;
    this.#sink = sink;
    this.#input = input;
    this.#bugs = bugs;
    const { restored } = coordinator;
    this.#operator = new Operator(variant, restored?.operators.get('windowBy/sums'));
    this.#position = positionOf(restored, input);
  }

  async run(): Promise<Outcome> {
    if (this.#position.ended) return { how: 'done' };
    const { ended } = this.#coordinator;
    ended.then(error => {
      this.#failure ??= error;
    });
    const schedule = new CheckpointSchedule(
      this.#process,
      { every: 30, minPause: 5, tolerableFailures: 3 },
      {
        coordinator: this.#coordinator,
        make: signal => this.#coordinator.checkpoint(this.#barrier, { signal }),
        fail: error => {
          this.#failure ??= error;
        },
      },
    );
    schedule.start();
    await this.#read();
    while (!this.#failure) {
      try {
        await schedule.request();
        await schedule.stop();
        return { how: 'done' };
      } catch {
        // It is tried again until the schedule gives up.
      }
    }
    await schedule.stop();
    return { how: 'failed', error: this.#failure };
  }

  async #read(): Promise<void> {
    const { next } = this.#position;
    for (let at = nextPartition(this.#input, next); at !== undefined && !this.#failure; at = nextPartition(this.#input, next)) {
      const partition = at;
      // Elements come at their own pace.
      await new Promise<void>(resolve => {
        this.#process.after(PACE, resolve);
      });
      const item = await this.#process.step('read', () => this.#input[partition]?.[next[partition] as number] as Item);
      if (this.#failure) return;
      next[partition]!++;
      this.#sink.write(this.#operator.take(item, watermarkAt(this.#input, next)));
    }
    if (this.#failure) return;
    this.#sink.write(this.#operator.end());
    this.#position.ended = true;
  }

  readonly #barrier = (number: number, since: number): Barrier => {
    const operator = this.#operator;
    const { rest, parts } = operator.cut(number, this.#bugs.sinceFailed && since > 0 ? number - 1 : since);
    const { next, ended } = this.#position;
    function* late(): Generator<StatePart> {
      yield* operator.cut(number + 0.5, 0).parts;
    }
    return {
      sources: [{ name: 'in', position: this.#bugs.latePosition ? this.#position : { next: [...next], ended } }],
      operators: [{ kind: 'windowBy', name: 'sums', rest, parts: this.#bugs.noCopyOnWrite ? late() : parts }],
      watermark: watermarkAt(this.#input, next),
    };
  };
}

function positionOf(restored: RestoredJob | undefined, input: Partitions): Position {
  const { next, ended } = (restored?.sources.get('in') as Position | undefined) ?? { next: input.map(() => 0), ended: false };
  return { next: [...next], ended };
}
