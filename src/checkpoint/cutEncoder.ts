/** A barrier as bytes: records one behind the other. Works in steps; parts are read when their turn comes. */
import { TidemarkError } from '../errors.js';
import { copied } from './copied.js';
import { Encoder } from './encode.js';
import { operatorId } from './operatorId.js';
import type { Barrier, OperatorCut, StatePart } from './participants.js';
import { END, KEPT, OPERATOR, PART, SINK, SOURCE } from './records.js';

/** So long is a run of parts without data at most, so that reading them does not stop the loop. */
const MOST = 1 << 14;

/** What a sink gave at the barrier, for the checkpoint. */
export interface KeptOfSink {
  readonly name: string;
  readonly kept: unknown;
}

export class CutEncoder {
  readonly #encoder = new Encoder();
  readonly #operators: readonly OperatorCut[];
  readonly #small: Iterator<{ readonly where: string; readonly values: readonly unknown[] }>;
  #next = 0;
  #parts: Iterator<StatePart> | undefined;
  #id = '';
  /** Parts without data that have not been written yet: a run of ascending ids. */
  #from = 0;
  #run = 0;
  #ahead: StatePart | undefined;
  #records = 0;
  #busy = false;
  #ended = false;

  /** `sinks` may be filled until the first `run`. */
  constructor(barrier: Barrier, sinks: readonly KeptOfSink[]) {
    this.#operators = barrier.operators;
    this.#small = small(barrier, sinks);
  }

  /** Bytes that can be taken. */
  get length(): number {
    return this.#busy ? 0 : this.#encoder.length;
  }

  take(count: number): Uint8Array {
    return this.#encoder.take(count);
  }

  /** Goes on until there are `bytes` to take, or for some `steps`, which are values. True: all has been written. */
  run(steps: number, bytes: number): boolean {
    for (let left = steps; left > 0; left -= 16) {
      if (!this.#busy && !this.#begin()) return true;
      this.#busy = !this.#encoder.run(left);
      if (!this.#busy && this.#encoder.length >= bytes) return false;
    }
    return false;
  }

  /** No more will be read. */
  close(): void {
    const iterators = [this.#parts, ...this.#operators.slice(this.#next).map(({ parts }) => parts[Symbol.iterator]())];
    this.#next = this.#operators.length;
    this.#parts = undefined;
    for (const iterator of iterators) iterator?.return?.();
  }

  /** Begins the next record; false: there is none. */
  #begin(): boolean {
    if (this.#ended) return false;
    this.#records++;
    const { value, done } = this.#small.next();
    if (!done) this.#encoder.begin(value.where, value.values);
    else if (!this.#beginPart() && !this.#beginOperator()) {
      this.#encoder.begin('end', [END, this.#records - 1]);
      this.#ended = true;
    }
    return true;
  }

  #beginOperator(): boolean {
    const operator = this.#operators[this.#next++];
    if (!operator) return false;
    this.#id = operatorId(operator.kind, operator.name);
    this.#parts = operator.parts[Symbol.iterator]();
    this.#encoder.begin(this.#id, [OPERATOR, this.#id, operator.rest]);
    return true;
  }

  #beginPart(): boolean {
    let part = this.#ahead;
    this.#ahead = undefined;
    for (;;) {
      part ??= this.#readPart();
      if (!part) return this.#run > 0 && this.#beginRun();
      if ('data' in part) break;
      if (this.#run === MOST || (this.#run > 0 && part.id !== this.#from + this.#run)) {
        this.#ahead = part;
        return this.#beginRun();
      }
      if (this.#run++ === 0) this.#from = part.id;
      part = undefined;
    }
    if (this.#run > 0) {
      this.#ahead = part;
      return this.#beginRun();
    }
    this.#encoder.begin(this.#id, [PART, part.id, part.data]);
    return true;
  }

  #readPart(): StatePart | undefined {
    const next = copied(this.#id, () => this.#parts?.next());
    if (next && !next.done) {
      if (Number.isSafeInteger(next.value.id)) return next.value;
      throw new TidemarkError('UNSTORABLE', `${this.#id}: the id of a part must be a whole number, but came as ${next.value.id}.`);
    }
    this.#parts = undefined;
    return undefined;
  }

  #beginRun(): true {
    this.#encoder.begin(this.#id, [KEPT, this.#from, this.#run]);
    this.#run = 0;
    return true;
  }
}

function* small({ sources }: Barrier, sinks: readonly KeptOfSink[]): Generator<{ where: string; values: unknown[] }, undefined> {
  for (const { name, position } of sources) yield { where: `source ${name}: position`, values: [SOURCE, name, position] };
  for (const { name, kept } of sinks) yield { where: `sink ${name}: rows`, values: [SINK, name, kept] };
  return undefined;
}
