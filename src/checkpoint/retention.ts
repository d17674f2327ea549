/**
 * Which slots and chunks may go. Kept is what the newest few checkpoints reach, and what is pinned. A slot goes first; its chunks go a
 * round later, so that a reader who pinned the slot in between still finds them.
 */
import { CHUNK_PREFIX, chunkId, cutOf, epochOf } from './chunk.js';
import type { Env } from './env.js';
import type { FoundSlot } from './manifestLog.js';
import type { CheckpointSlot } from './slot.js';
import type { CheckpointStorage } from './storage.js';

/** What the ids of all pins begin with: `pins/<slot>/<who>`. */
export const PIN_PREFIX = 'pins/';

/** A checkpoint that the log holds, or held a moment ago. */
interface Kept {
  readonly seq: number;
  /** Chunks by the cut that they belong to: the whole chain. */
  readonly cuts: readonly string[];
  /** Whether a restart may use it: one that was passed over keeps its chunks as long as its slot, but does not count. */
  readonly counts: boolean;
}

export class Retention {
  readonly #storage: CheckpointStorage;
  readonly #job: string;
  readonly #env: Env;
  readonly #retain: number;
  readonly #kept: Kept[] = [];
  /** Their slots have gone. */
  #doomed: Kept[] = [];
  /** The ids of the chunks of each cut. */
  readonly #chunks = new Map<string, readonly string[]>();
  readonly #held = new Map<number, number>();

  constructor(storage: CheckpointStorage, job: string, env: Env, retain: number) {
    this.#storage = storage;
    this.#job = job;
    this.#env = env;
    this.#retain = retain;
  }

  /** Gets to know a checkpoint of the log, in the order of the log. */
  add(seq: number, { chain }: Pick<CheckpointSlot, 'chain'>, counts = true): void {
    for (const { cut, chunks } of chain)
      this.#chunks.set(
        cut,
        chunks.map((_, index) => chunkId(cut, index)),
      );
    this.#kept.push({ seq, cuts: chain.map(({ cut }) => cut), counts });
  }

  /** The oldest checkpoint that a restart may still go on from, as far as is known; undefined: there is none. */
  get oldest(): number | undefined {
    return this.#kept[0]?.seq;
  }

  /** Keeps a checkpoint until the returned function is called. */
  hold(seq: number): () => void {
    this.#held.set(seq, (this.#held.get(seq) ?? 0) + 1);
    return () => {
      const left = (this.#held.get(seq) ?? 0) - 1;
      if (left > 0) this.#held.set(seq, left);
      else this.#held.delete(seq);
    };
  }

  /** Deletes what is needed no more, after a checkpoint is complete. May be called again if it rejects. Returns how many chunks went. */
  async collect(): Promise<number> {
    const pinned = await this.#pinned();
    const counting = this.#kept.filter(({ counts }) => counts);
    const oldest = counting.at(-this.#retain) ?? counting[0];
    const below = Math.min(oldest?.seq ?? 0, ...pinned);
    const before = this.#doomed.filter(({ seq }) => !pinned.has(seq));
    if (this.#kept.some(({ seq }) => seq < below)) {
      await this.#env.io('trim slots', () => this.#storage.trimSlots(this.#job, below));
      while ((this.#kept[0]?.seq ?? below) < below) this.#doomed.push(this.#kept.shift() as Kept);
    }
    const gone = new Set(before);
    const needed = new Set([...this.#kept, ...this.#doomed.filter(kept => !gone.has(kept))].flatMap(({ cuts }) => cuts));
    const cuts = [...new Set(before.flatMap(kept => kept.cuts))].filter(cut => !needed.has(cut));
    const ids = cuts.flatMap(cut => this.#chunks.get(cut) ?? []);
    if (ids.length > 0) await this.#env.io('delete chunks', () => this.#storage.deleteChunks(this.#job, ids));
    for (const cut of cuts) this.#chunks.delete(cut);
    this.#doomed = this.#doomed.filter(kept => !gone.has(kept));
    return ids.length;
  }

  /**
   * Deletes the chunks that owners before `epoch` left behind without a slot: they died before it. `slots`: all that the log holds.
   * Deletes nothing while the log or a pin says something that is not understood. Returns how many went.
   */
  async sweep(epoch: number, slots: readonly FoundSlot[]): Promise<number> {
    const known = new Set(slots.map(({ seq }) => seq));
    if (slots.some(({ slot }) => slot.kind === 'unreadable')) return 0;
    for (const seq of await this.#pinned()) if (!known.has(seq) && !this.#held.has(seq)) return 0;
    const needed = new Set(slots.flatMap(({ slot }) => (slot.kind === 'checkpoint' ? slot.chain.map(({ cut }) => cut) : [])));
    const orphans: string[] = [];
    await this.#env.io('list chunks', async () => {
      orphans.length = 0;
      for await (const { id } of this.#storage.listChunks(this.#job, CHUNK_PREFIX)) {
        if (epochOf(id) < epoch && !needed.has(cutOf(id))) orphans.push(id);
      }
    });
    if (orphans.length > 0) await this.#env.io('delete orphans', () => this.#storage.deleteChunks(this.#job, orphans));
    return orphans.length;
  }

  async #pinned(): Promise<Set<number>> {
    const pinned = new Set(this.#held.keys());
    await this.#env.io('list pins', async () => {
      for await (const { id } of this.#storage.listChunks(this.#job, PIN_PREFIX)) pinned.add(Number(id.split('/')[1]));
    });
    return pinned;
  }
}
