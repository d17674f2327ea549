/** Elements that wait to be put into the order in which they came: 20 bytes each, in columns of numbers. */

/** An element of a file. */
export interface Element {
  readonly event: number;
  readonly arrival: number | undefined;
  readonly source: unknown;
}

export class Arrivals {
  #events = new Float64Array(1024);
  #times = new Float64Array(1024);
  #origins = new Uint32Array(1024);
  #count = 0;
  readonly #sources: unknown[] = [];
  readonly #numbers = new Map<unknown, number>();

  add(event: number, arrival: number, source: unknown): void {
    if (this.#count === this.#events.length) this.#grow();
    this.#events[this.#count] = event;
    this.#times[this.#count] = arrival;
    this.#origins[this.#count] = this.#numberOf(source);
    this.#count += 1;
  }

  /** By arrival; those that came at the same time stay in the order of the file. */
  *inOrder(): Generator<Element> {
    const times = this.#times;
    const order = new Uint32Array(this.#count).map((_, index) => index);
    order.sort((a, b) => times[a]! - times[b]!);
    for (const index of order) yield { event: this.#events[index]!, arrival: times[index]!, source: this.#sources[this.#origins[index]!] };
  }

  #numberOf(source: unknown): number {
    const id = typeof source === 'object' ? JSON.stringify(source) : source;
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.#sources.push(source) - 1;
      this.#numbers.set(id, number);
    }
    return number;
  }

  #grow(): void {
    const size = 2 * this.#events.length;
    const larger = <A extends Float64Array | Uint32Array>(to: A, from: A): A => {
      to.set(from);
      return to;
    };
    this.#events = larger(new Float64Array(size), this.#events);
    this.#times = larger(new Float64Array(size), this.#times);
    this.#origins = larger(new Uint32Array(size), this.#origins);
  }
}
