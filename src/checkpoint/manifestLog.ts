/**
 * The log of a job as its owner sees it. The owner knows the last slot, and writes nowhere but behind it; whoever takes over writes a
 * slot too. So an old owner finds its next slot taken, and is fenced: no clock and no lock is needed.
 */
import { TidemarkError } from '../errors.js';
import { Attempt, asFailure } from './attempt.js';
import type { Env } from './env.js';
import type { SinkClaim } from './participants.js';
import { type CheckpointSlot, openSlot, type Slot, sealSlot, type UnreadableSlot } from './slot.js';
import type { CheckpointStorage } from './storage.js';

/** So often is a claim tried, and a slot in doubt settled. */
const TRIES = 3;
/** So often may others come first. */
const RACES = 100;
/** Milliseconds between two tries. */
const REST = 1000;

/** A slot as it was found. */
export interface FoundSlot {
  readonly seq: number;
  readonly slot: Slot | UnreadableSlot;
}

/** What a checkpoint says in its slot; the rest is the log's business. */
export type CheckpointBody = Omit<CheckpointSlot, 'v' | 'requires' | 'job' | 'epoch' | 'nonce' | 'createdAt' | 'kind'>;

export class ManifestLog {
  readonly storage: CheckpointStorage;
  readonly job: string;
  /** The number of the own claim. */
  readonly epoch: number;
  /** The last slot that is known. */
  last: number;
  readonly #env: Env;
  readonly #nonce: string;

  private constructor(storage: CheckpointStorage, job: string, env: Env, nonce: string, epoch: number) {
    this.storage = storage;
    this.job = job;
    this.#env = env;
    this.#nonce = nonce;
    this.epoch = epoch;
    this.last = epoch;
  }

  /** Takes the job over: from now on every older owner is fenced. */
  static async claim(storage: CheckpointStorage, job: string, env: Env): Promise<ManifestLog> {
    const nonce = env.nonce();
    let failures = 0;
    for (let races = 0; races < RACES; races++) {
      try {
        const last = (await env.io('list slots', () => storage.listSlots(job))).at(-1) ?? 0;
        // A claim of which no word came back may be there. It is put again all the same: only who hears 'taken' knows that it is durable.
        const isThere = failures > 0 && last > 0 && nonceOf(await read(storage, job, last, env)) === nonce;
        const seq = isThere ? last : last + 1;
        const claim: Slot = { v: 1, requires: [], job, kind: 'claim', epoch: seq, nonce, createdAt: env.wallClock() };
        const outcome = await env.io('claim', () => storage.appendSlot(job, seq, sealSlot(claim)));
        if (outcome === 'ok' || nonceOf(await read(storage, job, seq, env)) === nonce)
          return new ManifestLog(storage, job, env, nonce, seq);
      } catch (error) {
        if (++failures >= TRIES) throw error;
        await rest(env);
      }
    }
    throw new TidemarkError('FENCED', `job ${job}: ${RACES} other processes took it over first. Run it once.`);
  }

  /** For sinks, before the first slot behind it. */
  get ownership(): SinkClaim {
    const newest = async (): Promise<boolean> =>
      (await this.#env.io('list slots', () => this.storage.listSlots(this.job))).at(-1) === this.epoch;
    return { nonce: this.#nonce, newest };
  }

  /** All slots below the own claim, ascending. Somebody above it has taken the job over: what sinks say may be of him. */
  async read(): Promise<FoundSlot[]> {
    const seqs = await this.#env.io('list slots', () => this.storage.listSlots(this.job));
    const newest = seqs.at(-1) ?? 0;
    if (newest > this.epoch) throw fenced(this.job, newest);
    const found = seqs
      .filter(seq => seq < this.epoch)
      .map(async seq => ({ seq, slot: await read(this.storage, this.job, seq, this.#env) }) satisfies FoundSlot);
    const slots = await Promise.allSettled(found);
    return slots.map(outcome => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  /**
   * Writes a checkpoint into the next slot; returns its number. When it rejects with anything but FENCED and IN_DOUBT, the
   * checkpoint is not in the log and never will be.
   */
  async append(body: CheckpointBody, attempt: Attempt, timeout: number): Promise<number> {
    const seq = this.last + 1;
    const nonce = `${this.#nonce}-${body.number}`;
    const slot: Slot = {
      v: 1,
      requires: [],
      job: this.job,
      kind: 'checkpoint',
      epoch: this.epoch,
      nonce,
      createdAt: this.#env.wallClock(),
      ...body,
    };
    try {
      const written = this.#env.io('append slot', () => this.storage.appendSlot(this.job, seq, sealSlot(slot)));
      if ((await attempt.race(written)) === 'taken') return await this.#whose(seq, nonce, attempt);
      return (this.last = seq);
    } catch (error) {
      // In a log that is gone, no slot can come to be.
      if (isFenced(error) || isLost(error) || (await this.#isEmpty(seq, error, timeout))) throw error;
      return this.#settle(seq, nonce, error, timeout);
    }
  }

  /** Says that everything up to a checkpoint is committed. Whether it succeeds does not matter: otherwise the next owner commits again. */
  async close(committed: number, attempt: Attempt): Promise<void> {
    const nonce = `${this.#nonce}-closed`;
    const slot: Slot = {
      v: 1,
      requires: [],
      job: this.job,
      kind: 'closed',
      epoch: this.epoch,
      nonce,
      createdAt: this.#env.wallClock(),
      committed,
    };
    await attempt.race(this.#env.io('close log', () => this.storage.appendSlot(this.job, this.last + 1, sealSlot(slot))));
  }

  /** A storage that says that it is full has written nothing that comes later: what is not there never will be. */
  async #isEmpty(seq: number, reason: unknown, timeout: number): Promise<boolean> {
    if (!(reason instanceof TidemarkError) || reason.code !== 'STORAGE_FULL') return false;
    const attempt = new Attempt(this.#env, `job ${this.job}: looking at slot ${seq}`, timeout);
    try {
      return (await attempt.race(this.#env.io('read slot', () => this.storage.readSlot(this.job, seq)))) === undefined;
    } catch {
      return false;
    } finally {
      attempt.close();
    }
  }

  /** The slot was taken: by oneself, if the word of it was lost. */
  async #whose(seq: number, nonce: string, attempt: Attempt): Promise<number> {
    const bytes = await attempt.race(this.#env.io('read slot', () => this.storage.readSlot(this.job, seq)));
    // Taken and gone: trimmed by an owner that came later.
    if (!bytes) throw fenced(this.job, seq);
    const slot = openSlot(bytes);
    if (slot.kind === 'unreadable')
      throw new TidemarkError('CHECKPOINT_FAILED', `job ${this.job}: slot ${seq} cannot be read: ${slot.why}.`);
    if (nonceOf(slot) !== nonce) throw fenced(this.job, seq);
    this.last = seq;
    if (slot.kind === 'checkpoint') return seq;
    throw new TidemarkError('CHECKPOINT_FAILED', `job ${this.job}: slot ${seq} could not be written, and is void.`);
  }

  /**
   * Whether the slot has been written is unknown, and it may even be written later. So it is made void, if it is still empty: then
   * nothing can come to be in it; and if it is not empty, it says what it is.
   */
  async #settle(seq: number, nonce: string, reason: unknown, timeout: number): Promise<number> {
    let failure = reason;
    for (let tries = 0; tries < TRIES; tries++) {
      const attempt = new Attempt(this.#env, `job ${this.job}: finding out about slot ${seq}`, timeout);
      try {
        const slot: Slot = { v: 1, requires: [], job: this.job, kind: 'void', epoch: this.epoch, nonce, createdAt: this.#env.wallClock() };
        const outcome = await attempt.race(this.#env.io('void slot', () => this.storage.appendSlot(this.job, seq, sealSlot(slot))));
        if (outcome === 'taken') return await this.#whose(seq, nonce, attempt);
        this.last = seq;
        throw new Settled(reason);
      } catch (error) {
        if (error instanceof Settled) throw error.reason;
        if (isFenced(error) || isLost(error) || this.last === seq) throw error;
        failure = error;
      } finally {
        attempt.close();
      }
      await rest(this.#env);
    }
    throw new InDoubt(this.job, seq, failure);
  }
}

/** Leads out of the loop of tries: the slot is void, and the first failure is the answer. */
class Settled {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** Whether a checkpoint is in the log cannot be found out: only a restart can. */
export class InDoubt extends TidemarkError {
  constructor(job: string, seq: number, reason: unknown) {
    const { message } = asFailure(reason, 'storage');
    super(
      'CHECKPOINT_FAILED',
      `job ${job}: whether slot ${seq} was written cannot be found out: ${message} Restart the job: it reads the log.`,
      {
        cause: reason,
      },
    );
  }
}

/** Whether an error says that somebody else owns the job. */
export function isFenced(error: unknown): boolean {
  return error instanceof TidemarkError && error.code === 'FENCED';
}

function isLost(error: unknown): boolean {
  return error instanceof TidemarkError && error.code === 'STORAGE_LOST';
}

function fenced(job: string, seq: number): TidemarkError {
  return new TidemarkError(
    'FENCED',
    `job ${job}: slot ${seq} is taken: another process has taken the job over. This one stops and says nothing more.`,
  );
}

async function read(storage: CheckpointStorage, job: string, seq: number, env: Env): Promise<Slot | UnreadableSlot> {
  const bytes = await env.io('read slot', () => storage.readSlot(job, seq));
  return bytes ? openSlot(bytes) : { kind: 'unreadable', newer: false, why: 'it is not there' };
}

function nonceOf(slot: Slot | UnreadableSlot): string | undefined {
  return slot.kind === 'unreadable' ? undefined : slot.nonce;
}

function rest(env: Env): Promise<void> {
  return new Promise(resolve => {
    env.after(REST, resolve);
  });
}
