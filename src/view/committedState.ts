/**
 * The state of the newest checkpoint, for readers: its cut is held from its barrier on, and shown when the checkpoint is complete, until the
 * next one is. What changes meanwhile is copied before, once; there is no second copy of all.
 */
import { HeldState } from './heldState.js';
import type { CheckpointListener, ViewHost } from './viewHost.js';

export class CommittedState implements CheckpointListener {
  /** The checkpoint that is shown. */
  seq: number | undefined = undefined;
  readonly #host: ViewHost;
  /** How many views there are of each operator. */
  readonly #wanted = new Map<string, number>();
  #shown: HeldState | undefined = undefined;
  #coming: HeldState | undefined = undefined;
  #waiting: (() => void)[] = [];
  #asked: Promise<unknown> | undefined = undefined;

  constructor(host: ViewHost) {
    this.#host = host;
  }

  /** One more view of an operator. */
  want(name: string): void {
    this.#wanted.set(name, (this.#wanted.get(name) ?? 0) + 1);
  }

  /** One less. */
  unwant(name: string): void {
    const left = (this.#wanted.get(name) ?? 0) - 1;
    if (left > 0) this.#wanted.set(name, left);
    else this.#wanted.delete(name);
    if (this.#wanted.size > 0) return;
    this.#shown?.release();
    this.#shown = undefined;
    this.failed();
  }

  /** What is shown of an operator; undefined: no checkpoint has been completed since a view of it was wanted. */
  of(name: string): HeldState | undefined {
    return this.#shown?.reader(name) ? this.#shown : undefined;
  }

  /** Waits for it, and has a checkpoint made as soon as can be. */
  async ready(name: string): Promise<HeldState> {
    for (let failures = 0; ; ) {
      const shown = this.of(name);
      if (shown) return shown;
      const changed = new Promise<void>(resolve => this.#waiting.push(resolve));
      this.#asked ??= this.#ask();
      try {
        await Promise.race([changed, this.#asked]);
      } catch (error) {
        // A job bears some failures.
        if (this.#host.state !== 'running' || ++failures > 2) throw error;
      }
    }
  }

  restored(seq: number): void {
    this.barrier();
    this.completed(seq);
  }

  barrier(): void {
    this.failed();
    if (this.#wanted.size > 0) this.#coming = new HeldState(this.#host, this.#wanted.keys());
  }

  completed(seq: number): void {
    if (this.#coming) {
      this.#shown?.release();
      this.#shown = this.#coming;
      this.#coming = undefined;
      this.seq = seq;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  failed(): void {
    this.#coming?.release();
    this.#coming = undefined;
  }

  async #ask(): Promise<unknown> {
    try {
      return await this.#host.checkpointSoon();
    } finally {
      this.#asked = undefined;
    }
  }
}
