/**
 * The sinks' side of one checkpoint: rotated at the barrier, prepared before the slot, committed after it, or aborted. The sink that
 * decides commits before all others, so that none is ever ahead of it.
 */
import { TidemarkError } from '../errors.js';
import { Attempt, asFailure } from './attempt.js';
import type { KeptOfSink } from './cutEncoder.js';
import type { Env } from './env.js';
import { isFenced } from './manifestLog.js';
import type { CheckpointSink } from './participants.js';
import type { SinkRef } from './slot.js';

/** So often is a commit tried. */
const TRIES = 3;
/** Milliseconds between two tries. */
const REST = 1000;

export class Transaction {
  /** `<epoch>-<number>`. */
  readonly id: string;
  readonly kept: KeptOfSink[] = [];
  readonly #sinks: readonly CheckpointSink[];
  readonly #env: Env;
  #rotated = 0;

  constructor(id: string, sinks: readonly CheckpointSink[], env: Env) {
    this.id = id;
    this.#sinks = [...sinks].sort((a, b) => Number(b.mode === 'sink-decides') - Number(a.mode === 'sink-decides'));
    this.#env = env;
  }

  /** Synchronously, at the barrier. */
  rotate(): void {
    for (const sink of this.#sinks) {
      const kept = sink.rotate(this.id);
      this.#rotated++;
      if (kept !== undefined) this.kept.push({ name: sink.name, kept });
    }
  }

  /** What the slot says of them. */
  refs(): Record<string, SinkRef> {
    return Object.fromEntries(this.#sinks.map(({ name, mode }) => [name, { mode, transaction: this.id }]));
  }

  async prepare(seq: number, attempt: Attempt): Promise<void> {
    await attempt.race(all(this.#sinks.map(sink => this.#env.io(`prepare ${sink.name}`, () => sink.prepare(this.id, seq)))));
  }

  /** Rejects if a sink does not commit after some tries: the slot is there, so that a restart goes on with it. */
  async commit(seq: number, timeout: number, signal?: AbortSignal): Promise<void> {
    const [decider, rest] = this.#sinks[0]?.mode === 'sink-decides' ? [this.#sinks[0], this.#sinks.slice(1)] : [undefined, this.#sinks];
    const kept = new Map(this.kept.map(({ name, kept }) => [name, kept]));
    if (decider) await commitTo(decider, this.id, seq, kept.get(decider.name), timeout, this.#env, signal);
    await all(rest.map(sink => commitTo(sink, this.id, seq, kept.get(sink.name), timeout, this.#env, signal)));
  }

  /** What was rotated goes into the next transaction. */
  async abort(timeout: number): Promise<void> {
    const rotated = this.#sinks.slice(0, this.#rotated);
    const attempt = new Attempt(this.#env, `aborting ${this.id}`, timeout);
    try {
      await attempt.race(all(rotated.map(sink => this.#env.io(`abort ${sink.name}`, () => sink.abort(this.id)))));
    } finally {
      attempt.close();
    }
  }
}

/** Commits a transaction in a sink, or again after a crash. `signal`: nobody wants to wait for one that is slow any more. */
export async function commitTo(
  sink: CheckpointSink,
  transaction: string,
  seq: number,
  kept: unknown,
  timeout: number,
  env: Env,
  signal?: AbortSignal,
): Promise<void> {
  let come = sink.progress?.();
  for (let tries = 1; ; tries++) {
    const attempt = new Attempt(env, `committing checkpoint ${seq} in sink ${sink.name}`, timeout);
    try {
      await attempt.race(env.io(`commit ${sink.name}`, () => sink.commit(transaction, seq, kept)));
      return;
    } catch (error) {
      if (isFenced(error) || (error as { code?: unknown }).code === 'NEEDS_OPERATOR') throw error;
      const now = sink.progress?.();
      if (now !== come && !signal?.aborted) tries = 1;
      come = now;
      if (tries >= TRIES) throw notCommitted(sink, seq, error);
    } finally {
      attempt.close();
    }
    await new Promise<void>(resolve => {
      env.after(REST, resolve);
    });
  }
}

function notCommitted({ name }: CheckpointSink, seq: number, reason: unknown): TidemarkError {
  const { message } = asFailure(reason, 'it said');
  return new TidemarkError(
    'CHECKPOINT_FAILED',
    `sink ${name} does not commit checkpoint ${seq}, which is durable: ${message.replace(/[^.]$/, '$&.')} Mend that, and restart the job: it goes on with the commit.`,
    { cause: reason },
  );
}

/** Waits for all, however they end; then fails with the first failure, a fence before others. */
export async function all<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(promises);
  const reasons = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (reasons.length > 0) throw reasons.find(isFenced) ?? reasons[0];
  return outcomes.map(outcome => (outcome as PromiseFulfilledResult<T>).value);
}
