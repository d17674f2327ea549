/**
 * How long a record takes: to the early pane that it brings about, and from the record that moves the watermark over the end of a window to
 * the pane of that window, as readers of committed records see both.
 */
import { join } from 'node:path';
import type { KafkaClient } from 'tidemark/kafka';
import type { Spec } from './contender.js';
import { begin, type Running, until, type World } from './races.js';
import { makeTopic } from './workload.js';

const RATE = 500;
/** Milliseconds: what the watermark is behind. */
const BOUND = 100;
const SECOND = 1000;

export async function latencies(world: World): Promise<void> {
  console.log(
    `\nMilliseconds at ${RATE} records a second; early panes after each record, on-time panes of a second (watermark ${BOUND} ms behind).\n`,
  );
  console.log(['delivery'.padEnd(40), 'early p50', 'early p99', 'on time p50', 'on time p99'].map(text => text.padStart(12)).join(' '));
  const modes: [string, Spec['delivery'], number][] = [
    ['at least once', 'at-least-once', 1000],
    ['exactly once, a checkpoint every 100 ms', 'exactly-once', 100],
    ['exactly once, a checkpoint every second', 'exactly-once', 1000],
  ];
  for (const [i, [name, delivery, every]] of modes.entries()) {
    world.progress(`latency: ${name}`);
    const { early, onTime } = await measure(world, `l${i}`, delivery, every);
    const columns = [at(early, 0.5), at(early, 0.99), at(onTime, 0.5), at(onTime, 0.99)];
    console.log([name.padEnd(40), ...columns.map(value => value.toFixed(0).padStart(12))].join(' '));
  }
}

async function measure(
  world: World,
  id: string,
  delivery: Spec['delivery'],
  every: number,
): Promise<{ early: number[]; onTime: number[] }> {
  const { client, address, folder, quick } = world;
  const [input, output] = [`sent-${id}`, `newest-${id}`];
  await makeTopic(client, input, 1);
  await makeTopic(client, output, 1);
  const spec: Spec = {
    role: 'latency',
    address,
    input,
    output,
    name: id,
    delivery,
    every,
    storage: { folder: join(folder, id) },
    tasks: undefined,
  };
  const running = begin(spec);
  const stop = new AbortController();
  /** By the end of a window, when the record was sent that completed it. */
  const completed = new Map<number, number>();
  const sending = send(client, input, completed, stop.signal);
  try {
    return await listen(client, output, running, completed, quick ? 8 : 20);
  } finally {
    stop.abort();
    await sending;
    await running.kill();
  }
}

async function send(client: KafkaClient, topic: string, completed: Map<number, number>, signal: AbortSignal): Promise<void> {
  const producer = await client.producer();
  let next = Date.now();
  while (!signal.aborted) {
    const sent = Date.now();
    const due = Math.max(0, Math.floor(((sent - next) * RATE) / 1000));
    next += (due * 1000) / RATE;
    const end = Math.floor((sent - BOUND - 1) / SECOND) * SECOND;
    if (due > 0 && !completed.has(end)) completed.set(end, sent);
    const records = Array.from({ length: due }, (_, i) => ({
      topic,
      key: `user-${i % 10}`,
      value: JSON.stringify({ sent }),
      timestamp: sent,
    }));
    if (due > 0) await producer.send(records);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  await producer.close();
}

async function listen(client: KafkaClient, output: string, running: Running, completed: ReadonlyMap<number, number>, seconds: number) {
  const [early, onTime]: [number[], number[]] = [[], []];
  const begun = await running.begun;
  // What the compiler has to learn first does not count.
  const from = begun + 5000;
  await until(
    client,
    output,
    ({ value }, seen) => {
      const pane = JSON.parse(String(Buffer.from(value as Uint8Array))) as { start: number; sum: number; early: boolean };
      if (pane.sum < from) return;
      if (pane.early) early.push(seen - pane.sum);
      else {
        const sent = completed.get(pane.start + SECOND);
        if (sent !== undefined) onTime.push(seen - sent);
      }
    },
    () => Date.now() > from + seconds * 1000,
  );
  return { early, onTime };
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
