/**
 * A task while it is assigned to this process: lives that follow each other, each a job that begins at the last checkpoint. What fails by the
 * world begins again; what fails by the program is the failure of the whole job.
 */
import type { Env } from '../checkpoint/env.js';
import type { CompletedCheckpoint } from '../checkpoint/events.js';
import type { StopOptions } from '../job/job.js';
import type { JobEvent } from '../job/jobEvent.js';
import { quietly } from '../job/quietly.js';
import type { RunningJob } from '../job/runningJob.js';
import { TaskRestarts } from './taskRestarts.js';

/** What a task asks of its surroundings. */
export interface TaskHost {
  readonly env: Env;
  /** Begins a life. */
  begin(): RunningJob<unknown>;
  tell(event: JobEvent): void;
  value(value: unknown): void;
  /** The whole job cannot go on. */
  fail(error: unknown): void;
}

export class Task {
  /** Resolves when nothing of it is at work any more. */
  readonly ended: Promise<void>;
  readonly #host: TaskHost;
  readonly #restarts = new TaskRestarts();
  #life: RunningJob<unknown> | undefined;
  #over = false;
  /** Ends a rest at once. */
  #wake: (() => void) | undefined;

  /** `before`: another one of the same number has to end first. */
  constructor(host: TaskHost, before: Promise<unknown> = Promise.resolve()) {
    this.#host = host;
    this.ended = before.then(() => this.#run());
  }

  /** The life that is at work. */
  get life(): RunningJob<unknown> | undefined {
    return this.#life;
  }

  /** Undefined: it is not at work, and so has nothing to commit. */
  checkpoint(): Promise<CompletedCheckpoint> | undefined {
    return this.#life?.status.state === 'running' ? this.#life.checkpoint() : undefined;
  }

  /** It is begun no more. Resolves when it has ended; rejects if a last checkpoint was wanted and did not come about. */
  async stop(options: StopOptions = {}): Promise<void> {
    this.#over = true;
    this.#wake?.();
    try {
      await this.#life?.stop(options);
    } catch (error) {
      if (options.drain) throw error;
    } finally {
      await this.ended;
    }
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      try {
        const life = this.#listened(this.#host.begin());
        this.#life = life;
        await life.done;
        return;
      } catch (error) {
        this.#life = undefined;
        if (this.#over) return;
        const delay = this.#restarts.after(error);
        if (delay === undefined) {
          this.#over = true;
          this.#host.fail(error);
          return;
        }
        this.#host.tell({ type: 'restarting', attempt: this.#restarts.attempts, delay, error });
        await this.#rest(delay);
      }
    }
  }

  #rest(delay: number): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#host.env.after(delay, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #listened(life: RunningJob<unknown>): RunningJob<unknown> {
    life.values.subscribe({ next: value => this.#host.value(value), error: () => undefined });
    life.events.subscribe(event => {
      if (event.type === 'checkpoint') this.#restarts.progress();
      this.#host.tell(event);
    });
    void quietly(() => life.done);
    return life;
  }
}
