/**
 * `npm run example:kafka [-- SEED]`: a broker, two producers whose sales arrive out of order, two workers that share the job, and a reader
 * of what they commit. Half-way one worker is killed (kill -9); another takes its place. In the end every minute's takings are held against
 * a plain sum of all sales. Exit code 1 if any differs, or any row came twice. KAFKA_BROKERS=host:port uses a broker that is there.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type KafkaClient, kafkaJs, type TopicPartition } from 'tidemark/kafka';
import { startBroker } from '../../bench/kafka/broker.js';
import { Board } from './board.js';
import { type Arrival, CLOSING, MINUTES, OPENING, SHOPS, salesOf, takingsOf } from './sales.js';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const PARTITIONS = 4;
/** So many seconds of the shops' time pass in one of ours. */
const PACE = 40;
const TICK = 100;
/** Milliseconds until the last row must be there. */
const PATIENCE = 60_000;

const seed = Number(process.argv[2] ?? 7);
if (!Number.isSafeInteger(seed)) {
  console.error('usage: npm run example:kafka [-- SEED], where SEED is a whole number');
  process.exit(2);
}

const inputs: TopicPartition[] = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'sales', partition }));
const output: TopicPartition = { topic: 'takings', partition: 0 };

/** Writes sales as they arrive. */
async function produce(kafka: KafkaClient, arrivals: readonly Arrival[]): Promise<void> {
  const producer = await kafka.producer();
  const begun = Date.now();
  for (let at = 0; at < arrivals.length; await rest(TICK)) {
    const now = OPENING + (Date.now() - begun) * PACE;
    const from = at;
    while (at < arrivals.length && (arrivals[at] as Arrival).arrives <= now) at++;
    const due = arrivals.slice(from, at).map(({ sale }) => ({ topic: 'sales', key: sale.shop, value: JSON.stringify(sale) }));
    if (due.length > 0) await producer.send(due);
  }
  await producer.close();
}

/** Says of every partition that the shops are closed. */
async function close(kafka: KafkaClient): Promise<void> {
  const producer = await kafka.producer();
  await producer.send(inputs.map(partition => ({ ...partition, value: JSON.stringify(CLOSING) })));
  await producer.close();
}

const workers: { readonly name: string; readonly child: ChildProcess }[] = [];
function work(address: string, folder: string): ChildProcess {
  const name = `worker ${workers.length + 1}`;
  const child = fork(WORKER, [address, folder], { execArgv: ['--import', 'tsx'] });
  child.on('message', ({ task, restored }: { task: number; restored: number | undefined }) => {
    console.log(`${name} has task ${task}${restored === undefined ? '' : `, and goes on from its checkpoint ${restored}`}`);
  });
  child.on('exit', (code, signal) => {
    console.log(`${name} ${signal === 'SIGKILL' ? 'is killed (kill -9)' : code ? `ended with exit code ${code}` : 'has stopped'}`);
    if (code) process.exitCode = 1;
  });
  workers.push({ name, child });
  return child;
}

/** Whether all that was written has been counted: the workers commit how far they have come. */
async function isCounted(kafka: KafkaClient): Promise<boolean> {
  const committed = await kafka.committed('takings', inputs);
  const bounds = await kafka.bounds(inputs);
  return bounds.every(({ partition, high }) => (committed.find(position => position.partition === partition)?.offset ?? 0) >= high);
}

/** Shows rows as they are committed, until there will be no more. */
async function watch(kafka: KafkaClient, board: Board, half: () => void, closed: () => boolean): Promise<void> {
  let [from, late] = [0, Infinity];
  for (let told = false; ; await rest(TICK)) {
    const counted = closed() && (await isCounted(kafka));
    const { records, next } = await kafka.read(output, from);
    for (const record of records) console.log(board.take(record));
    if (counted && records.length === 0 && next === from) return;
    from = next;
    if (!told && board.takings.size >= (SHOPS.length * MINUTES) / 2) {
      told = true;
      half();
    }
    if (closed() && late === Infinity) late = Date.now() + PATIENCE;
    if (Date.now() > late) throw new Error(`the workers have not counted all sales ${PATIENCE / 1000} s after the last one`);
  }
}

async function main(address: string, folder: string): Promise<void> {
  const kafka = kafkaJs({ brokers: address.split(',') });
  const arrivals = salesOf(seed);
  const truth = takingsOf(arrivals);
  const board = new Board();
  await kafka.createTopic({ topic: 'sales', partitions: PARTITIONS });
  await kafka.createTopic({ topic: 'takings', partitions: 1 });
  console.log(`seed ${seed}: ${arrivals.length} sales of ${MINUTES} minutes, ${PACE} times as fast as they happened\n`);
  const [first] = [work(address, folder), work(address, folder)];
  let closed = false;
  const half = (): void => {
    first.once('exit', () => void rest(1000).then(() => work(address, folder)));
    first.kill('SIGKILL');
  };
  const tills = [0, 1].map(till =>
    produce(
      kafka,
      arrivals.filter(({ sale }) => (SHOPS as readonly string[]).indexOf(sale.shop) % 2 === till),
    ),
  );
  const written = Promise.all(tills)
    .then(() => close(kafka))
    .then(() => {
      closed = true;
    });
  await Promise.all([written, watch(kafka, board, half, () => closed)]);
  await kafka.close();
  const wrong =
    [...truth].filter(([cell, cents]) => board.takings.get(cell) !== cents).length + Math.max(0, board.takings.size - truth.size);
  console.log(`\n${board.rows} rows, ${board.repeated} of them twice; ${board.corrections} correct one before`);
  console.log(`takings of ${truth.size} shops and minutes: ${truth.size - wrong} right, ${wrong} wrong`);
  if (wrong > 0 || board.repeated > 0) process.exitCode = 1;
}

const broker = process.env.KAFKA_BROKERS ? undefined : await startBroker(line => console.error(line));
if (typeof broker === 'string') {
  console.error(`No Kafka broker: ${broker}. It needs Java and Maven: apt-get install -y default-jre-headless maven`);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'tidemark-kafka-'));
try {
  await main(process.env.KAFKA_BROKERS ?? (broker?.address as string), join(folder, 'state'));
} finally {
  for (const { child } of workers) child.kill('SIGTERM');
  await Promise.all(
    workers.map(({ child }) =>
      child.exitCode === null && child.signalCode === null ? new Promise(resolve => child.once('exit', resolve)) : undefined,
    ),
  );
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
}
