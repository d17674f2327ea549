/**
 * The owner of a job: takes it over, and makes its checkpoints, one at a time.
 *
 * ```text
 * barrier, one turn      ▸ in slices            ▸ once all is durable
 * positions, cuts, rotate  encode, put, prepare   slot ▸ commit ▸ trim, delete
 * ```
 *
 * Until the slot is written nothing has happened, and everything can be taken back; from then on nothing can, and it is finished, if need
 * be by the next owner. Ids hold the epoch and the number of the barrier, and are never used twice.
 */
import { TidemarkError } from '../errors.js';
import { Attempt, asFailure } from './attempt.js';
import { CutEncoder } from './cutEncoder.js';
import type { Env } from './env.js';
import type { CompletedCheckpoint, CoordinatorEvent } from './events.js';
import { manifestOf } from './manifest.js';
import { InDoubt, isFenced } from './manifestLog.js';
import type { Barrier, CheckpointSink, RestoredJob } from './participants.js';
import { type Recovered, recover } from './recovery.js';
import { Retention } from './retention.js';
import { SegmentWriter } from './segmentWriter.js';
import type { ProgramInfo, SegmentRef } from './slot.js';
import type { CheckpointStorage } from './storage.js';
import { Transaction } from './transaction.js';

/** A chain is no longer than this, so that a restart opens few chunks. */
const LONGEST_CHAIN = 64;
/** Milliseconds for saying that all is well: it is no matter if it does not come about. */
const LAST_WORD = 5000;

/** What a job gives its coordinator. */
export interface CoordinatorOptions {
  readonly job: string;
  /** Opened. */
  readonly storage: CheckpointStorage;
  readonly sinks: readonly CheckpointSink[];
  readonly env: Env;
  /** How many checkpoints are kept; default 3. */
  readonly retain?: number;
  /** Milliseconds for a checkpoint, and for a commit; default: no limit. */
  readonly timeout?: number;
  readonly program?: ProgramInfo;
  /** Hears what happens. Must not throw. */
  readonly on?: (event: CoordinatorEvent) => void;
}

/** What to do about one checkpoint. */
export interface CheckpointOptions {
  /** Calls it off, until its slot is written. */
  readonly signal?: AbortSignal;
  /** Everything, and no reference to older checkpoints. */
  readonly full?: boolean;
}

/**
 * Everything as it is now; called in the same turn as `checkpoint`. `since`: operators leave out what has not changed since the cut of
 * that number; 0: nothing.
 */
export type TakeBarrier = (number: number, since: number) => Barrier;

export class Coordinator {
  readonly job: string;
  /** The number of the own claim: greater than that of every owner before. */
  readonly epoch: number;
  /** What to go on from; undefined: begin anew. Gone with the first checkpoint, since it may be large. */
  restored: RestoredJob | undefined;
  /** Why there will be no more checkpoints: fenced, closed, or something that only a restart can mend. Then the job must stop, and say nothing more. */
  failure: TidemarkError | undefined;
  /** Resolves with `failure` as soon as there is one. */
  readonly ended: Promise<TidemarkError>;
  readonly #options: CoordinatorOptions;
  readonly #timeout: number;
  readonly #log: Recovered['log'];
  readonly #retention: Retention;
  #end!: (failure: TidemarkError) => void;
  #number = 0;
  /** The newest checkpoint that this owner has made. */
  #last = 0;
  #chain: readonly SegmentRef[] = [];
  #committed: number;
  #attempt: Attempt | undefined;
  #busy: Promise<unknown> | undefined;
  #sweeping: Promise<void> | undefined;

  /** Takes the job over. Rejects with NEEDS_OPERATOR where going on would lose or repeat rows. */
  static async open(options: CoordinatorOptions): Promise<Coordinator> {
    const { storage, job, sinks, env, timeout = Infinity } = options;
    const recovered = await recover(storage, job, sinks, env, timeout);
    return new Coordinator(options, recovered);
  }

  private constructor(options: CoordinatorOptions, { log, slots, from, skipped, recommitted }: Recovered) {
    const { storage, job, env, retain = 3, timeout = Infinity } = options;
    this.job = job;
    this.epoch = log.epoch;
    this.restored = from && { ...from.state.job, manifest: from.candidate.slot };
    this.ended = new Promise(resolve => {
      this.#end = resolve;
    });
    this.#options = options;
    this.#timeout = timeout;
    this.#log = log;
    const last = from?.candidate.seq ?? 0;
    // Of a savepoint nothing is in sinks that are new.
    this.#committed = from?.candidate.slot.origin ? 0 : last;
    this.#retention = new Retention(storage, job, env, retain);
    for (const { seq, slot } of slots) if (slot.kind === 'checkpoint') this.#retention.add(seq, slot, seq <= last && !isSkipped(seq));
    function isSkipped(seq: number): boolean {
      return skipped.some(skip => skip.seq === seq);
    }
    this.#say({ type: 'opened', epoch: this.epoch, restored: from?.candidate.seq, skipped, recommitted });
    this.#sweeping = this.#sweep(slots);
  }

  /**
   * Makes a checkpoint. Synchronously, before it returns: calls `barrier`, and rotates the sinks. Resolves when it is durable and committed.
   * When it rejects and `failure` is undefined, it never happened: its rows go into the next one, and the job may go on.
   */
  async checkpoint(barrier: TakeBarrier, { signal, full = false }: CheckpointOptions = {}): Promise<CompletedCheckpoint> {
    if (this.failure) throw this.failure;
    if (this.#busy) throw new TidemarkError('CHECKPOINT_FAILED', `job ${this.job}: a checkpoint is being made; there is one at a time.`);
    const run = this.#run(barrier, signal, full || this.#mustRebase());
    this.#busy = run;
    run.catch(() => undefined);
    try {
      return await run;
    } finally {
      this.#busy = undefined;
    }
  }

  /** The oldest checkpoint that is kept; undefined: there is none. */
  get oldest(): number | undefined {
    return this.#retention.oldest;
  }

  /** Keeps a checkpoint of this job from being deleted, until the returned function is called. */
  hold(seq: number): () => void {
    return this.#retention.hold(seq);
  }

  /**
   * Calls off what is under way, as far as it can be, and waits for the rest of it. The storage and the sinks stay open. `clean`: the log
   * says so, and the next owner has nothing to commit again.
   */
  async close(clean = false): Promise<void> {
    const closed = new TidemarkError('CHECKPOINT_FAILED', `job ${this.job}: it has been closed.`);
    this.#attempt?.fail(closed);
    await Promise.allSettled([this.#busy, this.#sweeping]);
    if (this.failure) return;
    if (clean && this.#committed > 0) await this.#closeLog();
    this.failure = closed;
    this.#end(closed);
  }

  async #closeLog(): Promise<void> {
    const attempt = new Attempt(this.#options.env, `job ${this.job}: closing its log`, Math.min(this.#timeout, LAST_WORD));
    await this.#log.close(this.#committed, attempt).catch(() => undefined);
    attempt.close();
  }

  async #run(barrier: TakeBarrier, signal: AbortSignal | undefined, full: boolean): Promise<CompletedCheckpoint> {
    const { env, storage, sinks } = this.#options;
    const started = env.now();
    const number = ++this.#number;
    const attempt = new Attempt(env, `checkpoint ${this.epoch}-${number} of job ${this.job}`, this.#timeout, signal);
    this.#attempt = attempt;
    const transaction = new Transaction(`${this.epoch}-${number}`, sinks, env);
    const writer = new SegmentWriter(storage, this.job, transaction.id, env, attempt);
    let encoder: CutEncoder | undefined;
    let seq: number;
    try {
      const taken = barrier(number, full ? 0 : this.#last);
      encoder = new CutEncoder(taken, transaction.kept);
      transaction.rotate();
      this.restored = undefined;
      seq = await this.#make(taken, encoder, writer, transaction, attempt, number, full);
    } catch (error) {
      throw await this.#undo(error, number, encoder, writer, transaction);
    } finally {
      attempt.close();
    }
    const chunks = this.#chain.at(-1)?.chunks ?? [];
    await this.#commit(seq, transaction, signal);
    const bytes = chunks.reduce((sum, [size]) => sum + size, 0);
    const completed = { seq, epoch: this.epoch, number, full, bytes, chunks: chunks.length, milliseconds: env.now() - started };
    this.#say({ type: 'completed', checkpoint: completed });
    await this.#collect();
    return completed;
  }

  /** All up to the slot. */
  async #make(
    taken: Barrier,
    encoder: CutEncoder,
    writer: SegmentWriter,
    transaction: Transaction,
    attempt: Attempt,
    number: number,
    full: boolean,
  ): Promise<number> {
    const chunks = await writer.write(encoder);
    await transaction.prepare(this.#log.last + 1, attempt);
    const chain = [...(full ? [] : this.#chain), { cut: transaction.id, chunks }];
    const body = {
      number,
      chain,
      sinks: transaction.refs(),
      ...manifestOf(taken),
      committed: this.#committed,
      program: this.#options.program ?? {},
    };
    if (attempt.failure) throw attempt.failure;
    const seq = await this.#log.append(body, attempt, this.#timeout);
    this.#retention.add(seq, body);
    this.#last = number;
    this.#chain = chain;
    return seq;
  }

  async #commit(seq: number, transaction: Transaction, signal: AbortSignal | undefined): Promise<void> {
    try {
      await transaction.commit(seq, this.#timeout, signal);
      this.#committed = seq;
    } catch (error) {
      throw this.#fail(asFailure(error, `job ${this.job}: commit`));
    }
  }

  /** The slot is not there: takes everything back. Returns the error to say. */
  async #undo(
    reason: unknown,
    number: number,
    encoder: CutEncoder | undefined,
    writer: SegmentWriter,
    transaction: Transaction,
  ): Promise<TidemarkError> {
    const error = asFailure(reason, `job ${this.job}: checkpoint ${this.epoch}-${number}`);
    encoder?.close();
    if (isFenced(error) || error instanceof InDoubt) return this.#fail(error);
    this.#say({ type: 'aborted', number, error });
    void this.#discard(writer);
    try {
      await transaction.abort(this.#timeout);
      return error;
    } catch (failure) {
      return this.#fail(asFailure(failure, `job ${this.job}: a sink cannot take back a transaction; restart the job`));
    }
  }

  /** Chunks of an aborted checkpoint; those that stay are swept at the next start. */
  async #discard(writer: SegmentWriter): Promise<void> {
    const { env, storage } = this.#options;
    await writer.settled();
    if (writer.ids.length === 0 || this.failure) return;
    await env.io('discard chunks', () => storage.deleteChunks(this.job, writer.ids)).catch(() => undefined);
  }

  async #collect(): Promise<void> {
    const attempt = new Attempt(this.#options.env, `job ${this.job}: deleting old checkpoints`, this.#timeout);
    try {
      const chunks = await attempt.race(this.#retention.collect());
      if (chunks > 0) this.#say({ type: 'collected', chunks });
    } catch (error) {
      this.#say({ type: 'notCollected', error: asFailure(error, `job ${this.job}: deleting old checkpoints`) });
    } finally {
      attempt.close();
    }
  }

  async #sweep(slots: Recovered['slots']): Promise<void> {
    try {
      const chunks = await this.#retention.sweep(this.epoch, slots);
      if (chunks > 0) this.#say({ type: 'swept', chunks });
    } catch (error) {
      this.#say({ type: 'notCollected', error: asFailure(error, `job ${this.job}: deleting what is left of dead owners`) });
    }
  }

  /** Whether the next checkpoint is a full one: the first, and when the changes have become more than what they change. */
  #mustRebase(): boolean {
    const [base, ...changes] = this.#chain.map(({ chunks }) => chunks.reduce((sum, [bytes]) => sum + bytes, 0));
    if (base === undefined || changes.length + 1 >= LONGEST_CHAIN) return true;
    return changes.reduce((sum, bytes) => sum + bytes, 0) > base;
  }

  #fail(failure: TidemarkError): TidemarkError {
    if (this.failure) return failure;
    this.failure = failure;
    this.#say({ type: 'ended', error: failure });
    this.#end(failure);
    return failure;
  }

  #say(event: CoordinatorEvent): void {
    this.#options.on?.(event);
  }
}
