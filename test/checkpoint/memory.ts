/** A storage in memory and a world without a clock, for tests of the protocol. */
import type { Env } from '../../src/checkpoint/env.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';

/** Keeps what it is given. Everything is there to be looked at and spoilt. */
export class TestStorage implements CheckpointStorage {
  readonly name = 'memory';
  readonly capabilities: CheckpointStorage['capabilities'];
  readonly chunks = new Map<string, Uint8Array>();
  readonly slots = new Map<number, Uint8Array>();

  constructor(chunkBytes = 1 << 20) {
    this.capabilities = { durable: false, fencing: 'in-process', chunkBytes };
  }

  async open(): Promise<void> {}

  async putChunk(_job: string, id: string, data: Uint8Array): Promise<void> {
    if (this.chunks.has(id)) throw new Error(`chunk ${id} is there already`);
    this.chunks.set(id, data.slice());
  }

  async getChunk(_job: string, id: string): Promise<Uint8Array | undefined> {
    return this.chunks.get(id);
  }

  async *listChunks(_job: string, prefix: string): AsyncIterable<{ id: string; bytes: number }> {
    for (const [id, { length }] of this.chunks) if (id.startsWith(prefix)) yield { id, bytes: length };
  }

  async deleteChunks(_job: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.chunks.delete(id);
  }

  async appendSlot(_job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'> {
    if (this.slots.has(seq)) return 'taken';
    this.slots.set(seq, data.slice());
    return 'ok';
  }

  async readSlot(_job: string, seq: number): Promise<Uint8Array | undefined> {
    return this.slots.get(seq);
  }

  async listSlots(): Promise<number[]> {
    return [...this.slots.keys()].sort((a, b) => a - b);
  }

  async trimSlots(_job: string, below: number): Promise<void> {
    const newest = Math.max(...this.slots.keys());
    for (const seq of [...this.slots.keys()]) if (seq < below && seq !== newest) this.slots.delete(seq);
  }

  async listJobs(): Promise<string[]> {
    return this.slots.size ? ['job'] : [];
  }

  async close(): Promise<void> {}
}

/** A world whose clock moves when told to, and whose effects can be made to fail. */
export class TestWorld implements Env {
  time = 0;
  readonly timers = new Set<{ at: number; task: () => void }>();
  /** Every effect, by its label. */
  readonly labels: string[] = [];
  /** Called around each effect; may throw instead of it, or behind it. */
  around: <T>(label: string, effect: () => Promise<T>) => Promise<T> = (_label, effect) => effect();
  readonly #nonce: string;
  #nonces = 0;

  constructor(nonce = 'n') {
    this.#nonce = nonce;
  }

  async io<T>(label: string, effect: () => Promise<T>): Promise<T> {
    this.labels.push(label);
    return this.around(label, effect);
  }

  async pause(): Promise<void> {}

  now(): number {
    return this.time;
  }

  wallClock(): number {
    return 1_700_000_000_000 + this.time;
  }

  after(milliseconds: number, task: () => void): () => void {
    const timer = { at: this.time + milliseconds, task };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  nonce(): string {
    return `${this.#nonce}${++this.#nonces}`;
  }

  /** Moves the clock, and calls back whoever is due, in order. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    for (;;) {
      await settle();
      const due = [...this.timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.task();
    }
    this.time = until;
    await settle();
  }
}

/** Lets everything that only waits for promises go on. */
export function settle(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve);
  });
}
