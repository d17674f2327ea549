/**
 * `npm run bench -- --kafka`: sums per minute and user, from a topic into a topic, in one run against one broker of this machine: by hand over
 * kafkajs, which is the limit of what this client can do; tidemark, at least once and exactly once; Kafka Streams, where Java 17 and Maven
 * are at hand. Then how long a record takes to a pane, and how long a killed process takes to go on.
 *
 * Everybody has a process of its own and the same records, and is held to the sums that must come. A time is from the first record that a
 * contender has seen to its last result that a reader of committed records can see: joining the group is not in it, the last commit is.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type KafkaClient, type KafkaRecord, kafkaJs } from 'tidemark/kafka';
import { startBroker } from './broker.js';
import type { Spec, Word } from './contender.js';
import { buildStreams, startStreams } from './streams.js';
import { CLOSING, close, expectedSums, makeTopic, type Sum, type Workload, writeInput } from './workload.js';

const CONTENDER = fileURLToPath(new URL('contender.js', import.meta.url));
/** Milliseconds after which a contender that has not finished is given up. */
const PATIENCE = 180_000;

/** A contender that runs. */
export interface Running {
  /** `Date.now()` of its first record. */
  readonly begun: Promise<number>;
  /** Milliseconds of processor time, and megabytes. */
  usage(): Promise<{ readonly milliseconds: number; readonly megabytes: number } | undefined>;
  kill(): Promise<void>;
}

interface Contender {
  readonly name: string;
  /** What it reads alone, without windows. */
  readonly reads?: boolean;
  start(output: string, group: string, folder: string): Running;
  /** Whether windows close by the time of the wall too, so that the end has to be said again. */
  readonly nudge?: boolean;
}

interface Result {
  readonly seconds: number;
  readonly cpu: number | undefined;
  readonly megabytes: number | undefined;
}

/** What all parts of the benchmark work with. */
export interface World {
  readonly client: KafkaClient;
  readonly address: string;
  readonly folder: string;
  readonly quick: boolean;
  readonly progress: (line: string) => void;
}

/** @returns the exit code */
export async function races(quick: boolean): Promise<number> {
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const broker = await startBroker(progress);
  if (typeof broker === 'string') {
    console.error(`No Kafka broker: ${broker}. It needs Java and Maven: apt-get install -y default-jre-headless maven`);
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-kafka-bench-'));
  const client = kafkaJs({ brokers: [broker.address] });
  try {
    console.log(
      `Node ${process.version}, Kafka ${broker.version}: one broker, on this machine, which it shares with all that is measured.`,
    );
    const world = { client, address: broker.address, folder, quick, progress };
    const right = await throughput(world);
    const { latencies } = await import('./latency.js');
    await latencies(world);
    const { recoveries } = await import('./recovery.js');
    await recoveries(world);
    return right ? 0 : 1;
  } finally {
    await client.close();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns whether all sums were right */
async function throughput(world: World): Promise<boolean> {
  const { client, quick, progress } = world;
  const workload: Workload = { events: quick ? 200_000 : 1_000_000, keys: 10_000, eventsPerSecond: quick ? 400 : 1_000, partitions: 4 };
  await makeTopic(client, 'purchases', workload.partitions);
  await writeInput(client, 'purchases', workload, progress);
  const expected = expectedSums(workload);
  const contenders = await contendersOf(world);
  const results = new Map<string, Result[]>();
  let right = true;
  const rounds = quick ? 1 : 3;
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      progress(`[round ${round + 1}/${rounds}, ${i + 1}/${contenders.length}] ${contender.name}`);
      const result = await race(world, contender, workload, expected, `r${round}c${i}`);
      if (typeof result === 'string') {
        console.error(`${contender.name}: ${result}`);
        right = false;
      } else results.set(contender.name, [...(results.get(contender.name) ?? []), result]);
    }
  }
  show(contenders, results, workload, expected.size);
  return right;
}

async function contendersOf({ address, folder, progress }: World): Promise<Contender[]> {
  const of = (name: string, role: Spec['role'], delivery: Spec['delivery'], more: { tasks?: number; topic?: string } = {}): Contender => ({
    name,
    reads: role === 'read',
    start: (output, group) =>
      begin({
        role,
        address,
        input: 'purchases',
        output,
        name: group,
        delivery,
        every: 1000,
        storage: more.topic === undefined ? { folder: join(folder, group) } : { topic: more.topic },
        tasks: more.tasks,
      }),
  });
  const contenders = [
    of('kafkajs, read and parse alone', 'read', 'at-least-once'),
    of('kafkajs, windows by hand', 'by-hand', 'at-least-once'),
    of('tidemark, at least once', 'sums', 'at-least-once'),
    of('tidemark, exactly once', 'sums', 'exactly-once'),
    of('tidemark, exactly once, one task', 'sums', 'exactly-once', { tasks: 1 }),
    of('tidemark, exactly once, kafkaStorage', 'sums', 'exactly-once', { topic: 'checkpoints' }),
  ];
  const missing = await buildStreams(progress);
  if (missing !== undefined) {
    console.log(`Kafka Streams was not run: ${missing}.`);
    return contenders;
  }
  const streams = (name: string, guarantee: 'at_least_once' | 'exactly_once_v2'): Contender => ({
    name,
    nudge: true,
    start: (output, group, state) => startStreams({ address, input: 'purchases', output, name: group, guarantee, folder: state }),
  });
  return [
    ...contenders,
    streams('Kafka Streams, at least once', 'at_least_once'),
    streams('Kafka Streams, exactly once', 'exactly_once_v2'),
  ];
}

/** Starts a contender of tidemark or kafkajs. */
export function begin(spec: Spec, hear: (word: Word) => void = () => undefined): Running {
  const running: ChildProcess = fork(CONTENDER, [JSON.stringify(spec)], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const over = new Promise<void>(resolve => running.once('exit', () => resolve()));
  const usages: ((word: Word) => void)[] = [];
  const begun = new Promise<number>((resolve, reject) => {
    running.on('message', (word: Word) => {
      if (word.type === 'begun') resolve(word.at);
      if (word.type === 'usage') usages.shift()?.(word);
      hear(word);
    });
    void over.then(() => reject(new Error('it has ended')));
  });
  begun.catch(() => undefined);
  return {
    begun,
    async usage() {
      const word = new Promise<Word>(resolve => usages.push(resolve));
      running.send('usage');
      const found = await Promise.race([word, over]);
      return found?.type === 'usage' ? found : undefined;
    },
    async kill() {
      running.kill('SIGKILL');
      await over;
    },
  };
}

async function race(
  world: World,
  contender: Contender,
  workload: Workload,
  expected: ReadonlyMap<string, number>,
  id: string,
): Promise<Result | string> {
  const { client, folder } = world;
  const output = `out-${id}`;
  await makeTopic(client, output, 1);
  const running = contender.start(output, `bench-${id}`, join(folder, id));
  const found = new Map<string, number>();
  let [twice, wrong, read, count] = [0, 0, 0, 0];
  const take = (record: KafkaRecord): void => {
    const key = String(record.key && Buffer.from(record.key));
    const { start, sum } = JSON.parse(String(Buffer.from(record.value as Uint8Array))) as Sum;
    if (key === CLOSING) {
      read = Math.max(read, sum);
      count++;
      return;
    }
    const of = `${key} ${start}`;
    if (found.has(of)) twice++;
    found.set(of, sum);
    if (expected.get(of) !== sum) wrong++;
  };
  const done = (): boolean => (contender.reads ? count === workload.partitions : found.size >= expected.size);
  let nudges = 0;
  const nudge = contender.nudge ? setInterval(() => void close(client, 'purchases', workload, ++nudges), 1000) : undefined;
  try {
    const end = await until(client, output, take, done);
    if (end === undefined) return `not done after ${PATIENCE / 1000} s: ${found.size} of ${expected.size} results`;
    const seconds = (end - (await running.begun)) / 1000;
    const usage = await running.usage();
    if (twice + wrong > 0) return `${twice} results came twice, ${wrong} are wrong`;
    if (contender.reads && read !== workload.events) return `read ${read} records`;
    return { seconds, cpu: usage && usage.milliseconds / 1000, megabytes: usage?.megabytes };
  } finally {
    clearInterval(nudge);
    await running.kill();
  }
}

/** Reads a topic of one partition until something has come; the time at which it was seen, or undefined. */
export async function until(
  client: KafkaClient,
  topic: string,
  take: (record: KafkaRecord, seen: number) => void,
  done: () => boolean,
  patience: number = PATIENCE,
): Promise<number | undefined> {
  const limit = Date.now() + patience;
  for (let next = 0; Date.now() < limit; ) {
    const batch = await client.read({ topic, partition: 0 }, next);
    const seen = Date.now();
    for (const record of batch.records) take(record, seen);
    if (done()) return seen;
    if (batch.next === next) await new Promise(resolve => setTimeout(resolve, 5));
    next = batch.next;
  }
  return undefined;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function show(contenders: readonly Contender[], results: ReadonlyMap<string, readonly Result[]>, workload: Workload, sums: number): void {
  const { events, keys, partitions } = workload;
  console.log(
    `\n${events} records of ${keys} keys in ${partitions} partitions; ${sums} sums of a minute. Checkpoints and commits every second.\n`,
  );
  const limit = median((results.get('kafkajs, windows by hand') ?? []).map(({ seconds }) => seconds));
  console.log(['contender'.padEnd(40), 'records/s', 'of the limit', 'CPU s', 'MB'].map(text => text.padStart(12)).join(' '));
  for (const { name } of contenders) {
    const runs = results.get(name) ?? [];
    if (runs.length === 0) continue;
    const seconds = median(runs.map(run => run.seconds));
    const cpu = runs[0]?.cpu === undefined ? '' : median(runs.map(run => run.cpu as number)).toFixed(1);
    const megabytes = runs[0]?.megabytes === undefined ? '' : median(runs.map(run => run.megabytes as number)).toFixed(0);
    const columns = [Math.round(events / seconds).toLocaleString('en'), (limit / seconds).toFixed(2), cpu, megabytes];
    console.log([name.padEnd(40), ...columns.map(text => text.padStart(12))].join(' '));
  }
  console.log(
    '\nThe limit is the same windows by hand over the same client, without transactions, checkpoints, or a way back after a crash.',
  );
}
