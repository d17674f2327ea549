/** What a sink writes into: a system of its own that outlives every process. Every call is one transaction of it. */
import type { SinkMode } from '../../src/checkpoint/participants.js';
import type { Pane } from '../../src/engine/pane.js';
import { TidemarkError } from '../../src/errors.js';

/** What breaks in a sink, or in a system that it writes into. */
export interface SinkBugs {
  /** Rows are visible before the checkpoint is durable. */
  readonly commitBeforeSlot?: boolean;
  /** A restart does not commit what the checkpoint lists. */
  readonly noRecommit?: boolean;
  /** The sink lets everybody in, whatever his epoch. */
  readonly noSinkFence?: boolean;
  /** Ids of transactions without the epoch. */
  readonly idReuse?: boolean;
  /** A restart does not ask what is visible already. */
  readonly noSinkFloor?: boolean;
  /** Rows of a failed checkpoint are forgotten. */
  readonly noMergeBack?: boolean;
  /** What is committed twice is there twice. */
  readonly commitsTwice?: boolean;
  /** A commit is acknowledged before it has happened. */
  readonly earlyAck?: boolean;
  /** The barrier does not wait for rows that are on their way. */
  readonly noUpsertWait?: boolean;
  /** Rows that are handed out after the checkpoint are not in it. */
  readonly outboxForgets?: boolean;
}

export class Outlet {
  readonly mode: SinkMode;
  readonly bugs: SinkBugs;
  /** Whether slot `seq` would survive a loss of power. */
  readonly isDurable: (seq: number) => boolean;
  epoch = 0;
  last = 0;
  /** Rows that are visible, in order; outbox: by the id that came with each. */
  readonly rows: string[] = [];
  /** Upsert: what there is under each name. */
  readonly panes = new Map<string, Pane<unknown, unknown>>();
  /** What must never happen, as sentences. */
  readonly violations: string[] = [];
  readonly #ids = new Map<string, string>();
  readonly #prepared = new Map<string, readonly string[]>();
  readonly #committed = new Set<string>();

  constructor(mode: SinkMode, bugs: SinkBugs, isDurable: (seq: number) => boolean) {
    this.mode = mode;
    this.bugs = bugs;
    this.isDurable = isDurable;
  }

  admit(epoch: number): void {
    if (this.bugs.noSinkFence) return;
    if (epoch < this.epoch) throw new TidemarkError('FENCED', `the outlet has seen epoch ${this.epoch}, and this is ${epoch}`);
    this.epoch = epoch;
  }

  prepare(transaction: string, rows: readonly string[]): void {
    // What an older owner has left behind may be there, under its own name.
    if (this.#prepared.has(transaction) && !this.bugs.idReuse) this.violations.push(`I7: transaction ${transaction} is prepared twice`);
    if (!this.#committed.has(transaction)) this.#prepared.set(transaction, rows);
  }

  isPrepared(transaction: string): boolean {
    return this.#prepared.has(transaction);
  }

  forget(transaction: string): void {
    this.#prepared.delete(transaction);
  }

  /** `rows`: undefined: those that were prepared. */
  commit(transaction: string, seq: number, rows = this.#prepared.get(transaction)): void {
    if (this.#committed.has(transaction) && !this.bugs.commitsTwice) return;
    if (!rows) throw new Error(`the outlet does not know transaction ${transaction}`);
    if (!this.isDurable(seq)) this.violations.push(`I6: checkpoint ${seq} is committed before its slot is durable`);
    if (seq < this.last) this.violations.push(`I11: checkpoint ${seq} is committed after ${this.last}`);
    this.#committed.add(transaction);
    this.rows.push(...rows);
    this.last = Math.max(this.last, seq);
  }

  deliver(id: string, row: string): void {
    const before = this.#ids.get(id);
    if (before === undefined) this.rows.push(row);
    else if (before !== row) this.violations.push(`I7: ${id} was ${before}, and is ${row}`);
    this.#ids.set(id, row);
  }

  upsert(name: string, pane: Pane<unknown, unknown>): void {
    const before = this.panes.get(name);
    if (before && before.nonSpeculativeIndex > pane.nonSpeculativeIndex)
      this.violations.push(`I11: ${name} goes back from ${before.nonSpeculativeIndex} to ${pane.nonSpeculativeIndex}`);
    this.panes.set(name, pane);
  }
}
