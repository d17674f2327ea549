/** What sinks write into: a system of its own that outlives every process, and a process's side of it, in each of the four modes. */
import type { CheckpointSink, SinkMode } from '../../src/checkpoint/participants.js';
import { TidemarkError } from '../../src/errors.js';
import type { Bugs } from './bugs.js';
import type { Process } from './simulation.js';

/** What a pane comes to in a sink. */
export interface Row {
  /** Key and window. */
  readonly name: string;
  readonly index: number;
  readonly text: string;
}

/** The database, if you like. Every call is one transaction of it. */
export class Outlet {
  readonly mode: SinkMode;
  readonly bugs: Bugs;
  epoch = 0;
  last = 0;
  /** Rows that are visible, in order; outbox: by the id that came with each. */
  readonly rows: Row[] = [];
  readonly ids = new Set<string>();
  /** Upsert: the newest row of each name. */
  readonly newest = new Map<string, Row>();
  /** What must never happen, as sentences. */
  readonly violations: string[] = [];
  readonly prepared = new Map<string, readonly Row[]>();
  readonly committed = new Set<string>();
  /** Whether slot `seq` would survive a loss of power. */
  isDurable: (seq: number) => boolean = () => true;

  constructor(mode: SinkMode, bugs: Bugs) {
    this.mode = mode;
    this.bugs = bugs;
  }

  admit(epoch: number): void {
    if (this.bugs.noFencing) return;
    if (epoch < this.epoch) throw new TidemarkError('FENCED', `the outlet has seen epoch ${this.epoch}, and this is ${epoch}`);
    this.epoch = epoch;
  }

  prepare(transaction: string, rows: readonly Row[]): void {
    if (this.prepared.has(transaction) && !this.bugs.idReuse) this.violations.push(`I7: transaction ${transaction} is prepared twice`);
    if (!this.committed.has(transaction)) this.prepared.set(transaction, rows);
  }

  commit(transaction: string, seq: number, rows: readonly Row[] | undefined): void {
    if (this.committed.has(transaction)) return;
    if (!rows) throw new Error(`the outlet does not know transaction ${transaction}`);
    if (!this.isDurable(seq)) this.violations.push(`I6: checkpoint ${seq} is committed before its slot is durable`);
    this.committed.add(transaction);
    this.rows.push(...rows);
    this.last = Math.max(this.last, seq);
  }

  deliver(transaction: string, rows: readonly Row[]): void {
    for (const [at, row] of rows.entries()) {
      const id = `${transaction}:${at}`;
      if (!this.ids.has(id)) this.rows.push(row);
      this.ids.add(id);
    }
  }

  upsert(rows: readonly Row[]): void {
    for (const row of rows) {
      const before = this.newest.get(row.name);
      if (before && before.index === row.index && before.text !== row.text)
        this.violations.push(`I10: pane ${row.index} of ${row.name} was ${before.text} and is ${row.text}`);
      if (!before || row.index > before.index) this.newest.set(row.name, row);
    }
  }
}

/** A process's side. */
export class OutletSink implements CheckpointSink {
  readonly name = 'out';
  readonly mode: SinkMode;
  readonly #outlet: Outlet;
  readonly #process: Process;
  #epoch = 0;
  #rows: Row[] = [];
  #rotations = 0;
  readonly #rotated = new Map<string, Row[]>();
  /** Upsert: rows on their way. */
  #sending: Promise<unknown> = Promise.resolve();

  constructor(outlet: Outlet, process: Process) {
    this.mode = outlet.mode;
    this.#outlet = outlet;
    this.#process = process;
  }

  write(rows: readonly Row[]): void {
    if (rows.length === 0) return;
    if (this.mode !== 'upsert') {
      this.#rows.push(...rows);
      return;
    }
    const send = () =>
      this.#process.io('upsert', async () => {
        this.#outlet.admit(this.#epoch);
        this.#outlet.upsert(rows);
      });
    this.#sending = this.#sending.then(send);
    this.#sending.catch(() => undefined);
  }

  async fence(epoch: number): Promise<void> {
    this.#epoch = epoch;
    this.#outlet.admit(epoch);
  }

  async lastCommitted(): Promise<number> {
    return this.mode === 'upsert' || this.mode === 'outbox' || this.#outlet.bugs.noSinkFloor ? 0 : this.#outlet.last;
  }

  rotate(transaction: string): unknown {
    this.#rotations++;
    const rows = this.#rows;
    this.#rows = [];
    this.#rotated.set(transaction, rows);
    return this.mode === 'outbox' ? rows : undefined;
  }

  async prepare(transaction: string, seq: number): Promise<void> {
    if (this.mode === 'upsert') await this.#sending;
    this.#outlet.admit(this.#epoch);
    const rows = this.#rotated.get(transaction) ?? [];
    if (this.mode === 'transactional') this.#outlet.prepare(this.#id(transaction), rows);
    if (this.#outlet.bugs.commitBeforeSlot && this.mode === 'transactional') this.#outlet.commit(this.#id(transaction), seq, rows);
    if (this.#outlet.bugs.commitBeforeSlot && this.mode === 'sink-decides') this.#outlet.commit(transaction, seq, rows);
  }

  async commit(transaction: string, seq: number, kept: unknown): Promise<void> {
    if (this.#outlet.bugs.noRecommit && this.#rotations === 0) return;
    this.#outlet.admit(this.#epoch);
    if (this.mode === 'transactional') this.#outlet.commit(this.#id(transaction), seq, this.#outlet.prepared.get(this.#id(transaction)));
    else if (this.mode === 'sink-decides') this.#outlet.commit(transaction, seq, this.#rotated.get(transaction));
    else if (this.mode === 'outbox') this.#outlet.deliver(transaction, kept as Row[]);
    this.#rotated.delete(transaction);
  }

  async abort(transaction: string): Promise<void> {
    this.#outlet.admit(this.#epoch);
    this.#outlet.prepared.delete(this.#id(transaction));
    if (!this.#outlet.bugs.noMergeBack) this.#rows.unshift(...(this.#rotated.get(transaction) ?? []));
    this.#rotated.delete(transaction);
  }

  #id(transaction: string): string {
    return this.#outlet.bugs.idReuse ? (transaction.split('-')[1] as string) : transaction;
  }
}
