/** Where the sources stood at the checkpoints that are kept: what lies before all of them is needed by no restart. */
import type { SourceCut } from '../checkpoint/participants.js';

export class Positions {
  /** By checkpoint, ascending. */
  readonly #at = new Map<number, ReadonlyMap<string, unknown>>();

  /** A checkpoint has been made, or was gone on from. */
  add(seq: number, sources: readonly SourceCut[]): void {
    this.#at.set(seq, new Map(sources.map(({ name, position }) => [name, position])));
  }

  /** The oldest checkpoint that is kept is now this one. Returns where each source stood there; undefined: that is not known. */
  trim(oldest: number): ReadonlyMap<string, unknown> | undefined {
    const positions = this.#at.get(oldest);
    for (const seq of this.#at.keys()) if (seq < oldest) this.#at.delete(seq);
    return positions;
  }
}
