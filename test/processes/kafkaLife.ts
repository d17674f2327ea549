/** Processes of a job over Kafka, what they read, and what they have committed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { kafkaJs } from '../../src/kafka/kafkaJs.js';
import { paneHeaders } from '../../src/kafka/paneRecord.js';
import type { KafkaClient, TopicPartition } from '../../src/kafka/port.js';
import { moment } from './child.js';

const CHILD = join(import.meta.dirname, 'kafkaChild.mjs');
export const PARTITIONS = 3;
const READINGS = 2400;
/** Milliseconds until everything must have been counted. */
const PATIENCE = 60_000;

/** Where a process dies: between which steps of a checkpoint, at which time, and how many milliseconds later. */
export interface Death {
  readonly point: 'acquired' | 'chunk' | 'chunked' | 'slot' | 'slotted' | 'committing' | 'committed';
  readonly times: number;
  readonly later?: number;
}

export interface LifeOptions {
  readonly die?: Death;
  readonly transactionTimeout?: string;
  readonly sessionTimeout?: string;
}

/** A topic that was written once, and jobs that read it, each with a group and an output of its own. */
export class KafkaArena {
  readonly client: KafkaClient;
  readonly input: string;
  expected: readonly string[] = [];
  /** Of event time. Not long ago: brokers delete what is older, by its own timestamp, than a topic keeps. */
  readonly #begin: number = Math.floor(Date.now() / 1000) * 1000;
  readonly #address: string;
  readonly #folder: string;
  readonly #run = `p${Date.now().toString(36)}${process.pid}`;
  readonly #lives: KafkaLife[] = [];
  #jobs = 0;

  constructor(address: string, folder: string) {
    this.#address = address;
    this.#folder = folder;
    this.client = kafkaJs({ brokers: address.split(',') });
    this.input = `${this.#run}-readings`;
  }

  /** Writes the input, and sees what an undisturbed process makes of it. */
  async open(dice: () => number): Promise<void> {
    await this.client.createTopic({ topic: this.input, partitions: PARTITIONS });
    const producer = await this.client.producer();
    const readings = Array.from({ length: READINGS }, (_, i) => {
      const key = 'abcdefgh'[Math.floor(dice() * 8)] as string;
      const at = this.#begin + i - Math.floor(dice() * (dice() < 0.1 ? 250 : 40));
      return { topic: this.input, key, value: JSON.stringify({ key, at, amount: Math.floor(dice() * 100) }) };
    });
    await producer.send(readings);
    // The end of all windows.
    const ends = this.inputs.map(partition => ({
      ...partition,
      value: JSON.stringify({ key: 'end', at: this.#begin + 1_000_000, amount: 0 }),
    }));
    await producer.send(ends);
    await producer.close();
    const job = await this.job();
    const life = job.start();
    this.expected = await job.rows();
    await life.stop();
  }

  get inputs(): TopicPartition[] {
    return Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: this.input, partition }));
  }

  /** A job of its own over the input. `shared`: its processes share a disk; else its state is in Kafka. */
  async job(shared = true): Promise<KafkaArenaJob> {
    const name = `${this.#run}-${++this.#jobs}`;
    const output = `${name}-out`;
    await this.client.createTopic({ topic: output, partitions: 1 });
    const folder = shared ? join(this.#folder, name) : undefined;
    const start = (options: LifeOptions = {}): KafkaLife => {
      const life = new KafkaLife({ address: this.#address, input: this.input, output, name, folder, ...options });
      this.#lives.push(life);
      return life;
    };
    return new KafkaArenaJob(this.client, this.inputs, name, { topic: output, partition: 0 }, start);
  }

  /** Kills what is left. */
  async close(): Promise<void> {
    for (const life of this.#lives) life.signal('SIGKILL');
    await this.client.close();
  }
}

export class KafkaArenaJob {
  readonly start: (options?: LifeOptions) => KafkaLife;
  readonly name: string;
  readonly #client: KafkaClient;
  readonly #inputs: readonly TopicPartition[];
  readonly #output: TopicPartition;

  constructor(
    client: KafkaClient,
    inputs: readonly TopicPartition[],
    name: string,
    output: TopicPartition,
    start: (options?: LifeOptions) => KafkaLife,
  ) {
    this.#client = client;
    this.#inputs = inputs;
    this.name = name;
    this.#output = output;
    this.start = start;
  }

  /** What is committed in the end, as whoever reads committed records sees it: sorted, since partitions have no order among each other. */
  async rows(): Promise<string[]> {
    for (const late = Date.now() + PATIENCE; !(await this.#isCounted()); await moment(100))
      if (Date.now() > late) throw new Error(`job ${this.name}: not all is counted after ${PATIENCE} ms`);
    const rows: string[] = [];
    for (let from = 0; ; ) {
      const { records, next } = await this.#client.read(this.#output, from);
      if (next === from) break;
      from = next;
      for (const record of records) {
        const { key, value } = record;
        const { window, timing, index } = paneHeaders(record) ?? {};
        rows.push(JSON.stringify([String(key && Buffer.from(key)), window, timing, index, String(value && Buffer.from(value))]));
      }
    }
    return rows.sort();
  }

  /** How far the group is in each partition; undefined: nowhere. */
  async offsets(): Promise<readonly (number | undefined)[]> {
    const committed = await this.#client.committed(this.name, this.#inputs);
    return this.#inputs.map(({ partition }) => committed.find(position => position.partition === partition)?.offset);
  }

  async #isCounted(): Promise<boolean> {
    const [offsets, bounds] = await Promise.all([this.offsets(), this.#client.bounds(this.#inputs)]).catch(() => [[], []] as const);
    return bounds.length > 0 && bounds.every(({ high }, partition) => (offsets[partition] ?? 0) >= high);
  }
}

/** One process. */
export class KafkaLife {
  readonly lines: string[] = [];
  /** By itself, by an error that has a code, or by a signal. */
  readonly over: Promise<string>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #isOver = false;

  constructor(options: object) {
    const child = spawn(process.execPath, [CHILD, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    child.stdin?.on('error', () => undefined);
    createInterface(child.stdout).on('line', line => {
      this.lines.push(line);
      for (const look of [...this.#waiting]) look();
    });
    this.over = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        this.#isOver = true;
        for (const look of [...this.#waiting]) look();
        resolve(signal ?? this.lines.findLast(line => line === 'done' || line.startsWith('failed')) ?? `exit code ${code}`);
      });
    });
  }

  /** Resolves when so many of its lines begin like this; or when it is over. */
  hear(what: string, count = 1): Promise<void> {
    return new Promise(resolve => {
      const look = (): void => {
        if (!this.#isOver && this.lines.filter(line => line.startsWith(what)).length < count) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** With a last checkpoint. */
  stop(): Promise<string> {
    this.#child.stdin?.write('stop\n');
    return this.over;
  }
}
