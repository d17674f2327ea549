/**
 * One thread of chance: whatever happens outside of a process is a step, the order of steps is drawn from a seed, and a process can die
 * between any two. Equal seeds give equal runs.
 */
import type { Env } from '../../src/checkpoint/env.js';
import { mulberry32 } from '../../src/testing/random.js';

interface Step {
  readonly process: Process;
  readonly label: string;
  readonly act: () => void;
  /** Whether it may happen although its process dies. */
  readonly outside: boolean;
}

interface Timer {
  readonly process: Process;
  readonly at: number;
  readonly task: () => void;
}

/** A process of the job. What it waits for never comes when it is dead. */
export class Process implements Env {
  alive = true;
  readonly id: number;
  readonly #simulation: Simulation;
  #nonces = 0;

  constructor(simulation: Simulation, id: number) {
    this.#simulation = simulation;
    this.id = id;
  }

  /** The effect begins in one step, and the word of it comes in another. */
  io<T>(label: string, effect: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const act = () =>
        effect().then(
          value => this.#simulation.add(this, `${label}: ok`, () => resolve(value)),
          error => this.#simulation.add(this, `${label}: failed`, () => reject(error)),
        );
      this.#simulation.add(this, label, act, true);
    });
  }

  /** One indivisible effect, and the word of it at once. */
  step<T>(label: string, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const act = () => {
        try {
          resolve(effect());
        } catch (error) {
          reject(error);
        }
      };
      this.#simulation.add(this, label, act, true);
    });
  }

  pause(): Promise<void> {
    return new Promise(resolve => this.#simulation.add(this, 'pause', resolve));
  }

  now(): number {
    return this.#simulation.time;
  }

  wallClock(): number {
    return 1_700_000_000_000 + this.#simulation.time;
  }

  after(milliseconds: number, task: () => void): () => void {
    return this.#simulation.arm({ process: this, at: this.#simulation.time + milliseconds, task });
  }

  nonce(): string {
    return `p${this.id}n${++this.#nonces}`;
  }
}

export class Simulation {
  time = 0;
  steps = 0;
  /** What happened, for whoever has to understand it. */
  readonly schedule: string[] = [];
  readonly random: () => number;
  #queue: Step[] = [];
  readonly #timers = new Set<Timer>();
  #processes = 0;
  /** How often time jumps to the next timer although there is something to do. */
  readonly #jumps: number;
  readonly #keep: boolean;

  constructor(seed: number, jumps: number, keep: boolean) {
    this.random = mulberry32(seed);
    this.#jumps = jumps;
    this.#keep = keep;
  }

  start(): Process {
    return new Process(this, ++this.#processes);
  }

  add(process: Process, label: string, act: () => void, outside = false): void {
    if (process.alive) this.#queue.push({ process, label, act, outside });
  }

  arm(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** The process is no more. Each of its effects that were under way may happen or not. */
  kill(process: Process): void {
    process.alive = false;
    const mine = this.#queue.filter(step => step.process === process);
    this.#queue = this.#queue.filter(step => step.process !== process);
    for (const timer of [...this.#timers]) if (timer.process === process) this.#timers.delete(timer);
    for (const step of mine) if (step.outside && this.random() < 0.5) step.act();
  }

  note(what: string): void {
    if (this.#keep) this.schedule.push(`${this.steps} @${this.time} ${what}`);
  }

  /** Does one step; false: there is nothing to do. Behind it, whatever follows from it without a step has happened. */
  async advance(): Promise<boolean> {
    await new Promise<void>(resolve => {
      setImmediate(resolve);
    });
    const jump = this.#queue.length === 0 || (this.#jumps > 0 && this.random() < this.#jumps);
    if (this.#ring(jump ? Infinity : this.time)) return true;
    if (this.#queue.length === 0) return false;
    const at = Math.floor(this.random() * this.#queue.length);
    const step = this.#queue[at] as Step;
    this.#queue.splice(at, 1);
    this.steps++;
    this.time++;
    if (this.#keep) this.note(`p${step.process.id} ${step.label}`);
    step.act();
    return true;
  }

  /** Calls back who is due first, if that is not behind `until`. */
  #ring(until: number): boolean {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (!first || timer.at < first.at) first = timer;
    if (!first || first.at > until) return false;
    this.#timers.delete(first);
    this.time = Math.max(this.time, first.at);
    this.note(`p${first.process.id} timer`);
    first.task();
    return true;
  }
}
