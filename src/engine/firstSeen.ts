/**
 * Slots in the order in which their keys were first seen, when that has been counted. Counts are mostly close together, so they are laid
 * out in a row and read off it, without comparing them; the few that are far ahead are sorted.
 */

/** The row is so many times as long as there are slots. */
const ROOMY = 4;

export class FirstSeen {
  /** The slots in order; as many as `order` says. */
  slots: Int32Array = new Int32Array(8);
  #row: Int32Array = new Int32Array(8 * ROOMY);

  /** Orders the slots `0 .. size` by their counts, no two of which are the same; Infinity: there is none. Says how many there are. */
  order(counts: Float64Array, size: number): number {
    let [least, most, there] = [Infinity, 0, 0];
    for (let slot = 0; slot < size; slot++) {
      const count = counts[slot] as number;
      if (count === Infinity) continue;
      there++;
      if (count < least) least = count;
      if (count > most) most = count;
    }
    if (there > this.slots.length) this.#grow(there);
    const reach = there === 0 ? 0 : Math.min(ROOMY * there, most - least + 1);
    const row = this.#row;
    row.fill(0, 0, reach);
    const far: number[] = [];
    for (let slot = 0; slot < size; slot++) {
      const ahead = (counts[slot] as number) - least;
      if (ahead < reach) row[ahead] = slot + 1;
      else if (ahead < Infinity) far.push(slot);
    }
    const { slots } = this;
    let at = 0;
    for (let ahead = 0; ahead < reach; ahead++) {
      const slot = (row[ahead] as number) - 1;
      if (slot >= 0) slots[at++] = slot;
    }
    if (far.length > 0)
      slots.set(
        far.sort((a, b) => (counts[a] as number) - (counts[b] as number)),
        at,
      );
    return there;
  }

  #grow(size: number): void {
    this.slots = new Int32Array(2 * size);
    this.#row = new Int32Array(2 * size * ROOMY);
  }
}
