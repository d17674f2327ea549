/**
 * A process that copies one topic into another, exactly once, as the port is meant to be used: acquire, read the positions, go on from
 * there; records and positions in one commit; after any failure everything is dropped, and it begins at acquiring again.
 */
import type { KafkaBatch, KafkaClient, KafkaSubscription, KafkaTransactor, TopicPartition } from '../../src/kafka/port.js';
import { textOf } from './bench.js';

export interface CopierOptions {
  readonly input: string;
  readonly output: string;
  readonly group: string;
  /** Lets others have their turn before it tries again. */
  pause(): Promise<void>;
  /** Called after each commit. */
  committed?(): void;
}

interface Task {
  transactor: KafkaTransactor | undefined;
}

export class Copier {
  readonly #client: KafkaClient;
  readonly #options: CopierOptions;
  readonly #tasks = new Map<number, Task>();
  #subscription: KafkaSubscription | undefined;
  #waiting: TopicPartition[] = [];
  over = false;
  failure: unknown;

  constructor(client: KafkaClient, options: CopierOptions) {
    this.#client = client;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { input, group } = this.#options;
    this.#subscription = await this.#client.subscribe({
      topics: [input],
      group,
      listener: {
        assigned: partitions => this.#assigned(partitions),
        lost: partitions => partitions.forEach(({ partition }) => this.#tasks.delete(partition)),
        records: batch => this.#take(batch),
        failed: error => {
          this.failure = error;
          this.over = true;
        },
      },
    });
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#assigned(waiting);
  }

  async stop(): Promise<void> {
    this.over = true;
    await this.#client.close();
  }

  #assigned(partitions: readonly TopicPartition[]): void {
    // While it joins.
    if (!this.#subscription) this.#waiting.push(...partitions);
    else for (const partition of partitions) void this.#begin(partition);
  }

  async #begin(partition: TopicPartition): Promise<void> {
    const task: Task = { transactor: undefined };
    this.#tasks.set(partition.partition, task);
    const { group, input } = this.#options;
    while (!this.over && this.#tasks.get(partition.partition) === task) {
      try {
        const transactor = await this.#client.acquire(`${group}-${input}-${partition.partition}`);
        const [position] = await transactor.committed(group, [partition]);
        if (this.#tasks.get(partition.partition) !== task) return void (await transactor.close());
        task.transactor = transactor;
        this.#subscription?.seek(partition, position?.offset ?? 0);
        this.#subscription?.resume([partition]);
        return;
      } catch {
        await this.#options.pause();
      }
    }
  }

  #take({ topic, partition, records, next }: KafkaBatch): void {
    const task = this.#tasks.get(partition);
    const { transactor } = task ?? {};
    if (!transactor) return;
    const { group, output } = this.#options;
    const here = { topic, partition };
    this.#subscription?.pause([here]);
    transactor
      .commit({
        records: records.map(({ value }) => ({ topic: output, partition: 0, value: textOf(value) })),
        group,
        positions: [{ ...here, offset: next, metadata: String(next) }],
      })
      .then(() => {
        this.#options.committed?.();
        if (this.#tasks.get(partition) === task) this.#subscription?.resume([here]);
      })
      .catch(async () => {
        void transactor.close();
        await this.#options.pause();
        if (this.#tasks.get(partition) === task) void this.#begin(here);
      });
  }
}
