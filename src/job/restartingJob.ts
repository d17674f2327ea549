/**
 * A job that is begun again when it fails: each life is a job of its own, which takes the name over from the one before and goes on from
 * its last checkpoint, as a new process would.
 *
 * ```text
 *  life 1 ══════ fails   rest   life 2 ══ fails     rest      life 3 ═════════ completed
 *  running               restarting                            running         done resolves
 * ```
 */
import { type Observable, Subject } from 'rxjs';
import type { Env } from '../checkpoint/env.js';
import type { CompletedCheckpoint } from '../checkpoint/events.js';
import type { Savepoint } from '../checkpoint/savepoint.js';
import { TidemarkError } from '../errors.js';
import type { RunGraph } from '../explain/runGraph.js';
import type { JobView } from '../view/jobView.js';
import type { ViewHandle } from '../view/view.js';
import type { HostOf } from '../view/viewHost.js';
import type { ViewOptions } from '../view/viewOptions.js';
import { type Job, readStop, type StopOptions } from './job.js';
import type { JobEvent, JobStatus } from './jobEvent.js';
import type { Restarts } from './restarts.js';

export class RestartingJob<T> implements Job<T> {
  readonly name: string;
  readonly values: Observable<T>;
  readonly events: Observable<JobEvent>;
  readonly done: Promise<void>;
  readonly hostOf: HostOf = () => {
    const host = this.#life.hostOf?.();
    // Whether a life that has failed was the last is decided a little later.
    return this.#resting || (host?.state === 'failed' && !this.#failed) ? undefined : host;
  };
  readonly #begin: (known: number | undefined) => Job<T>;
  readonly #restarts: Restarts;
  readonly #env: Env;
  readonly #values = new Subject<T>();
  readonly #events = new Subject<JobEvent>();
  #life: Job<T>;
  #resting = false;
  /** For good. */
  #failed = false;
  /** The newest checkpoint of all lives. */
  #known = 0;
  #stopped = false;
  /** It was stopped while no life was at work. */
  #over = false;
  /** Ends the rest at once. */
  #wake: (() => void) | undefined;

  /**
   * `begin` begins a life, the first, or another one, which must not begin before the checkpoint that is known to be durable (0: none); what
   * it throws the first time is thrown here.
   */
  constructor(begin: (known: number | undefined) => Job<T>, restarts: Restarts, env: Env) {
    this.#begin = begin;
    this.#restarts = restarts;
    this.#env = env;
    this.values = this.#values.asObservable();
    this.events = this.#events.asObservable();
    this.#life = this.#listened(begin(undefined));
    this.name = this.#life.name;
    this.done = this.#run();
  }

  get '~graph'(): RunGraph {
    return this.#life['~graph'];
  }

  get status(): JobStatus {
    const { status } = this.#life;
    if (this.#resting) return { ...status, state: 'restarting' };
    return this.#over ? { ...status, state: 'stopped' } : status;
  }

  async checkpoint(): Promise<CompletedCheckpoint> {
    if (this.#resting) throw new TidemarkError('CHECKPOINT_FAILED', `job ${this.name}: it is restarting, and makes no checkpoints now.`);
    return this.#life.checkpoint();
  }

  async savepoint(label: string): Promise<Savepoint> {
    if (this.#resting) throw new TidemarkError('CHECKPOINT_FAILED', `job ${this.name}: it is restarting, and gives no savepoints now.`);
    return this.#life.savepoint(label);
  }

  view<K, V>(handle: ViewHandle<K, V>, options: ViewOptions = {}): JobView<K, V> {
    return handle.open(this.hostOf, options);
  }

  stop(options: StopOptions & { readonly savepoint: string }): Promise<Savepoint>;
  stop(options?: StopOptions): Promise<void>;
  async stop(options: StopOptions = {}): Promise<any> {
    const { savepoint } = readStop(options, this.name);
    this.#stopped = true;
    let last: unknown;
    if (this.#resting) this.#wake?.();
    else if (!this.#over) last = await this.#life.stop(options);
    await this.done;
    if (savepoint === undefined || last) return last;
    throw new TidemarkError('CHECKPOINT_FAILED', `job ${this.name}: it was restarting when it was stopped, and gives no savepoint.`);
  }

  async #run(): Promise<void> {
    try {
      while (!(await this.#lived())) {
        this.#resting = false;
        if (this.#stopped) {
          this.#over = true;
          this.#events.next({ type: 'state', state: 'stopped' });
          break;
        }
        this.#life = this.#listened(this.#begin(this.#known));
      }
    } catch (error) {
      this.#resting = false;
      this.#failed = true;
      this.#events.next({ type: 'state', state: 'failed' });
      this.#events.complete();
      this.#values.error(error);
      throw error;
    }
    this.#events.complete();
    this.#values.complete();
  }

  /** True: the life at hand has come to a good end. False: it failed, and the rest behind it is over. Rejects with what is final. */
  async #lived(): Promise<boolean> {
    try {
      await this.#life.done;
      return true;
    } catch (error) {
      const delay = this.#stopped ? undefined : this.#restarts.after(error);
      if (delay === undefined) throw error;
      this.#resting = true;
      this.#events.next({ type: 'state', state: 'restarting' });
      this.#events.next({ type: 'restarting', attempt: this.#restarts.attempts, delay, error });
      await this.#rest(delay);
      return false;
    }
  }

  #rest(delay: number): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#env.after(delay, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
      if (this.#stopped) this.#wake();
    });
  }

  /** What a life says, except that it failed: whether that is the end is decided here. */
  #listened(life: Job<T>): Job<T> {
    life.values.subscribe({ next: value => this.#values.next(value), error: () => undefined });
    life.events.subscribe(event => {
      if (event.type === 'checkpoint') this.#known = event.checkpoint.seq;
      if ((event.type === 'task' ? event.event : event).type === 'checkpoint') this.#restarts.progress();
      if (event.type !== 'state' || event.state !== 'failed') this.#events.next(event);
    });
    return life;
  }
}
