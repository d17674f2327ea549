/**
 * Elements in order of time, and of arrival where times are equal, for input that is nearly in order. They lie in runs, each in
 * order; an element goes behind the last one of the first run that ends no later than it.
 * (Patience sort that gives while it takes: Chandramouli, Goldstein and Li, "Impatience Is a Virtue", ICDE 2018.)
 *
 * Invariant: the runs end the earlier the further back they stand. So the place of an element is found by halving, of equal times
 * the earlier arrival lies in the same run or in one further to the front, and the run that is used up first is the last one.
 * With r runs an element costs O(log r); r is 1 for input in order, and never more than there are elements.
 */
import type { Timestamp } from '../time/timestamp.js';
import { Heap } from './timers.js';

interface Run<T> {
  /** Its place among the runs. */
  readonly at: number;
  values: T[];
  times: Timestamp[];
  diffs: (1 | -1)[];
  /** Where its first element lies: those before have been taken. */
  head: number;
  first: Timestamp;
  last: Timestamp;
}

// So many elements that have been taken may lie in front of a run before it is cut.
const SLACK = 1024;

export class SortedRuns<T> {
  size = 0;
  /** The time and the diff of the element taken last. */
  time: Timestamp = NaN;
  diff: 1 | -1 = 1;
  readonly #runs: Run<T>[] = [];
  /** The runs by their first element. */
  readonly #heads: Heap<Run<T>> = new Heap<Run<T>>((a, b) => a.first - b.first || a.at - b.at);

  /** The earliest time; Infinity: there is none. */
  get earliest(): Timestamp {
    return this.size > 0 ? (this.#heads.peek() as Run<T>).first : Infinity;
  }

  add(value: T, time: Timestamp, diff: 1 | -1): void {
    const at = this.#place(time);
    const run = this.#runs[at] ?? this.#begin(at, time);
    run.values.push(value);
    run.times.push(time);
    run.diffs.push(diff);
    run.last = time;
    this.size++;
  }

  /** Takes out the earliest element; `time` and `diff` tell the rest. There must be one. */
  take(): T {
    const run = this.#heads.peek() as Run<T>;
    const { head } = run;
    const value = run.values[head] as T;
    this.time = run.first;
    this.diff = run.diffs[head] as 1 | -1;
    this.size--;
    if (head + 1 === run.values.length) {
      this.#heads.pop();
      this.#runs.pop();
      return value;
    }
    // What has been taken is not held on to.
    run.values[head] = undefined as T;
    run.head = head + 1;
    run.first = run.times[run.head] as Timestamp;
    if (run.head >= SLACK && 2 * run.head >= run.values.length) cut(run);
    this.#heads.settle();
    return value;
  }

  /** The number of the first run that ends no later than a time. */
  #place(time: Timestamp): number {
    const runs = this.#runs;
    let low = 0;
    // In order, as most are: behind the first run.
    let high = runs.length > 0 && (runs[0] as Run<T>).last <= time ? 0 : runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((runs[middle] as Run<T>).last <= time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #begin(at: number, time: Timestamp): Run<T> {
    const run: Run<T> = { at, values: [], times: [], diffs: [], head: 0, first: time, last: time };
    this.#runs.push(run);
    this.#heads.push(run);
    return run;
  }
}

/** Lets go of the room of what has been taken. */
function cut(run: Run<unknown>): void {
  run.values = run.values.slice(run.head);
  run.times = run.times.slice(run.head);
  run.diffs = run.diffs.slice(run.head);
  run.head = 0;
}
