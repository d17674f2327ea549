/** A number for each block of many, by which it is known in which interval it changed last; most are 0, and whole stretches of them are nowhere. */

const BITS = 8;
const CHUNK: number = 1 << BITS;

export class Marks {
  /** By the number of the stretch; with how many of it are not 0. */
  readonly #chunks = new Map<number, { readonly marks: Int32Array; live: number }>();
  /** Stretches that have come to nothing, and may be looked at no more. */
  readonly #empty = new Set<number>();

  get(block: number): number {
    return this.#chunks.get(Math.floor(block / CHUNK))?.marks[block % CHUNK] ?? 0;
  }

  set(block: number, mark: number): void {
    const number = Math.floor(block / CHUNK);
    let chunk = this.#chunks.get(number);
    if (!chunk) {
      if (mark === 0) return;
      chunk = { marks: new Int32Array(CHUNK), live: 0 };
      this.#chunks.set(number, chunk);
    }
    const before = chunk.marks[block % CHUNK] as number;
    chunk.marks[block % CHUNK] = mark;
    chunk.live += (mark === 0 ? 0 : 1) - (before === 0 ? 0 : 1);
    if (chunk.live === 0) this.#empty.add(number);
  }

  /** Forgets what has come to nothing: to be called while nobody goes through the blocks. */
  tidy(): void {
    for (const number of this.#empty) if (this.#chunks.get(number)?.live === 0) this.#chunks.delete(number);
    this.#empty.clear();
  }

  /** All blocks in order that had a mark when it began, some that have none too. */
  *blocks(): Generator<number, undefined> {
    const numbers = Float64Array.from(this.#chunks.keys()).sort();
    for (const number of numbers) for (let at = 0; at < CHUNK; at++) yield number * CHUNK + at;
    return undefined;
  }
}
