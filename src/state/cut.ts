/**
 * What an operator's state is at a barrier: the little that is copied there and then, and parts that are read later, while elements go on
 * coming, and yet are as they were.
 */

/**
 * A part of an operator's state. Without `data`: it has not changed since the cut that the operator was asked to compare with. `data` is
 * read in slices, between which the operator is at work: it must stay as it is until the next part is asked for.
 */
export interface StatePart {
  readonly id: number;
  readonly data?: unknown;
}

/** The state of an operator as it was at a barrier. All of it is plain data: what `structuredClone` takes. */
export interface StateCut {
  /** What is small, copied at the barrier. */
  readonly rest: unknown;
  /** What is large: each part is read when its turn comes, and yet is as it was at the barrier. To be read once, to the end or until `return`, which may come before the first part. */
  readonly parts: Iterable<StatePart>;
}

/** A cut that has been read: what a restart begins with. */
export interface SavedState {
  readonly rest: unknown;
  readonly parts: readonly StatePart[];
}
