/**
 * Which partitions are to wait, so that none is further ahead of the slowest in event time than it may be: what is read ahead is state that
 * waits for the watermark. (Flink's watermark alignment, KAFKA-3514 of Kafka Streams.)
 *
 * A partition that is more than `drift` ahead of the slowest is paused after the batch that took it there, and resumed when it is ahead by
 * `drift / 2` or less: in between it stays as it is, so that nothing flaps. The slowest of those that count is never paused. One that was not
 * heard yet counts as the slowest, until it is heard or idle; idle ones do not count; where none counts, all run.
 *
 * Each step costs O(log n), and O(log n) for each partition that is paused or resumed by it.
 */

import type { Duration } from '../time/duration.js';
import { positive } from '../time/duration.js';
import { START_OF_TIME, type Timestamp } from '../time/timestamp.js';

/** What is to be done now, by the names of partitions. */
export interface AlignmentChange {
  /** Take nothing more from these. */
  readonly pause: readonly string[];
  /** Go on with these. */
  readonly resume: readonly string[];
}

interface Member {
  readonly name: string;
  newest: Timestamp;
  idle: boolean;
  paused: boolean;
  /** Places in the heaps. */
  readonly at: number[];
}

const SLOWEST = 0;
const AHEAD = 1;
const WAITING = 2;
const NOTHING: AlignmentChange = { pause: [], resume: [] };

export class Alignment {
  readonly #drift: number;
  readonly #back: number;
  readonly #members = new Map<string, Member>();
  /** Of those that count, the one with the oldest time first. */
  readonly #counting = new Heap<Member>(SLOWEST, (a, b) => a.newest < b.newest);
  /** Of those that run, the one that is furthest ahead first. */
  readonly #running = new Heap<Member>(AHEAD, (a, b) => a.newest > b.newest);
  /** Of those that are paused, the one that is resumed first. */
  readonly #paused = new Heap<Member>(WAITING, (a, b) => a.newest < b.newest);

  /** @throws TidemarkError `BAD_DURATION`, `BAD_OPTION` */
  constructor(drift: Duration, where = 'alignment') {
    this.#drift = positive(drift, where);
    this.#back = Math.floor(this.#drift / 2);
  }

  /** A partition that is new here. It runs, until `changes` says otherwise. */
  gain(name: string): void {
    if (this.#members.has(name)) return;
    const member: Member = { name, newest: START_OF_TIME, idle: false, paused: false, at: [-1, -1, -1] };
    this.#members.set(name, member);
    this.#counting.add(member);
    this.#running.add(member);
  }

  /** A partition that is another's now. It is not among later changes. */
  lose(name: string): void {
    const member = this.#members.get(name);
    if (!member) return;
    this.#members.delete(name);
    if (!member.idle) this.#counting.remove(member);
    (member.paused ? this.#paused : this.#running).remove(member);
  }

  /** The newest timestamp of a partition so far; older ones change nothing. Whoever speaks is not idle. */
  heard(name: string, newest: Timestamp): void {
    const member = this.#members.get(name);
    if (!member) return;
    if (newest > member.newest) {
      member.newest = newest;
      (member.paused ? this.#paused : this.#running).moved(member);
      if (!member.idle) this.#counting.moved(member);
    }
    if (!member.idle) return;
    member.idle = false;
    this.#counting.add(member);
  }

  /** Nothing comes of it until it is heard of again: it holds nobody back. Say it also of one that was read to its end, if that is to hold nobody back. */
  rest(name: string): void {
    const member = this.#members.get(name);
    if (!member || member.idle) return;
    member.idle = true;
    this.#counting.remove(member);
  }

  /** Whether it is to wait. */
  paused(name: string): boolean {
    return this.#members.get(name)?.paused ?? false;
  }

  /** What is to change, by all that was said since it was asked last; it holds from now on. */
  changes(): AlignmentChange {
    const slowest = this.#counting.top?.newest ?? Number.POSITIVE_INFINITY;
    const pause = move(this.#running, this.#paused, true, ({ newest }) => newest - slowest > this.#drift);
    const resume = move(this.#paused, this.#running, false, ({ newest }) => newest - slowest <= this.#back);
    return pause.length + resume.length === 0 ? NOTHING : { pause, resume };
  }
}

function move(from: Heap<Member>, to: Heap<Member>, paused: boolean, due: (member: Member) => boolean): string[] {
  const moved: string[] = [];
  for (let member = from.top; member && due(member); member = from.top) {
    from.remove(member);
    member.paused = paused;
    to.add(member);
    moved.push(member.name);
  }
  return moved;
}

/** A binary heap whose entries know their place in it, so that one in the middle can move or go. */
class Heap<E extends { readonly at: number[] }> {
  readonly #entries: E[] = [];
  readonly #which: number;
  readonly #before: (a: E, b: E) => boolean;

  constructor(which: number, before: (a: E, b: E) => boolean) {
    this.#which = which;
    this.#before = before;
  }

  get top(): E | undefined {
    return this.#entries[0];
  }

  add(entry: E): void {
    entry.at[this.#which] = this.#entries.length;
    this.#entries.push(entry);
    this.moved(entry);
  }

  remove(entry: E): void {
    const last = this.#entries.pop() as E;
    if (last === entry) return;
    this.#put(last, entry.at[this.#which] as number);
    this.moved(last);
  }

  /** Its order has changed. */
  moved(entry: E): void {
    this.#down(this.#up(entry, entry.at[this.#which] as number), entry);
  }

  #up(entry: E, from: number): number {
    let at = from;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = this.#entries[up] as E;
      if (!this.#before(entry, parent)) break;
      this.#put(parent, at);
      at = up;
    }
    this.#put(entry, at);
    return at;
  }

  #down(from: number, entry: E): void {
    let at = from;
    for (;;) {
      let down = 2 * at + 1;
      const left = this.#entries[down];
      if (!left) break;
      const right = this.#entries[down + 1];
      if (right && this.#before(right, left)) down++;
      const child = this.#entries[down] as E;
      if (!this.#before(child, entry)) break;
      this.#put(child, at);
      at = down;
    }
    this.#put(entry, at);
  }

  #put(entry: E, at: number): void {
    this.#entries[at] = entry;
    entry.at[this.#which] = at;
  }
}
