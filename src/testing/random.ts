/** Random choices that a seed repeats, for the laws: no dependency, and the same on every machine. */

/** A generator of numbers in [0, 1) with 32 bits of state (mulberry32). */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A whole number from 0 up to but without `bound`. */
export function below(random: () => number, bound: number): number {
  return Math.floor(random() * bound);
}

/** The items in random order, as a new array (Fisher-Yates). */
export function shuffle<E>(items: readonly E[], random: () => number): E[] {
  const shuffled = items.slice();
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j] as E, shuffled[i] as E];
  }
  return shuffled;
}
