/**
 * The rows of a sink: those that came since the last barrier, and those of transactions that are not over. When many wait for a barrier,
 * one is asked for, and the sources are held until it comes.
 */
import { mustBe } from '../errors.js';
import type { SinkContext } from './defineSink.js';

/** So many rows may wait for a checkpoint, if nothing else is said. */
export const ROOM = 100_000;

export class PendingRows<R> {
  readonly #most: number;
  readonly #context: Pick<SinkContext, 'checkpoint' | 'relieve'> | undefined;
  #rows: R[] = [];
  readonly #rotated = new Map<string, R[]>();

  constructor(most: number = Infinity, context?: Pick<SinkContext, 'checkpoint' | 'relieve'>) {
    this.#most = most;
    this.#context = context;
  }

  /** How many more may come before the sources are held. A call that is at work is not interrupted: it may bring more. */
  get room(): number {
    return this.#most - this.#rows.length;
  }

  /** How many wait for a barrier. */
  get length(): number {
    return this.#rows.length;
  }

  add(row: R): void {
    this.#rows.push(row);
    if (this.#rows.length === this.#most) this.#context?.checkpoint();
  }

  /** At a barrier: what came until now belongs to the transaction. */
  rotate(transaction: string): readonly R[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#rotated.set(transaction, rows);
    this.#context?.relieve();
    return rows;
  }

  /** Undefined: it is of another process, or over. */
  of(transaction: string): readonly R[] | undefined {
    return this.#rotated.get(transaction);
  }

  /** The transaction is over. */
  forget(transaction: string): void {
    this.#rotated.delete(transaction);
  }

  /** Its rows go into the next transaction, before later ones. */
  abort(transaction: string): void {
    const rows = this.#rotated.get(transaction) ?? [];
    this.#rotated.delete(transaction);
    this.#rows = [...rows, ...this.#rows];
  }
}

/** Reads the option `room`. */
export function readRoom(room: unknown, where: string): number {
  if (Number.isSafeInteger(room) && (room as number) > 0) return room as number;
  throw mustBe(`${where}: room`, 'a whole number above 0', room);
}
