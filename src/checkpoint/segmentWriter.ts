/** Writes a cut into the storage: encodes in slices of a few milliseconds, and puts its chunks, some at a time. */
import type { Attempt } from './attempt.js';
import { type ChunkRef, chunkId, sealChunk, sealOf } from './chunk.js';
import type { CutEncoder } from './cutEncoder.js';
import type { Env } from './env.js';
import type { ChunkTarget } from './storage.js';

/** Milliseconds of work between two pauses. */
const SLICE = 2;
/** Values between two looks at the clock. */
const STEPS = 2048;
/** Chunks on their way at a time. */
const PARALLEL = 4;

export class SegmentWriter {
  /** The ids of all chunks that may be there, whatever has become of the attempt. */
  readonly ids: string[] = [];
  readonly #storage: ChunkTarget;
  readonly #job: string;
  readonly #cut: string;
  readonly #env: Env;
  readonly #attempt: Attempt;
  readonly #chunks: ChunkRef[] = [];
  readonly #underWay = new Set<Promise<void>>();

  constructor(storage: ChunkTarget, job: string, cut: string, env: Env, attempt: Attempt) {
    this.#storage = storage;
    this.#job = job;
    this.#cut = cut;
    this.#env = env;
    this.#attempt = attempt;
  }

  /** Writes it all; the chunks are durable when it resolves. */
  async write(encoder: CutEncoder): Promise<readonly ChunkRef[]> {
    const wrapping = sealChunk({ job: this.#job, cut: this.#cut, index: 1e9 }, new Uint8Array(0)).length;
    const most = Math.max(1, this.#storage.capabilities.chunkBytes - wrapping);
    // The turn of the barrier is the barrier's alone.
    await this.#attempt.race(this.#env.pause());
    let since = this.#env.now();
    for (let done = false; !done; ) {
      done = encoder.run(STEPS, most);
      while (encoder.length >= most) await this.#put(encoder.take(most));
      if (done || this.#env.now() - since < SLICE) continue;
      await this.#attempt.race(this.#env.pause());
      since = this.#env.now();
    }
    if (encoder.length > 0) await this.#put(encoder.take(encoder.length));
    await this.#attempt.race(Promise.all(this.#underWay));
    return this.#chunks;
  }

  /** Resolves when nothing is on its way any more, however it ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #put(payload: Uint8Array): Promise<void> {
    const index = this.ids.length;
    const id = chunkId(this.#cut, index);
    const chunk = sealChunk({ job: this.#job, cut: this.#cut, index }, payload);
    this.#chunks.push([chunk.length, sealOf(chunk)]);
    this.ids.push(id);
    const put = this.#env.io('put chunk', () => this.#storage.putChunk(this.#job, id, chunk));
    this.#underWay.add(put);
    // A failed one stays, so that whoever waits for all hears of it.
    put.then(
      () => this.#underWay.delete(put),
      () => undefined,
    );
    if (this.#underWay.size >= PARALLEL) await this.#attempt.race(Promise.race(this.#underWay));
    else if (this.#attempt.failure) throw this.#attempt.failure;
  }
}
