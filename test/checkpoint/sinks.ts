/** Sinks in memory, one for each mode, that survive the processes that write to them. */
import type { CheckpointSink, SinkMode } from '../../src/checkpoint/participants.js';
import { TidemarkError } from '../../src/errors.js';

/** The outer world of a sink: what a database would be. */
export class SinkWorld {
  epoch = 0;
  last = 0;
  readonly visible: unknown[] = [];
  /** Rows that are durable and not visible, by transaction. */
  readonly prepared = new Map<string, readonly unknown[]>();
  readonly committed = new Set<string>();

  fence(epoch: number): void {
    if (epoch < this.epoch) throw new TidemarkError('FENCED', `sink: epoch ${epoch} is older than ${this.epoch}`);
    this.epoch = epoch;
  }
}

/** A process's side of a sink. */
export class TestSink implements CheckpointSink {
  readonly name: string;
  readonly mode: SinkMode;
  readonly world: SinkWorld;
  #epoch = 0;
  #rows: unknown[] = [];
  readonly #rotated = new Map<string, unknown[]>();

  constructor(mode: SinkMode, world: SinkWorld, name = 'out') {
    this.mode = mode;
    this.world = world;
    this.name = name;
  }

  write(row: unknown): void {
    if (this.mode === 'upsert') this.world.visible.push(row);
    else this.#rows.push(row);
  }

  async fence(epoch: number): Promise<void> {
    this.#epoch = epoch;
    this.world.fence(epoch);
  }

  async lastCommitted(): Promise<number> {
    return this.mode === 'transactional' || this.mode === 'sink-decides' ? this.world.last : 0;
  }

  rotate(transaction: string): unknown {
    const rows = this.#rows;
    this.#rotated.set(transaction, rows);
    this.#rows = [];
    return this.mode === 'outbox' ? rows : undefined;
  }

  async prepare(transaction: string): Promise<void> {
    this.world.fence(this.#epoch);
    if (this.mode === 'transactional') this.world.prepared.set(transaction, this.#rotated.get(transaction) ?? []);
  }

  async commit(transaction: string, seq: number, kept: unknown): Promise<void> {
    this.world.fence(this.#epoch);
    const { world, mode } = this;
    if (mode === 'upsert') return;
    if (mode === 'outbox') world.visible.push(...(kept as unknown[]));
    else if (!world.committed.has(transaction)) {
      const rows = mode === 'transactional' ? world.prepared.get(transaction) : this.#rotated.get(transaction);
      if (!rows) throw new Error(`unknown transaction ${transaction}`);
      world.visible.push(...rows);
      world.committed.add(transaction);
      world.last = Math.max(world.last, seq);
    }
    this.#rotated.delete(transaction);
  }

  async abort(transaction: string): Promise<void> {
    this.world.fence(this.#epoch);
    this.world.prepared.delete(transaction);
    this.#rows.unshift(...(this.#rotated.get(transaction) ?? []));
    this.#rotated.delete(transaction);
  }
}
