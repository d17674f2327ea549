/**
 * A savepoint in the making. It is taken at the barrier of a checkpoint, as a full cut beside that of the checkpoint, which so stays what it
 * is; it is written when the checkpoint is complete, so that all rows up to it are committed, and none is lost or said again by who goes on
 * from it with the same sinks.
 */
import { TidemarkError } from '../errors.js';
import { Attempt } from './attempt.js';
import { CutEncoder } from './cutEncoder.js';
import type { Env } from './env.js';
import { manifestOf } from './manifest.js';
import type { Barrier, CheckpointSink } from './participants.js';
import { Savepoint } from './savepoint.js';
import { joinSavepoint } from './savepointBytes.js';
import { SegmentWriter } from './segmentWriter.js';
import { type CheckpointSlot, sealSlot } from './slot.js';

/** Bytes of a chunk: of a size that most storages take as it is. */
const CHUNK = 1 << 20;

export class TakeSavepoint {
  readonly label: string;
  /** Rejects if the checkpoint that it belongs to does not come about. */
  readonly savepoint: Promise<Savepoint>;
  readonly #job: string;
  readonly #sinks: readonly CheckpointSink[];
  readonly #env: Env;
  #settle!: { readonly resolve: (savepoint: Savepoint | Promise<Savepoint>) => void; readonly reject: (error: unknown) => void };
  #barrier: Barrier | undefined;
  #encoder: CutEncoder | undefined;

  constructor(label: string, job: string, sinks: readonly CheckpointSink[], env: Env) {
    this.label = label;
    this.#job = job;
    this.#sinks = sinks;
    this.#env = env;
    this.savepoint = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.savepoint.catch(() => undefined);
  }

  /** At the barrier: everything, with the data of all parts. */
  take(barrier: Barrier): void {
    this.#barrier = barrier;
    this.#encoder = new CutEncoder(barrier, []);
  }

  /** The checkpoint in slot `seq` is complete: it is written. */
  complete(seq: number): void {
    if (this.#barrier && this.#encoder) this.#settle.resolve(this.#write(seq, this.#barrier, this.#encoder));
    else this.fail(new TidemarkError('CHECKPOINT_FAILED', `job ${this.#job}: savepoint ${this.label} has not been taken.`));
  }

  /** There will be none. */
  fail(error: unknown): void {
    this.#encoder?.close();
    this.#settle.reject(error);
  }

  async #write(seq: number, barrier: Barrier, encoder: CutEncoder): Promise<Savepoint> {
    const cut = `${seq}-${this.#env.nonce()}`;
    const written: Uint8Array[] = [];
    const target = {
      capabilities: { durable: false, fencing: 'in-process', chunkBytes: CHUNK } as const,
      putChunk: async (_job: string, _id: string, data: Uint8Array) => void written.push(data),
    };
    try {
      const attempt = new Attempt(this.#env, `savepoint ${this.label}`, Infinity);
      const chunks = await new SegmentWriter(target, this.#job, cut, this.#env, attempt).write(encoder);
      const slot: CheckpointSlot = {
        v: 1,
        requires: [],
        job: this.#job,
        kind: 'checkpoint',
        epoch: 0,
        nonce: this.#env.nonce(),
        createdAt: this.#env.wallClock(),
        number: 0,
        chain: [{ cut, chunks }],
        sinks: {},
        ...manifestOf(barrier),
        committed: 0,
        program: {},
        origin: {
          job: this.#job,
          seq,
          label: this.label,
          sinks: Object.fromEntries(this.#sinks.map(({ name, mode }) => [name, mode])),
        },
      };
      return new Savepoint(joinSavepoint(sealSlot(slot), written));
    } catch (error) {
      encoder.close();
      throw error;
    }
  }
}
