/**
 * Processing time of several graphs that are run side by side: it stands still while a slice of elements, or a timer, is being worked on, and
 * moves between them for all at once. So what depends on the clock is the same in graphs that are the same.
 */
import { Heap } from '../state/timers.js';
import type { Cancelable, Clock } from '../time/clock.js';
import type { Timestamp } from '../time/timestamp.js';

interface Task {
  readonly time: Timestamp;
  readonly seq: number;
  readonly run: () => void;
  canceled: boolean;
}

export class LockstepClock implements Clock {
  readonly #clock: Clock;
  readonly #turn: (work: () => void) => void;
  readonly #tasks: Heap<Task> = new Heap<Task>((a, b) => a.time - b.time || a.seq - b.seq);
  #now: Timestamp;
  #seq = 0;
  #timer: Cancelable | undefined;
  #running = false;

  /** `turn` runs what has become due. */
  constructor(clock: Clock, turn: (work: () => void) => void) {
    this.#clock = clock;
    this.#turn = turn;
    this.#now = clock.now();
  }

  now(): Timestamp {
    return this.#now;
  }

  at(time: Timestamp, run: () => void): Cancelable {
    const task: Task = { time, seq: this.#seq++, run, canceled: false };
    this.#tasks.push(task);
    if (this.#tasks.peek() === task) this.#arm();
    return {
      unsubscribe() {
        task.canceled = true;
      },
    };
  }

  /** Timers begin to run. */
  start(): void {
    this.#running = true;
    this.#arm();
  }

  /** Time moves, and what is due now is run, in order. */
  move(): void {
    this.#now = Math.max(this.#now, this.#clock.now());
    const due: Task[] = [];
    for (let top = this.#tasks.peek(); top && (top.canceled || top.time <= this.#now); top = this.#tasks.peek()) {
      this.#tasks.pop();
      if (!top.canceled) due.push(top);
    }
    if (due.length === 0) return;
    this.#turn(() => {
      for (const task of due) if (!task.canceled) task.run();
    });
    this.#arm();
  }

  /** Nothing is run any more. */
  stop(): void {
    this.#running = false;
    this.#timer?.unsubscribe();
  }

  #arm(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    const next = this.#tasks.peek();
    if (!next || !this.#running) return;
    this.#timer = this.#clock.at(next.time, () => {
      this.move();
      if (this.#tasks.peek() === next) this.#arm();
    });
  }
}
