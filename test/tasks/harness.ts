/** Processes that run one job over a Kafka in memory, with a storage that they share and a time that moves when told to. */
import type { Env } from '../../src/checkpoint/env.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { TidemarkError } from '../../src/errors.js';
import { outputsOf, type Pipelines } from '../../src/job/graph.js';
import type { JobEvent } from '../../src/job/jobEvent.js';
import { quietly } from '../../src/job/quietly.js';
import { type RunOptions, specOf } from '../../src/job/run.js';
import { type KafkaFault, MemoryKafka } from '../../src/kafka/memoryKafka.js';
import type { KafkaClient } from '../../src/kafka/port.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { KafkaJob } from '../../src/tasks/kafkaJob.js';

const immediately = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
const never = new Promise<never>(() => undefined);

interface Timer {
  readonly time: number;
  readonly task: () => void;
}

/** A process with a job at work. */
export interface Member {
  readonly client: KafkaClient;
  readonly job: KafkaJob<any>;
  readonly events: JobEvent[];
  /** Set by {@link World.crash}: nothing of it happens any more. */
  dead: boolean;
  /** How its job has ended. */
  outcome: 'done' | { readonly error: Error & { readonly code?: string } } | undefined;
}

export class World {
  readonly kafka: MemoryKafka;
  readonly storage: CheckpointStorage;
  readonly members: Member[] = [];
  now = 0;
  readonly #timers = new Set<Timer>();
  #nonce = 0;

  /** `fault`: asked at each call to Kafka or the storage. */
  constructor(topics: Readonly<Record<string, number>>, fault: (what: string) => KafkaFault = () => undefined, batch = 3) {
    this.kafka = new MemoryKafka({ topics, batch, fault: ({ call, of }) => fault(`${call} ${of}`) });
    this.storage = failing(memoryStorage(), fault);
  }

  start<T>(program: (client: KafkaClient) => Pipelines<T>, options: Omit<RunOptions, 'name'> & { readonly name?: string } = {}): Member {
    const client = this.kafka.client();
    const member: { -readonly [K in keyof Member]: Member[K] } = {
      client,
      job: undefined as never,
      events: [],
      dead: false,
      outcome: undefined,
    };
    const spec = specOf({ name: 'job', storage: this.storage, checkpoints: { every: 200, minPause: 0 }, ...options }, 'run');
    const job = new KafkaJob<T>(outputsOf(program(client), 'run'), { ...spec, env: this.#env(member) });
    member.job = job;
    job.events.subscribe(event => member.events.push(event));
    job.values.subscribe({ error: () => undefined });
    job.done.then(
      () => {
        member.outcome = 'done';
      },
      error => {
        member.outcome = { error };
      },
    );
    this.members.push(member);
    return member;
  }

  /** The process is gone between two steps. */
  crash(member: Member): void {
    member.dead = true;
    this.kafka.crash(member.client);
  }

  /** Those that are at work. */
  get alive(): Member[] {
    return this.members.filter(({ dead, outcome }) => !dead && outcome === undefined);
  }

  /** Everybody has a few turns, and time goes on. */
  async turn(milliseconds = 20): Promise<void> {
    await immediately();
    this.now += milliseconds;
    for (const timer of [...this.#timers].sort((a, b) => a.time - b.time)) {
      if (timer.time > this.now || !this.#timers.delete(timer)) continue;
      timer.task();
    }
  }

  /** Turns until it holds; fails if it never does. */
  async until(holds: () => boolean, what = 'it', most = 3000): Promise<void> {
    for (let turns = 0; !holds(); turns++) {
      if (turns === most) throw new Error(`${what} did not come about`);
      await this.turn();
    }
  }

  /** Ends what is at work. */
  async end(): Promise<void> {
    const ending = Promise.all(this.alive.map(({ job }) => quietly(() => job.stop())));
    let ended = false;
    void ending.then(() => {
      ended = true;
    });
    await this.until(() => ended, 'the end');
  }

  #env(member: Member): Env {
    const living = async <R>(result: R): Promise<R> => (member.dead ? never : result);
    return {
      io: async (_label, effect) => living(await (await living(effect))()),
      pause: async () => living(await immediately()),
      now: () => this.now,
      wallClock: () => this.now,
      after: (milliseconds, task) => {
        const timer = { time: this.now + milliseconds, task: () => void (member.dead || task()) };
        this.#timers.add(timer);
        return () => void this.#timers.delete(timer);
      },
      nonce: () => `nonce-${++this.#nonce}`,
    };
  }
}

/** A storage that fails when told to: before anything has happened, or after. */
function failing(storage: CheckpointStorage, fault: (what: string) => KafkaFault): CheckpointStorage {
  const failed = (what: string): TidemarkError => new TidemarkError('STORAGE_FAILED', `the storage has failed: ${what}`);
  const wrap = <A extends unknown[], R>(what: string, call: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      const kind = fault(what);
      if (kind === 'before') throw failed(what);
      const result = await call(...args);
      if (kind === 'after') throw failed(what);
      return result;
    };
  };
  return {
    name: storage.name,
    capabilities: storage.capabilities,
    open: () => storage.open(),
    putChunk: wrap('putChunk', (job, id, data) => storage.putChunk(job, id, data)),
    getChunk: wrap('getChunk', (job, id) => storage.getChunk(job, id)),
    listChunks: (job, prefix) => storage.listChunks(job, prefix),
    deleteChunks: wrap('deleteChunks', (job, ids) => storage.deleteChunks(job, ids)),
    appendSlot: wrap('appendSlot', (job, seq, data) => storage.appendSlot(job, seq, data)),
    readSlot: wrap('readSlot', (job, seq) => storage.readSlot(job, seq)),
    listSlots: wrap('listSlots', job => storage.listSlots(job)),
    trimSlots: wrap('trimSlots', (job, below) => storage.trimSlots(job, below)),
    listJobs: () => storage.listJobs(),
    close: () => storage.close(),
  };
}
