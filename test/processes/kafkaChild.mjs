/**
 * A process of a job over Kafka, of the built library: `node kafkaChild.mjs OPTIONS`, which are JSON: see kafkaLife.ts. Prints a line for what
 * happens, so that its killer knows; reads from its input when it is to stop. It takes its time over elements, so that there is time to be killed in.
 */
import { tap } from 'rxjs';
import { boundedOutOfOrderness, run, sum, tumbling, windowBy } from '../../dist/index.js';
import { fromKafka, json, kafkaJs, kafkaStorage, paneValue, toKafka } from '../../dist/kafka.js';
import { fileSystem } from '../../dist/node.js';

const { address, input, output, name, folder, die, transactionTimeout = '1m', sessionTimeout = '1500ms' } = JSON.parse(process.argv[2]);

const say = line => process.stdout.write(`${line}\n`);

/** Dies by kill -9 where it is told to, at the so-manieth time. */
let passes = 0;
function pass(point) {
  if (point !== die?.point || ++passes !== die.times) return;
  const now = () => process.kill(process.pid, 'SIGKILL');
  if (die.later === undefined) now();
  else setTimeout(now, die.later);
}

/** The steps of a checkpoint: chunks, the slot, and the transaction that decides. */
function around(object, method, before, after) {
  const call = object[method].bind(object);
  object[method] = async (...args) => {
    pass(before);
    const result = await call(...args);
    pass(after);
    return result;
  };
}

const kafka = kafkaJs({ brokers: address.split(',') }, { heartbeatInterval: '200ms', sessionTimeout, transactionTimeout, maxWait: '50ms' });
const acquire = kafka.acquire.bind(kafka);
kafka.acquire = async id => {
  const transactor = await acquire(id);
  pass('acquired');
  around(transactor, 'commit', 'committing', 'committed');
  return transactor;
};
const storage = folder === undefined ? kafkaStorage(kafka, { topic: `${name}-state` }) : fileSystem(folder);
around(storage, 'putChunk', 'chunk', 'chunked');
around(storage, 'appendSlot', 'slot', 'slotted');

const tired = new Int32Array(new SharedArrayBuffer(4));
let elements = 0;
const sums = fromKafka(kafka, {
  name: 'readings',
  topic: input,
  value: json(),
  timestamp: ({ value }) => value.at,
  watermark: boundedOutOfOrderness(40),
}).pipe(
  tap(() => {
    if (elements++ % 4 === 0) Atomics.wait(tired, 0, 0, 1);
  }),
  windowBy(tumbling(100), {
    name: 'sums',
    key: ({ value }) => value.key,
    aggregate: sum(({ value }) => value.amount),
    allowedLateness: 200,
  }),
  toKafka(kafka, { name: 'out', topic: output, value: paneValue(json()) }),
);

const job = run(sums, { name, storage, checkpoints: { every: 60, minPause: 10 } });
job.events.subscribe(event => {
  if (event.type !== 'task') return;
  const { type } = event.event;
  if (type === 'started' || type === 'lost') say(`${type} ${event.task}`);
  if (type === 'checkpoint') say(`checkpoint ${event.task} ${event.event.checkpoint.seq}`);
  if (type === 'restarting') say(`restarting ${event.task} ${event.event.error.code}`);
});
process.stdin.on('data', () => void job.stop({ drain: true })).resume();
process.stdin.on('end', () => process.exit(0));
try {
  await job.done;
  say('done');
} catch (error) {
  say(`failed ${error.code} ${error.message}`);
}
await kafka.close();
process.exit(0);
