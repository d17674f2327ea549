/** The rows of a sink: those that came since the last barrier, and those of transactions that are not over. */

export class PendingRows<R> {
  #rows: R[] = [];
  readonly #rotated = new Map<string, R[]>();

  /** How many wait for a barrier. */
  get length(): number {
    return this.#rows.length;
  }

  add(row: R): void {
    this.#rows.push(row);
  }

  /** At a barrier: what came until now belongs to the transaction. */
  rotate(transaction: string): readonly R[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#rotated.set(transaction, rows);
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
