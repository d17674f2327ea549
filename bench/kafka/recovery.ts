/** How long it takes to go on after `kill -9` with a million keys of state: in another process, from the checkpoint, exactly once. */
import { join } from 'node:path';
import type { KafkaClient, KafkaOutput } from 'tidemark/kafka';
import type { Spec, Word } from './contender.js';
import { begin, until, type World } from './races.js';
import { makeTopic } from './workload.js';

const PARTITIONS = 2;
/** The session time-out of the contender, in milliseconds. */
const SESSION = 3000;

export async function recoveries(world: World): Promise<void> {
  const keys = world.quick ? 100_000 : 1_000_000;
  console.log(
    `\nAfter kill -9 of a process with ${keys} keys of state, in seconds; a member that is gone is given up after ${SESSION / 1000} s.\n`,
  );
  console.log(['checkpoints in'.padEnd(24), 'MB', 'state in', 'restored', 'first result'].map(text => text.padStart(16)).join(' '));
  for (const [name, storage] of [
    ['files', { folder: join(world.folder, 'recovery') }],
    ['kafkaStorage', { topic: 'recovery-checkpoints' }],
  ] as const) {
    world.progress(`recovery: ${name}`);
    await measure(world, name, storage, keys);
  }
}

async function measure(world: World, name: string, storage: Spec['storage'], keys: number): Promise<void> {
  const { client, address, progress } = world;
  const [input, output] = [`state-${name}`, `counts-${name}`];
  await makeTopic(client, input, PARTITIONS);
  await makeTopic(client, output, 1);
  await fill(client, input, keys, progress);
  const spec: Spec = {
    role: 'state',
    address,
    input,
    output,
    name: `recovery-${name}`,
    delivery: 'exactly-once',
    every: 2000,
    storage,
    tasks: undefined,
  };
  // Of each task, its largest checkpoint: the rest is small when all keys are in.
  let [bytes, quiet] = [0, 0];
  const words: Word[] = [];
  const first = begin(spec, word => {
    if (word.type !== 'checkpoint') return;
    bytes += word.bytes ?? 0;
    quiet = (word.bytes ?? 0) < 10_000 && bytes > keys ? quiet + 1 : 0;
  });
  const started = await first.begun;
  const limit = Date.now() + 240_000;
  while (quiet < 3 * PARTITIONS && Date.now() < limit) await new Promise(resolve => setTimeout(resolve, 100));
  const whole = Date.now();
  const killed = Date.now();
  await first.kill();
  const second = begin(spec, word => void words.push(word));
  // A record for each partition, of a key that has state: its pane says that the state is there.
  await client.producer().then(async producer => {
    await producer.send(
      Array.from({ length: PARTITIONS }, (_, partition) => ({
        topic: input,
        partition,
        key: 'x',
        value: purchase(`p${partition}-0`),
        timestamp: 1,
      })),
    );
    await producer.close();
  });
  const seen = new Set<string>();
  const end = await until(
    client,
    output,
    ({ key }) => void seen.add(String(key && Buffer.from(key))),
    () => seen.size >= PARTITIONS,
  );
  await second.kill();
  const when = (type: Word['type']): string => {
    const at = Math.max(...words.filter(word => word.type === type).map(word => ('at' in word ? word.at : Number.NaN)));
    return Number.isFinite(at) ? ((at - killed) / 1000).toFixed(1) : '?';
  };
  const columns = [
    (bytes / 2 ** 20).toFixed(0),
    ((whole - started) / 1000).toFixed(1),
    when('restored'),
    end === undefined ? 'never' : ((end - killed) / 1000).toFixed(1),
  ];
  console.log([name.padEnd(24), ...columns.map(text => text.padStart(16))].join(' '));
}

const purchase = (user: string): string => JSON.stringify({ user, amount: 1, page: '/' });

async function fill(client: KafkaClient, topic: string, keys: number, progress: (line: string) => void): Promise<void> {
  const producer = await client.producer();
  let records: KafkaOutput[] = [];
  for (let i = 0; i < keys; i++) {
    const partition = i % PARTITIONS;
    records.push({ topic, partition, key: String(i), value: purchase(`p${partition}-${Math.floor(i / PARTITIONS)}`), timestamp: 0 });
    if (records.length < 20_000 && i < keys - 1) continue;
    await producer.send(records);
    records = [];
    if ((i + 1) % 200_000 === 0) progress(`  state: ${i + 1} of ${keys} keys`);
  }
  await producer.close();
}
