/**
 * The tasks of a job that are assigned to this process, and its one membership in the group: whose records go to the readers of tasks, and
 * whose divisions begin and end them.
 */
import type { Env } from '../checkpoint/env.js';
import type { CompletedCheckpoint } from '../checkpoint/events.js';
import { TidemarkError } from '../errors.js';
import type { StopOptions } from '../job/job.js';
import type { JobEvent } from '../job/jobEvent.js';
import { quietly } from '../job/quietly.js';
import type { RunningJob } from '../job/runningJob.js';
import { checkMapping, readPointer } from '../kafka/pointer.js';
import type { KafkaBatch, KafkaListener, TopicPartition } from '../kafka/port.js';
import { Inflow } from './inflow.js';
import { Task } from './task.js';
import { type TaskGroup, TaskPlace } from './taskPlace.js';
import type { Flow } from './taskReader.js';
import { TaskRestarts } from './taskRestarts.js';

/** What a stage asks of its job. */
export interface StageHost {
  readonly env: Env;
  /** Milliseconds for last checkpoints before the group divides its partitions anew. */
  readonly handover: number;
  /** What the names of its tasks begin with; behind it stands the number. */
  readonly prefix: string;
  /** Begins a life of a task. */
  begin(place: TaskPlace): RunningJob<unknown>;
  /** `task` undefined: it is about all of them. */
  tell(task: number | undefined, event: JobEvent): void;
  value(value: unknown): void;
  /** The whole job cannot go on. */
  fail(error: unknown): void;
}

export class Stage implements KafkaListener {
  readonly #group: TaskGroup;
  readonly #host: StageHost;
  readonly #tasks = new Map<number, Task>();
  /** Those that were lost, until they have let go. */
  readonly #leaving = new Map<number, Promise<void>>();
  readonly #inflow: Inflow;
  readonly #restarts = new TaskRestarts();
  /** Resolves when partitions can be sought; another one for each membership. */
  #joined!: Promise<Flow>;
  #hasJoined!: (flow: Flow) => void;
  #over = false;
  #wake: (() => void) | undefined;

  constructor(group: TaskGroup, host: StageHost) {
    this.#group = group;
    this.#host = host;
    this.#inflow = new Inflow(group, host.env, event => host.tell(undefined, event));
    this.#expect();
  }

  /** Joins the group. */
  async start(): Promise<void> {
    try {
      await this.#checkMappings();
      if (!this.#over) await this.#join();
    } catch (error) {
      this.failed(error);
    }
  }

  /** What other processes have committed as other tasks is found out before anything is read. */
  async #checkMappings(): Promise<void> {
    const { client, group, sources, partitions } = this.#group;
    const all = sources.flatMap(({ topics }) =>
      topics.flatMap(topic => Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))),
    );
    for (const position of await client.committed(group, all)) {
      const pointer = readPointer(position);
      // Those of other jobs are looked at by who is to go on from them.
      if (pointer?.job.startsWith(this.#host.prefix)) checkMapping(pointer, this.#group);
    }
  }

  get tasks(): ReadonlyMap<number, Task> {
    return this.#tasks;
  }

  /** Of all tasks that are at work. */
  checkpoints(): Promise<CompletedCheckpoint>[] {
    return [...this.#tasks.values()].flatMap(task => task.checkpoint() ?? []);
  }

  /** Ends all tasks, then leaves the group, so that others need not wait. */
  async stop(options: StopOptions): Promise<void> {
    this.#over = true;
    this.#wake?.();
    const stopped = [...this.#tasks.values()].map(task => task.stop(options));
    const outcomes = await Promise.allSettled([...stopped, ...this.#leaving.values()]);
    this.#inflow.stop();
    await quietly(() => this.#inflow.subscription?.close());
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /* The membership */

  #expect(): void {
    this.#joined = new Promise(resolve => {
      this.#hasJoined = resolve;
    });
  }

  async #join(): Promise<void> {
    const { client, group, sources, tasks, partitions } = this.#group;
    const topics = sources.flatMap(source => source.topics);
    const subscription = await client.subscribe({
      topics,
      group,
      bundles: tasks < partitions ? tasks : undefined,
      listener: this,
    });
    if (this.#over) {
      await subscription.close();
      return;
    }
    this.#inflow.subscription = subscription;
    this.#hasJoined(this.#inflow);
  }

  assigned(partitions: readonly TopicPartition[]): void {
    if (this.#over) return;
    const more = partitions.find(({ partition }) => partition >= this.#group.partitions);
    if (more) throw moreThanBefore(more, this.#group.partitions);
    for (const number of this.#numbersOf(partitions)) this.#begin(number);
  }

  lost(partitions: readonly TopicPartition[]): void {
    for (const number of this.#numbersOf(partitions)) this.#lose(number);
  }

  async rebalancing(): Promise<void> {
    const { env, handover } = this.#host;
    let cancel: () => void = () => undefined;
    const late = new Promise<void>(resolve => {
      cancel = env.after(handover, resolve);
    });
    await Promise.race([late, Promise.allSettled(this.checkpoints())]);
    cancel();
  }

  records(batch: KafkaBatch): void {
    this.#restarts.progress();
    this.#inflow.records(batch);
  }

  failed(error: unknown): void {
    if (this.#over) return;
    const delay = this.#restarts.after(error);
    if (delay === undefined) {
      this.#host.fail(error);
      return;
    }
    this.#inflow.subscription = undefined;
    this.#expect();
    for (const number of [...this.#tasks.keys()]) this.#lose(number);
    void this.#rejoin(delay);
  }

  async #rejoin(delay: number): Promise<void> {
    await new Promise<void>(resolve => {
      const cancel = this.#host.env.after(delay, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    if (!this.#over) await this.start();
  }

  /* The tasks */

  #numbersOf(partitions: readonly TopicPartition[]): Set<number> {
    return new Set(partitions.map(({ partition }) => partition % this.#group.tasks));
  }

  #begin(number: number): void {
    if (this.#tasks.has(number)) return;
    const { env, fail, value, tell, begin, prefix } = this.#host;
    const joined = this.#joined;
    const told = (event: JobEvent): void => tell(number, event);
    const task = new Task(
      {
        env,
        fail,
        value,
        tell: told,
        begin: () => begin(new TaskPlace(this.#group, `${prefix}${number}`, number, joined, env, told)),
      },
      this.#leaving.get(number),
    );
    this.#tasks.set(number, task);
  }

  #lose(number: number): void {
    const task = this.#tasks.get(number);
    if (!task) return;
    this.#tasks.delete(number);
    this.#host.tell(number, { type: 'lost' });
    const ended = quietly(() => task.stop()).then(() => {
      if (this.#leaving.get(number) === ended) this.#leaving.delete(number);
    });
    this.#leaving.set(number, ended);
  }
}

function moreThanBefore({ topic, partition }: TopicPartition, partitions: number): TidemarkError {
  return new TidemarkError(
    'NEEDS_OPERATOR',
    `Kafka: topic ${topic} has a partition ${partition}, and had ${partitions} when the job began. Keys have moved to other partitions, and their state cannot follow: copy the topic into one with as many as before; or run the job anew under another name, and as another group.`,
  );
}
