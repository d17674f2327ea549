/** Exactly once, whatever happens: every record of the input is in the output once, and those of one partition in their order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Broker, startBroker } from '../../bench/kafka/broker.js';
import { type KafkaFault, type MemoryKafka, memoryKafka } from '../../src/kafka/memoryKafka.js';
import type { KafkaClient } from '../../src/kafka/port.js';
import { readAll, textOf } from './bench.js';
import { Copier } from './copier.js';
import { realBench } from './realBench.js';
import { sharedBroker } from './shared.js';

const PARTITIONS = 3;
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

type Event = 'write' | 'start' | 'crash' | 'evict' | 'revive' | 'expire' | 'turn';

interface Schedule {
  readonly events: readonly { readonly event: Event; readonly which: number }[];
  /** At each call of the first ones. */
  readonly faults: readonly KafkaFault[];
}

const schedules: fc.Arbitrary<Schedule> = fc.record({
  events: fc.array(
    fc.record({
      event: fc.constantFrom<Event>('write', 'write', 'start', 'crash', 'evict', 'revive', 'expire', 'turn', 'turn'),
      which: fc.nat({ max: 9 }),
    }),
    { maxLength: 40, size: 'max' },
  ),
  faults: fc.array(fc.constantFrom<KafkaFault>(undefined, undefined, undefined, undefined, 'before', 'after'), {
    minLength: 1,
    maxLength: 100,
    size: 'max',
  }),
});

class Play {
  readonly kafka: MemoryKafka;
  readonly written: string[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly #clients: { client: KafkaClient; copier: Copier }[] = [];
  #healed = false;
  #calls = 0;

  constructor({ faults }: Schedule) {
    const fault = (): KafkaFault => (this.#healed ? undefined : faults[this.#calls++]);
    this.kafka = memoryKafka({ topics: { in: PARTITIONS, out: 1 }, fault, batch: 2 });
  }

  async do(event: Event, which: number): Promise<void> {
    const chosen = this.#clients[which % Math.max(1, this.#clients.length)];
    if (event === 'write') this.#write(which % PARTITIONS);
    else if (event === 'start') void this.#start();
    else if (event === 'expire') this.kafka.expire(`g-in-${which % PARTITIONS}`);
    else if (event === 'turn') await turn();
    else if (chosen && !chosen.copier.over) {
      if (event === 'crash') {
        chosen.copier.over = true;
        this.kafka.crash(chosen.client);
      } else if (event === 'evict') this.kafka.evict(chosen.client);
      else await this.kafka.revive(chosen.client).catch(() => undefined);
    }
  }

  #write(partition: number): void {
    for (let i = 0; i < 3; i++) {
      const value = `${partition}:${this.written[partition]?.length}`;
      this.written[partition]?.push(value);
      this.kafka.write([{ topic: 'in', partition, value }]);
    }
  }

  async #start(): Promise<void> {
    const client = this.kafka.client();
    const copier = new Copier(client, { input: 'in', output: 'out', group: 'g', pause: turn });
    this.#clients.push({ client, copier });
    await copier.start().catch(() => {
      copier.over = true;
    });
  }

  get output(): string[] {
    return this.kafka.read('out').map(({ value }) => textOf(value));
  }

  /** No more faults: a new process takes over what is left. Stops when all is copied, or nothing comes any more. */
  async heal(): Promise<void> {
    this.#healed = true;
    await this.#start();
    const total = this.written.flat().length;
    for (let turns = 0; turns < 500 && this.output.length < total; turns++) await turn();
    // What comes too much comes now.
    for (let turns = 0; turns < 5; turns++) await turn();
  }
}

describe('copying from topic to topic, in memory', () => {
  it('is exact, whatever fails, crashes, sleeps or takes too long', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async schedule => {
        const play = new Play(schedule);
        for (const { event, which } of schedule.events) await play.do(event, which);
        await play.heal();
        for (const [partition, expected] of play.written.entries())
          expect(play.output.filter(value => value.startsWith(`${partition}:`))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

const address = await sharedBroker();

describe.skipIf(!address)('copying from topic to topic, on a real broker', () => {
  it('is exact while processes come and go and the broker is killed', async () => {
    const broker = process.env.KAFKA_BROKERS ? undefined : ((await startBroker(() => undefined)) as Broker);
    const bench = await realBench(broker?.address ?? (address as string), '3s');
    const copiers: Copier[] = [];
    try {
      const [input, output, group] = [bench.name(), bench.name(), bench.name()];
      await bench.createTopic(input, PARTITIONS);
      await bench.createTopic(output, 1);
      const write = async (from: number, to: number): Promise<void> => {
        const records = Array.from({ length: to - from }, (_, i) => ({ topic: input, partition: i % PARTITIONS, value: String(from + i) }));
        const writer = await bench.client().acquire(bench.name());
        await writer.commit({ records });
        await writer.close();
      };
      let commits = 0;
      let wake: () => void = () => undefined;
      const committed = (): void => {
        commits++;
        wake();
      };
      const nextCommit = async (): Promise<void> => {
        for (const goal = commits + 1; commits < goal; ) await new Promise<void>(resolve => (wake = resolve));
      };
      const start = async (): Promise<Copier> => {
        const copier = new Copier(bench.client(), { input, output, group, pause: turn, committed });
        copiers.push(copier);
        await copier.start();
        return copier;
      };
      const first = await start();
      await write(0, 999);
      await nextCommit();
      await start();
      await write(999, 1_998);
      await nextCommit();
      await broker?.kill();
      await broker?.restart();
      await write(1_998, 2_997);
      await first.stop();
      await readAll(bench, output, [0], 2_997);
      const [end] = await bench.client().bounds([{ topic: output, partition: 0 }]);
      const all = await readAll(bench, output, [0], 2_997, end?.high);
      const copied = all.map(({ value }) => Number(textOf(value)));
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const expected = Array.from({ length: 999 }, (_, i) => i * PARTITIONS + partition);
        expect(copied.filter(value => value % PARTITIONS === partition)).toEqual(expected);
      }
    } finally {
      await Promise.all(copiers.map(copier => copier.stop()));
      await bench.close();
      await broker?.stop();
    }
    // More than usual with Kafka 4, and where others are at work.
  }, 120_000);
});
