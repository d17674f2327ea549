/** A process of the job, as its world: what it waits for never comes when it is dead. */
import type { Env } from '../../src/checkpoint/env.js';
import type { Clock } from '../../src/time/clock.js';
import type { Chances, Simulation, Step } from './simulation.js';

/** Who does one indivisible thing after the other. */
export type Stepper = Pick<Process, 'step'>;

/** Does them without delay, when the simulation is over. */
export const AT_ONCE: Stepper = { step: async (_label, effect) => effect() };

/** What may take as long as it likes, since nothing is known to be wrong then. */
const PATIENT: ReadonlySet<string> = new Set(['read', 'call']);

export class Process implements Env {
  alive = true;
  /** Stopped by a signal: its steps wait in `held`. */
  frozen = false;
  held: Step[] = [];
  /** How many of its calls hang. */
  hanging = 0;
  readonly id: number;
  /** Processing time: that of the wall clock, as it is set. */
  readonly clock: Clock;
  readonly #simulation: Simulation;
  #nonces = 0;

  constructor(simulation: Simulation, id: number) {
    this.#simulation = simulation;
    this.id = id;
    this.clock = { now: () => this.wallClock(), at: (time, task) => this.#at(time, task) };
  }

  /** The effect begins in one step, and the word of it comes in another. Either may fail to come. */
  io<T>(label: string, effect: () => Promise<T>): Promise<T> {
    const simulation = this.#simulation;
    return new Promise((resolve, reject) => {
      const answer = (word: string, act: () => void) => this.#add(`${label}: ${word}`, act, false);
      const act = () => {
        if (simulation.draws('flaky')) return answer('fails', () => reject(simulation.failure(`${label}: the connection is refused`)));
        const lost = simulation.draws('flaky');
        effect().then(
          value =>
            lost ? answer('is lost', () => reject(simulation.failure(`${label}: the answer is lost`))) : answer('ok', () => resolve(value)),
          error => answer('failed', () => reject(error)),
        );
      };
      if (simulation.draws('hang') && !PATIENT.has(label)) simulation.hang({ process: this, label, act, outside: true });
      else this.#add(label, act, true);
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
      this.#add(label, act, true);
    });
  }

  /** Whether something that is drawn goes wrong now. */
  draws(what: keyof Chances): boolean {
    return this.#simulation.draws(what);
  }

  pause(label = 'pause'): Promise<void> {
    return new Promise(resolve => this.#add(label, resolve, false));
  }

  now(): number {
    return this.#simulation.time;
  }

  wallClock(): number {
    return this.#simulation.wall + this.#simulation.time;
  }

  after(milliseconds: number, task: () => void): () => void {
    return this.#simulation.arm({ process: this, at: this.#simulation.time + milliseconds, task });
  }

  nonce(): string {
    return `p${this.id}n${++this.#nonces}`;
  }

  /** As the system's clock does: it looks again, since the clock may have been set back. */
  #at(time: number, task: () => void): { unsubscribe(): void } {
    let cancel = () => {};
    const look = () => {
      const rest = time - this.wallClock();
      if (rest > 0) cancel = this.after(rest, look);
      else task();
    };
    cancel = this.after(Math.max(0, time - this.wallClock()), look);
    return { unsubscribe: () => cancel() };
  }

  #add(label: string, act: () => void, outside: boolean): void {
    if (this.alive) this.#simulation.add({ process: this, label, act, outside });
  }
}
