/** A job over Kafka in this process: the tasks that the group gives it, as one. */
import { type Observable, Subject } from 'rxjs';
import type { CompletedCheckpoint } from '../checkpoint/events.js';
import type { Savepoint } from '../checkpoint/savepoint.js';
import { TidemarkError } from '../errors.js';
import { type Job, readStop, type StopOptions } from '../job/job.js';
import type { JobEvent, JobState, JobStatus } from '../job/jobEvent.js';
import type { JobSpec } from '../job/jobSpec.js';
import { Patience } from '../job/patience.js';
import { quietly } from '../job/quietly.js';
import type { TaskMapping } from '../kafka/pointer.js';
import type { EventStream } from '../stream/eventStream.js';
import type { JobView } from '../view/jobView.js';
import type { ViewHandle } from '../view/view.js';
import type { ViewOptions } from '../view/viewOptions.js';
import { type DividedGraph, type DividedStage, dividedGraph, partitionsOf, taskRows } from './dividedGraph.js';
import { Stage } from './stage.js';
import type { Task } from './task.js';
import { TaskJob } from './taskJob.js';
import { TasksView } from './tasksView.js';

/** Tasks of all stages are counted together: no stage has so many. */
const STAGE = 1_000_000;

export class KafkaJob<T> implements Job<T> {
  readonly name: string;
  readonly values: Observable<T>;
  readonly events: Observable<JobEvent>;
  readonly done: Promise<void>;
  readonly #spec: JobSpec;
  readonly #graph: DividedGraph;
  readonly #stages: Stage[] = [];
  readonly #values = new Subject<T>();
  readonly #events = new Subject<JobEvent>();
  readonly #started: Promise<void>;
  #state: JobState = 'starting';
  /** It has been stopped: what has not been begun is not begun. */
  #leaving = false;
  #checkpoint: number | undefined;
  #settle!: { readonly resolve: () => void; readonly reject: (error: unknown) => void };

  constructor(outputs: readonly EventStream<T>[], spec: JobSpec) {
    this.name = spec.name;
    this.#spec = spec;
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
    const checkpoints = this.#stages.flatMap(stage => stage.checkpoints());
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
    const views = new WeakMap<Task, JobView<K, V>>();
    return new TasksView<K, V>(handle.name, () => {
      const atWork = this.#stages.flatMap(({ tasks }, stage) => [...tasks].map(([number, task]) => ({ at: stage * STAGE + number, task })));
      const running = atWork.filter(({ task }) => task.life?.status.state === 'running');
      const having = running.filter(({ task }) => task.life?.hostOf()?.windows.has(handle.name));
      return new Map(
        // Where none has it, the first one says so.
        (having.length > 0 ? having : running.slice(0, 1)).map(({ at, task }) => {
          const view = views.get(task) ?? handle.open(() => task.life?.hostOf(), options);
          views.set(task, view);
          return [at, view];
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
      await this.#stopAll(options);
    } catch (error) {
      await this.#end('failed', error);
    }
    await this.#end('stopped');
    return this.done;
  }

  async #start(): Promise<void> {
    const { client, topics, stages } = this.#graph;
    const counts = new Map(await client.partitions(topics));
    const upstream = new Map<string, number>();
    for (const stage of stages) {
      if (this.#leaving || this.#isOver) return;
      const partitions = partitionsOf(stage.sources, counts, this.name);
      const tasks = Math.min(stage.tasks ?? partitions, partitions);
      for (const { spec } of stage.outs) {
        const topic = { topic: spec.topic, partitions: spec.partitions ?? partitions };
        await client.createTopic(topic);
        counts.set(topic.topic, topic.partitions);
        upstream.set(topic.topic, tasks);
      }
      this.#stages.push(this.#stageOf(stage, { partitions, tasks }, counts, upstream));
    }
    if (this.#leaving || this.#isOver) return;
    await Promise.all(this.#stages.map(stage => stage.start()));
    if (this.#state === 'starting') this.#become('running');
  }

  #stageOf(stage: DividedStage, mapping: TaskMapping, counts: ReadonlyMap<string, number>, upstream: ReadonlyMap<string, number>): Stage {
    const { name, group, sources, outputs, outs } = stage;
    const { client, handover } = this.#graph;
    const rows = taskRows(stage, counts);
    const marks = outs.map(out => ({ stream: out, topic: out.spec.topic, partitions: counts.get(out.spec.topic) as number }));
    return new Stage(
      { client, group, sources, ...mapping, upstreamTasks: topic => upstream.get(topic) ?? 0 },
      {
        env: this.#spec.env,
        handover,
        prefix: name === undefined ? `${this.name}/` : `${this.name}/${name}/`,
        begin: place => new TaskJob<unknown>(outputs, this.#spec, place, rows, marks),
        tell: (task, event) => this.#heard(name, task, event),
        value: value => this.#values.next(value as T),
        fail: error => this.#fail(error),
      },
    );
  }

  #heard(stage: string | undefined, task: number | undefined, event: JobEvent): void {
    if (event.type === 'checkpoint') this.#checkpoint = Math.max(this.#checkpoint ?? 0, event.checkpoint.seq);
    this.#events.next(task === undefined ? event : { type: 'task', task, stage, event });
  }

  get #isOver(): boolean {
    return this.#state === 'stopped' || this.#state === 'failed';
  }

  async #stopAll(options: StopOptions): Promise<void> {
    const outcomes = await Promise.allSettled(this.#stages.map(stage => stage.stop(options)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  #fail(error: unknown): void {
    void this.#end('failed', error);
  }

  async #end(state: 'stopped' | 'failed', error?: unknown): Promise<void> {
    if (this.#isOver) return;
    this.#become(state);
    await quietly(() => this.#stopAll({}));
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
