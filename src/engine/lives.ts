/**
 * Windows with a time to live: the window of a key begins with an element and is over when no element has touched the key for so long, in
 * event time. (Flink's StateTtlConfig, OnCreateAndWrite; but exact: by timestamps and the watermark, not whenever state is looked at.)
 * What comes after that begins anew, also when the watermark is yet to follow: then a key has several windows at once.
 *
 * Invariants: the windows of a key never become one, as sessions do, so that each keeps its name. The elements of one are all earlier than
 * those of the next. So an element finds its window again when it is withdrawn; and if that is over, none.
 */
import { shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import { Cell } from './cell.js';
import { Chains } from './chains.js';

/** A cell that starts, by name, with its first element. Its `end` moves on: the time of the latest one, and the time to live. */
export class Life<K, R> extends Cell<K, R> {
  /** The time of the earliest element. */
  from: Timestamp;

  constructor(key: K, start: Timestamp, end: Timestamp, seq: number, slot: number, trigger: unknown) {
    super(key, start, end, seq, slot, trigger);
    this.from = start;
  }
}

export class Lives<K, R> extends Chains<K, R> {
  readonly #ttl: number;

  /** `ttl`: milliseconds. */
  constructor(ttl: number) {
    super();
    this.#ttl = ttl;
  }

  /**
   * The window of `key` that an element counts in, prolonged by it unless its trigger has finished. If there is none, `create` makes one;
   * undefined: the element's time is over.
   */
  touch(key: K, timestamp: Timestamp, watermark: Watermark, create: (end: Timestamp) => Life<K, R>): Cell<K, R> | undefined {
    const end = shift(timestamp, this.#ttl);
    let next: Life<K, R> | undefined;
    let life = this.newest.get(key) as Life<K, R> | undefined;
    for (; life && life.from > timestamp; life = life.older as Life<K, R> | undefined) next = life;
    if (!life || timestamp >= life.end) {
      if (end <= watermark) return undefined;
      life = next && end > next.from ? next : this.#begin(create(end));
      if (!life.closed && timestamp < life.from) life.from = timestamp;
    }
    if (!life.closed && end > life.end) life.end = end;
    return life;
  }

  #begin(life: Life<K, R>): Life<K, R> {
    this.insert(life);
    return life;
  }
}
