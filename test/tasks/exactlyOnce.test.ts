/** Exactly once, whatever happens: what readers of committed records see is what an undisturbed run would have said. */
import fc from 'fast-check';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { json } from '../../src/kafka/codec.js';
import type { KafkaFault } from '../../src/kafka/memoryKafka.js';
import type { KafkaClient } from '../../src/kafka/port.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { fromKafka } from '../../src/tasks/fromKafka.js';
import { repartition } from '../../src/tasks/repartition.js';
import { toKafka } from '../../src/tasks/toKafka.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Member, World } from './harness.js';

const PARTITIONS = 3;
const WINDOW = 10;
const DISORDER = 7;

interface Element {
  readonly id: number;
  readonly key: string;
  readonly at: number;
}

type Happening = 'write' | 'start' | 'crash' | 'evict' | 'revive' | 'expire' | 'checkpoint' | 'stop' | 'drain' | 'turn';

const happenings: Happening[] = [
  'write',
  'write',
  'write',
  'start',
  'start',
  'crash',
  'evict',
  'revive',
  'expire',
  'checkpoint',
  'stop',
  'drain',
];

interface Schedule {
  readonly tasks: number;
  /** Elements meet by another key in a second stage. */
  readonly staged: boolean;
  readonly events: readonly { readonly event: Happening; readonly which: number; readonly turns: number }[];
  /** At each call of the first ones. */
  readonly faults: readonly KafkaFault[];
}

const schedules: fc.Arbitrary<Schedule> = fc.record({
  tasks: fc.integer({ min: 1, max: PARTITIONS }),
  staged: fc.boolean(),
  events: fc.array(
    fc.record({ event: fc.constantFrom(...happenings), which: fc.nat({ max: 999 }), turns: fc.constantFrom(0, 1, 3, 10, 30) }),
    { maxLength: 30, size: 'max' },
  ),
  faults: fc.array(
    fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom<KafkaFault>('before', 'after') }),
    {
      minLength: 1,
      maxLength: 300,
      size: 'max',
    },
  ),
});

/** By what elements meet: what partitions they are written into, or another key. */
const keyOf = ({ key, id }: Element, staged: boolean): string => (staged ? `g${id % 3}` : key);

/** What a job of the test says of its elements, by two sinks. */
const program =
  ({ tasks, staged }: Schedule) =>
  (client: KafkaClient): EventStream<unknown> => {
    const elements = fromKafka(client, {
      name: 'elements',
      topic: 'in',
      value: json<Element>(),
      timestamp: ({ value }) => value.at,
      watermark: boundedOutOfOrderness(DISORDER),
      tasks,
      buffer: { high: 8, low: 3 },
    }).pipe(
      toKafka(client, { name: 'copies', topic: 'copies', value: { encode: ({ value }) => String(value.id) }, room: 2 }),
      map(({ value }) => value),
    );
    const key = (element: Element): string => keyOf(element, staged);
    const met = staged
      ? elements.pipe(repartition(client, { name: 'mid', topic: 'mid', key, value: json<Element>(), partitions: 2 }))
      : elements;
    return met.pipe(
      windowBy(tumbling(WINDOW), { name: 'panes', key, aggregate: collect() }),
      toKafka(client, {
        name: 'out',
        topic: 'out',
        value: { encode: pane => JSON.stringify(pane.value.map(({ id }) => id).sort((a, b) => a - b)) },
        room: 5,
      }),
    );
  };

class Play {
  readonly world: World;
  readonly elements: Element[] = [];
  readonly #program: ReturnType<typeof program>;
  /** What fails of them may have failed at the last checkpoint. */
  readonly #stopped = new Set<Member>();
  #healed = false;
  #calls = 0;
  #time = 0;

  readonly #staged: boolean;

  constructor(schedule: Schedule) {
    const { faults, staged } = schedule;
    this.#staged = staged;
    this.world = new World({ in: PARTITIONS, out: 2, copies: 1 }, what => {
      // What fails before anything runs fails the job at once: somebody has to look.
      if (this.#healed || what.startsWith('createTopic')) return undefined;
      return faults[this.#calls++];
    });
    this.#program = program(schedule);
  }

  async do(event: Happening, which: number): Promise<void> {
    const { world } = this;
    const { alive } = world;
    const member = alive[which % Math.max(1, alive.length)];
    if (event === 'write') this.#write(which);
    else if (event === 'start') {
      if (alive.length < 3) world.start(this.#program);
    } else if (event === 'expire') world.kafka.expire(`job${which > 500 ? '-mid' : ''}-${which % PARTITIONS}`);
    else if (!member) return;
    else if (event === 'crash') world.crash(member);
    else if (event === 'evict') world.kafka.evict(member.client);
    else if (event === 'revive') await world.kafka.revive(member.client).catch(() => undefined);
    else if (event === 'checkpoint') member.job.checkpoint().catch(() => undefined);
    else {
      this.#stopped.add(member);
      member.job.stop({ drain: event === 'drain' }).catch(() => undefined);
    }
  }

  #write(which: number): void {
    for (let i = 0; i < 4; i++) {
      const partition = (which + i * i) % PARTITIONS;
      const key = `${partition}-${(which >> 2) % 2}`;
      this.#time += which % 5;
      this.#put({ id: this.elements.length, key, at: this.#time + ((which * 7 + i * 3) % (DISORDER + 1)) }, partition);
    }
  }

  #put(element: Element, partition: number): void {
    this.elements.push(element);
    this.world.kafka.write([{ topic: 'in', partition, value: JSON.stringify(element) }]);
  }

  get output(): string[] {
    return this.world.kafka.read('out').map(({ key, value, headers }) => {
      const text = (bytes: unknown) => (bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : '');
      return `${text(key)} ${text(headers['tidemark-window-start'])} ${text(value)}`;
    });
  }

  get copies(): string[] {
    return this.world.kafka.read('copies').map(({ value }) => new TextDecoder().decode(value as Uint8Array));
  }

  /** No more faults: all that were given up find out, a new process comes, and event time ends. */
  async heal(): Promise<void> {
    const { world } = this;
    this.#healed = true;
    for (const { client } of world.alive) void world.kafka.revive(client).catch(() => undefined);
    for (let partition = 0; partition < PARTITIONS; partition++) this.#put({ id: -1, key: `${partition}-0`, at: 1_000_000 }, partition);
    const expected = expectedOf(this.elements, this.#staged);
    world.start(this.#program);
    const isThere = (): boolean => this.output.length >= expected.length && this.copies.length >= this.elements.length;
    for (let turns = 0; turns < 3000 && !isThere(); turns++) await world.turn();
    // What comes too much comes now.
    for (let turns = 0; turns < 30; turns++) await world.turn();
    const failed = world.members.filter(member => typeof member.outcome === 'object' && !member.dead && !this.#stopped.has(member));
    expect(failed.map(({ outcome }) => outcome)).toEqual([]);
    expect(this.output.sort()).toEqual(expected);
    expect(this.copies.sort()).toEqual(this.elements.map(({ id }) => String(id)).sort());
    await world.end();
  }
}

function expectedOf(elements: readonly Element[], staged: boolean): string[] {
  const panes = new Map<string, number[]>();
  for (const element of elements) {
    const { id, at } = element;
    // Event time ends with them.
    if (id < 0) continue;
    const pane = `${keyOf(element, staged)} ${Math.floor(at / WINDOW) * WINDOW}`;
    panes.set(pane, [...(panes.get(pane) ?? []), id]);
  }
  return [...panes].map(([pane, ids]) => `${pane} ${JSON.stringify(ids.sort((a, b) => a - b))}`).sort();
}

describe('windows from topic to topic', () => {
  it('are exact, whatever fails, crashes, sleeps, is given up or takes too long', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async schedule => {
        const play = new Play(schedule);
        for (const { event, which, turns } of schedule.events) {
          await play.do(event, which);
          for (let i = 0; i < turns; i++) await play.world.turn();
        }
        await play.heal();
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
