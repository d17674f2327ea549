/**
 * One thread of chance: whatever happens outside of a process is a step, the order of steps is drawn from a seed, and a process can die
 * between any two. Equal seeds give equal runs.
 */
import { mulberry32 } from '../../src/testing/random.js';
import { Process } from './process.js';

export interface Step {
  readonly process: Process;
  readonly label: string;
  readonly act: () => void;
  /** Whether it may happen although its process dies. */
  readonly outside: boolean;
}

interface Timer {
  readonly process: Process;
  at: number;
  readonly task: () => void;
}

/** How often something goes wrong by itself: of a thousand steps, so many. */
export interface Chances {
  /** Time jumps to the next timer although there is something to do. */
  readonly jump?: number;
  /** The wall clock is set to another time. */
  readonly clock?: number;
  /** A call fails before it has done anything, or its answer is lost. */
  readonly flaky?: number;
  /** A call is not answered for a long time, or never. */
  readonly hang?: number;
}

const SETTLED = Promise.resolve();

/** Within so many milliseconds the wall clock is set forward or back. */
const CLOCK = 100_000_000;

export class Simulation {
  /** Milliseconds that only go forward. */
  time = 0;
  /** What the wall clock is ahead of that. */
  wall = 1_700_000_000_000;
  steps = 0;
  /** A mistake: see `Bugs`. */
  timersByWall = false;
  /** What a call rejects with that fails. */
  failure: (sentence: string) => Error = sentence => new Error(sentence);
  /** What happened, for whoever has to understand it. */
  readonly schedule: string[] = [];
  /** Whether that is wanted. */
  readonly keeps: boolean;
  readonly random: () => number;
  readonly #chances: Chances;
  #queue: Step[] = [];
  readonly #timers = new Set<Timer>();
  #processes = 0;
  #calm = false;

  constructor(seed: number, chances: Chances, keep: boolean) {
    this.random = mulberry32(seed);
    this.#chances = chances;
    this.keeps = keep;
  }

  start(): Process {
    return new Process(this, ++this.#processes);
  }

  add(step: Step): void {
    if (step.process.frozen) step.process.held.push(step);
    else if (step.process.alive) this.#queue.push(step);
  }

  /** A call that hangs: it comes later, or never. */
  hang(step: Step): void {
    step.process.hanging++;
    this.note(`p${step.process.id} ${step.label} hangs`);
    const late = () => {
      step.process.hanging--;
      this.add(step);
    };
    if (this.random() < 0.5) this.arm({ process: step.process, at: this.time + 100 + Math.floor(this.random() * 6000), task: late });
  }

  arm(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** The process is no more. Each of its effects that were under way may happen or not. */
  kill(process: Process): void {
    this.thaw(process);
    process.alive = false;
    const mine = this.#queue.filter(step => step.process === process);
    this.#queue = this.#queue.filter(step => step.process !== process);
    for (const timer of [...this.#timers]) if (timer.process === process) this.#timers.delete(timer);
    for (const step of mine) if (step.outside && this.random() < 0.5) step.act();
  }

  /** The process stands still, and so does all that it has asked for. */
  freeze(process: Process): void {
    process.frozen = true;
    process.held = this.#queue.filter(step => step.process === process);
    this.#queue = this.#queue.filter(step => step.process !== process);
  }

  /** The process goes on, and knows nothing of the time that has passed. */
  thaw(process: Process): void {
    process.frozen = false;
    this.#queue.push(...process.held.splice(0));
  }

  /** From now on nothing goes wrong by itself. */
  calm(): void {
    this.#calm = true;
  }

  /** Whether something that is drawn goes wrong now. */
  draws(what: keyof Chances): boolean {
    const chance = this.#chances[what];
    return chance !== undefined && !this.#calm && this.random() < chance / 1000;
  }

  note(what: string): void {
    if (this.keeps) this.schedule.push(`${this.steps} @${this.time} ${what}`);
  }

  /** Does steps, each when all that follows from the one before without a step has happened, as long as `wanted` says so. */
  run(wanted: (moved: boolean) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let moved = true;
      const turn = () => {
        try {
          if (!wanted(moved)) return resolve();
          moved = this.#advance();
          SETTLED.then(later);
        } catch (error) {
          reject(error);
        }
      };
      // From within the queue of promises: what is put into that of ticks has its turn when the former is empty.
      const later = () => process.nextTick(turn);
      SETTLED.then(later);
    });
  }

  /** Does one step; false: there is nothing to do. */
  #advance(): boolean {
    if (this.draws('clock')) this.#setClock();
    const jump = this.#queue.length === 0 || this.draws('jump');
    if (this.#ring(jump ? Infinity : this.time)) return true;
    if (this.#queue.length === 0) return false;
    const at = Math.floor(this.random() * this.#queue.length);
    const step = this.#queue[at] as Step;
    this.#queue.splice(at, 1);
    this.steps++;
    this.time++;
    if (this.keeps) this.note(`p${step.process.id} ${step.label}`);
    step.act();
    return true;
  }

  #setClock(): void {
    const by = Math.floor((this.random() - 0.5) * CLOCK);
    this.wall += by;
    if (this.timersByWall) for (const timer of this.#timers) timer.at -= by;
    this.note(`the wall clock is set by ${by} ms`);
  }

  /** Calls back who is due first, if that is not behind `until`. */
  #ring(until: number): boolean {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (!timer.process.frozen && (!first || timer.at < first.at)) first = timer;
    if (!first || first.at > until) return false;
    this.#timers.delete(first);
    this.steps++;
    this.time = Math.max(this.time, first.at);
    if (this.keeps) this.note(`p${first.process.id} timer`);
    first.task();
    return true;
  }
}
