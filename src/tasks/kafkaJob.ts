/** A job over Kafka in this process: the tasks that the group gives it, as one. */
import { type Observable, Subject } from 'rxjs';
import type { CompletedCheckpoint } from '../checkpoint/events.js';
import type { Savepoint } from '../checkpoint/savepoint.js';
import { TidemarkError } from '../errors.js';
import { type Job, readStop, type StopOptions } from '../job/job.js';
import type { JobEvent, JobState, JobStatus } from '../job/jobEvent.js';
import { Patience } from '../job/patience.js';
import { quietly } from '../job/quietly.js';
import type { JobSpec } from '../job/runningJob.js';
import type { EventStream } from '../stream/eventStream.js';
import type { JobView } from '../view/jobView.js';
import type { ViewHandle } from '../view/view.js';
import type { ViewOptions } from '../view/viewOptions.js';
import { type DividedGraph, dividedGraph, partitionsOf, taskRows } from './dividedGraph.js';
import { Stage } from './stage.js';
import type { Task } from './task.js';
import { TaskJob } from './taskJob.js';
import { TasksView } from './tasksView.js';

export class KafkaJob<T> implements Job<T> {
  readonly name: string;
  readonly values: Observable<T>;
  readonly events: Observable<JobEvent>;
  readonly done: Promise<void>;
  readonly #spec: JobSpec;
  readonly #graph: DividedGraph;
  readonly #outputs: readonly EventStream<T>[];
  readonly #values = new Subject<T>();
  readonly #events = new Subject<JobEvent>();
  readonly #started: Promise<void>;
  #stage: Stage | undefined;
  #state: JobState = 'starting';
  /** It has been stopped: what has not been begun is not begun. */
  #leaving = false;
  #checkpoint: number | undefined;
  #settle!: { readonly resolve: () => void; readonly reject: (error: unknown) => void };

  constructor(outputs: readonly EventStream<T>[], spec: JobSpec) {
    this.name = spec.name;
    this.#spec = spec;
    this.#outputs = outputs;
    this.#graph = dividedGraph(outputs, spec);
    this.values = this.#values.asObservable();
    this.events = this.#events.asObservable();
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // A step later, so that whoever makes the job can listen to it first.
    this.#started = Promise.resolve().then(() => this.#start());
    this.#started.catch(error => this.#fail(error));
  }

  get status(): JobStatus {
    return { state: this.#state, checkpoint: this.#checkpoint, durable: this.#spec.storage.capabilities.durable };
  }

  async checkpoint(): Promise<CompletedCheckpoint> {
    await this.#started;
    const checkpoints = this.#stage?.checkpoints() ?? [];
    if (checkpoints.length === 0)
      throw new TidemarkError('CHECKPOINT_FAILED', `job ${this.name}: no task of it is at work in this process.`);
    return together(await Promise.all(checkpoints));
  }

  get '~graph'(): never {
    throw new TidemarkError(
      'NOT_READABLE',
      `job ${this.name}: it runs in tasks, each with a graph at work of its own, and is neither explained nor inspected as a whole. Its events say how far each partition is behind, and which one is stuck.`,
    );
  }

  view<K, V>(handle: ViewHandle<K, V>, options: ViewOptions = {}): JobView<K, V> {
    // Each task keeps its view, through all of its lives.
    const views = new Map<Task, JobView<K, V>>();
    return new TasksView<K, V>(handle.name, () => {
      const tasks = this.#stage?.tasks ?? new Map<number, Task>();
      const atWork = [...tasks].filter(([, { life }]) => life?.status.state === 'running');
      for (const task of views.keys()) if (![...tasks.values()].includes(task)) views.delete(task);
      return new Map(
        atWork.map(([number, task]) => {
          const view = views.get(task) ?? handle.open(() => task.life?.hostOf(), options);
          views.set(task, view);
          return [number, view];
        }),
      );
    });
  }

  async savepoint(): Promise<Savepoint> {
    throw noSavepoint(this.name);
  }

  stop(options: StopOptions & { readonly savepoint: string }): Promise<Savepoint>;
  stop(options?: StopOptions): Promise<void>;
  async stop(options: StopOptions = {}): Promise<any> {
    const { drain, savepoint, timeout = Infinity } = readStop(options, this.name);
    if (savepoint !== undefined) throw noSavepoint(this.name);
    if (this.#isOver) return this.done;
    this.#leaving = true;
    if (drain) this.#become('draining');
    await new Patience(this.#spec.env).wait(() => this.#started, timeout);
    try {
      await this.#stage?.stop(options);
    } catch (error) {
      await this.#end('failed', error);
    }
    await this.#end('stopped');
    return this.done;
  }

  async #start(): Promise<void> {
    const { client, group, sources, tasks, outputTopics } = this.#graph;
    const counts = await client.partitions([...new Set([...sources.flatMap(({ topics }) => topics), ...outputTopics])]);
    const partitions = partitionsOf(sources, counts, this.name);
    const { env } = this.#spec;
    this.#stage = new Stage(
      { client, group, sources, partitions, tasks: Math.min(tasks ?? partitions, partitions) },
      {
        env,
        handover: this.#graph.handover,
        prefix: `${this.name}/`,
        begin: place => new TaskJob<unknown>(this.#outputs, this.#spec, place, taskRows(this.#graph, counts)),
        tell: (task, event) => this.#heard(task, event),
        value: value => this.#values.next(value as T),
        fail: error => this.#fail(error),
      },
    );
    if (this.#leaving || this.#isOver) return;
    await this.#stage.start();
    if (this.#state === 'starting') this.#become('running');
  }

  #heard(task: number | undefined, event: JobEvent): void {
    if (task === undefined) {
      this.#events.next(event);
      return;
    }
    if (event.type === 'checkpoint') this.#checkpoint = Math.max(this.#checkpoint ?? 0, event.checkpoint.seq);
    this.#events.next({ type: 'task', task, stage: undefined, event });
  }

  get #isOver(): boolean {
    return this.#state === 'stopped' || this.#state === 'failed';
  }

  #fail(error: unknown): void {
    void this.#end('failed', error);
  }

  async #end(state: 'stopped' | 'failed', error?: unknown): Promise<void> {
    if (this.#isOver) return;
    this.#become(state);
    await quietly(() => this.#stage?.stop({}));
    this.#events.complete();
    if (state === 'failed') {
      this.#values.error(error);
      this.#settle.reject(error);
    } else {
      this.#values.complete();
      this.#settle.resolve();
    }
  }

  #become(state: JobState): void {
    this.#state = state;
    this.#events.next({ type: 'state', state });
  }
}

/** What the checkpoints of several tasks come to. */
function together(checkpoints: readonly CompletedCheckpoint[]): CompletedCheckpoint {
  const most = (of: (checkpoint: CompletedCheckpoint) => number): number => Math.max(...checkpoints.map(of));
  const sum = (of: (checkpoint: CompletedCheckpoint) => number): number => checkpoints.reduce((total, each) => total + of(each), 0);
  return {
    seq: most(({ seq }) => seq),
    epoch: most(({ epoch }) => epoch),
    number: most(({ number }) => number),
    full: checkpoints.every(({ full }) => full),
    bytes: sum(({ bytes }) => bytes),
    chunks: sum(({ chunks }) => chunks),
    milliseconds: most(({ milliseconds }) => milliseconds),
  };
}

function noSavepoint(job: string): TidemarkError {
  return new TidemarkError(
    'BAD_OPTION',
    `job ${job}: a job over Kafka has no savepoints: its state is that of many tasks. Stop it with drain: true: the next run goes on from there.`,
  );
}
