/**
 * The watermark of several inputs (sources of one stream, or streams of a union): the minimum over those that are not idle.
 * It never goes back. An idle input stops holding the minimum and rejoins it when it speaks again; when all are idle, the
 * maximum over all of them is said once. (Flink's StatusWatermarkValve and WatermarkOutputMultiplexer, with the fix of
 * FLINK-40475: whatever the order of going idle, the result is the same.)
 *
 * The inputs lie in a binary heap by watermark, idle ones above all others, so that a step costs O(log n) also for many devices.
 */
import { START_OF_TIME, type Watermark } from './timestamp.js';

/** One input. Change it through {@link Inputs} alone. */
export interface Input {
  watermark: Watermark;
  idle: boolean;
  /** Place in the heap. */
  at: number;
}

/** The minimum over inputs. */
export class Inputs<I extends Input> {
  readonly #heap: I[] = [];
  #active = 0;
  #output: Watermark = START_OF_TIME;

  /** What has been promised for all inputs together. */
  get watermark(): Watermark {
    return this.#output;
  }

  /** Whether there are inputs, and all are idle. */
  get idle(): boolean {
    return this.#active === 0 && this.#heap.length > 0;
  }

  /** All inputs, in no particular order. */
  all(): readonly I[] {
    return this.#heap;
  }

  /** The input that holds the watermark: the active one with the lowest. */
  holder(): I | undefined {
    const top = this.#heap[0];
    return top && !top.idle ? top : undefined;
  }

  /** A new input joins the minimum. */
  join(input: I): void {
    input.at = this.#heap.length;
    this.#heap.push(input);
    if (!input.idle) this.#active++;
    this.#up(input);
  }

  /** An input says how far it is; returns true when the output has moved. Speaking ends idleness. */
  advance(input: I, watermark: Watermark): boolean {
    if (watermark > input.watermark) input.watermark = watermark;
    if (input.idle) {
      input.idle = false;
      this.#active++;
      this.#up(input);
    }
    this.#down(input);
    return this.#settle();
  }

  /** An input has been silent for too long; returns true when the output has moved. */
  rest(input: I): boolean {
    if (input.idle) return false;
    input.idle = true;
    this.#active--;
    this.#down(input);
    return this.#settle();
  }

  /** An input has ended and no longer counts; returns true when the output has moved. */
  leave(input: I): boolean {
    const last = this.#heap.pop() as I;
    if (!input.idle) this.#active--;
    if (last !== input) {
      last.at = input.at;
      this.#heap[last.at] = last;
      this.#up(last);
      this.#down(last);
    }
    return this.#heap.length > 0 && this.#settle();
  }

  /** After a restart: what had been promised. */
  restore(watermark: Watermark): void {
    this.#output = watermark;
  }

  #settle(): boolean {
    const holder = this.holder();
    const reached = holder ? holder.watermark : this.#heap.reduce((most, input) => Math.max(most, input.watermark), START_OF_TIME);
    if (reached <= this.#output) return false;
    this.#output = reached;
    return true;
  }

  #up(input: I): void {
    const heap = this.#heap;
    while (input.at > 0) {
      const parent = heap[(input.at - 1) >> 1] as I;
      if (!before(input, parent)) return;
      this.#swap(input, parent);
    }
  }

  #down(input: I): void {
    const heap = this.#heap;
    for (;;) {
      const left = heap[2 * input.at + 1];
      const right = heap[2 * input.at + 2];
      const child = right && left && before(right, left) ? right : left;
      if (!child || !before(child, input)) return;
      this.#swap(child, input);
    }
  }

  #swap(a: I, b: I): void {
    const at = a.at;
    a.at = b.at;
    b.at = at;
    this.#heap[a.at] = a;
    this.#heap[b.at] = b;
  }
}

function before(a: Input, b: Input): boolean {
  return a.idle === b.idle ? a.watermark < b.watermark : b.idle;
}
