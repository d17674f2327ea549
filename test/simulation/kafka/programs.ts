/** The programs of simulated jobs over Kafka, and what must stand in the topics behind them. */
import { filter, map, share } from 'rxjs';
import { collect } from '../../../src/aggregates/collect.js';
import type { Pane } from '../../../src/engine/pane.js';
import { json } from '../../../src/kafka/codec.js';
import { isRetraction, paneHeaders } from '../../../src/kafka/paneRecord.js';
import type { KafkaClient, KafkaRecord } from '../../../src/kafka/port.js';
import { windowBy } from '../../../src/operators/windowBy.js';
import type { EventStream } from '../../../src/stream/eventStream.js';
import { fromKafka } from '../../../src/tasks/fromKafka.js';
import type { KafkaMessage } from '../../../src/tasks/kafkaSource.js';
import { repartition } from '../../../src/tasks/repartition.js';
import { toKafka } from '../../../src/tasks/toKafka.js';
import { boundedOutOfOrderness } from '../../../src/time/boundedOutOfOrderness.js';
import { afterCount } from '../../../src/triggers/afterCount.js';
import { afterWatermark } from '../../../src/triggers/afterWatermark.js';
import { session } from '../../../src/windows/session.js';
import { tumbling } from '../../../src/windows/tumbling.js';
import { DISORDER, type Element } from './input.js';

type Message = KafkaMessage<Element>;
type Read = (topic: string) => readonly KafkaRecord[];

export interface Program {
  readonly build: (client: KafkaClient, topics: readonly string[], tasks: number) => EventStream<unknown>[];
  /** What readers see, as far as it is the same in every run; sorted. */
  readonly said: (read: Read) => string[];
  /** What they must see. */
  readonly expected: (elements: readonly Element[]) => string[];
}

export const OUTPUTS = { out: 2, table: 2 } as const;

const WINDOW = 10;
const GAP = 4;
const ROOM = 5;

const utf8 = new TextDecoder();
const text = (bytes: Uint8Array | null): string => (bytes ? utf8.decode(bytes) : '');
const ids = (all: readonly Element[]): string => JSON.stringify(all.map(({ id }) => id).sort((a, b) => a - b));
const value = { encode: (pane: Pane<unknown, readonly Message[]>) => ids(pane.value.map(({ value }) => value)) };
const key = ({ value }: Message): string => value.key;

function elements(client: KafkaClient, topics: readonly string[], tasks: number): EventStream<Message> {
  return fromKafka(client, {
    name: 'elements',
    topics,
    tasks,
    value: json<Element>(),
    timestamp: ({ value }) => value.at,
    watermark: boundedOutOfOrderness(DISORDER),
    buffer: { high: 4, low: 2 },
  });
}

/** A pane of each key and window, whatever the order. */
const windows: Program = {
  build: (client, topics, tasks) => [
    elements(client, topics, tasks).pipe(
      windowBy(tumbling(WINDOW), { name: 'panes', key, aggregate: collect() }),
      toKafka(client, { name: 'out', topic: 'out', value, room: ROOM }),
    ) as EventStream<unknown>,
  ],
  said: read =>
    read('out')
      .map(record => `${text(record.key)} ${paneHeaders(record)?.window.start} ${text(record.value)}`)
      .filter(inTime)
      .sort(),
  expected: elements => {
    const panes = new Map<string, Element[]>();
    for (const element of elements) {
      const pane = `${element.key} ${Math.floor(element.at / WINDOW) * WINDOW}`;
      panes.set(pane, [...(panes.get(pane) ?? []), element]);
    }
    return [...panes].map(([pane, of]) => `${pane} ${ids(of)}`).sort();
  },
};

/** Sessions that are said early and withdrawn: as a table, and as a log whose sum is the same, written in one transaction. */
const rows: Program = {
  build: (client, topics, tasks) => {
    const sessions = elements(client, topics, tasks).pipe(
      windowBy(session(GAP), {
        name: 'sessions',
        key,
        aggregate: collect(),
        trigger: afterWatermark({ early: afterCount(1) }),
        accumulation: 'retracting',
      }),
      share(),
    );
    return [
      sessions.pipe(toKafka(client, { name: 'table', topic: 'table', value, upsert: true, room: ROOM })),
      sessions.pipe(toKafka(client, { name: 'log', topic: 'out', value, room: ROOM })),
    ] as EventStream<unknown>[];
  },
  said: read => [...tableOf(read('table')).map(row => `row ${row}`), ...sumOf(read('out')).map(row => `sum ${row}`)].sort(),
  expected: elements =>
    sessionsOf(elements)
      .flatMap(row => [`row ${row}`, `sum 1 ${row}`])
      .sort(),
};

/** Each element once. */
const copy: Program = {
  build: (client, topics, tasks) => [
    elements(client, topics, tasks).pipe(
      filter(({ value }) => value.id >= 0),
      toKafka(client, { name: 'out', topic: 'out', value: { encode: ({ value }: Message) => String(value.id) }, key, room: ROOM }),
    ) as EventStream<unknown>,
  ],
  said: read =>
    read('out')
      .map(({ value }) => text(value))
      .sort(),
  expected: elements => elements.map(({ id }) => String(id)).sort(),
};

/** What lies in several partitions is brought together in a stage of its own. */
const stages: Program = {
  build: (client, topics, tasks) => [
    elements(client, topics, tasks).pipe(
      map(({ value }) => value),
      repartition(client, {
        name: 'r',
        topic: 'between',
        key: ({ key }) => key.slice(1),
        value: json<Element>(),
        partitions: 2,
        tasks: 1 + (tasks % 2),
      }),
      windowBy(tumbling(WINDOW), { name: 'panes', key: ({ key }) => key.slice(1), aggregate: collect() }),
      toKafka(client, {
        name: 'out',
        topic: 'out',
        value: { encode: (pane: Pane<unknown, readonly Element[]>) => ids(pane.value) },
        room: ROOM,
      }),
    ) as EventStream<unknown>,
  ],
  said: read =>
    read('out')
      .map(record => `${text(record.key)} ${paneHeaders(record)?.window.start} ${text(record.value)}`)
      .filter(row => !row.startsWith('end '))
      .sort(),
  expected: elements => windows.expected(elements.map(element => ({ ...element, key: element.key.slice(1) }))),
};

export const PROGRAMS = { windows, rows, copy, stages } satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

/** Those of the last elements need not have fired. */
function inTime(said: string): boolean {
  return !/^\dend /.test(said);
}

function rowOf(record: KafkaRecord): string {
  const { window } = paneHeaders(record) ?? {};
  return `${text(record.key)} ${window?.start}-${window?.end} ${text(record.value)}`;
}

function tableOf(records: readonly KafkaRecord[]): string[] {
  const held = new Map<string, string>();
  for (const { key, value } of records) {
    if (value) held.set(text(key), text(value));
    else held.delete(text(key));
  }
  return [...held]
    .map(([row, of]) => {
      const [key, start, end] = JSON.parse(row) as [string, number, number];
      return `${key} ${start}-${end} ${of}`;
    })
    .filter(inTime);
}

/** Each row that stands, and how often. */
function sumOf(records: readonly KafkaRecord[]): string[] {
  const counts = new Map<string, number>();
  for (const record of records) {
    const row = rowOf(record);
    counts.set(row, (counts.get(row) ?? 0) + (isRetraction(record) ? -1 : 1));
  }
  return [...counts].filter(([row, count]) => count !== 0 && inTime(row)).map(([row, count]) => `${count} ${row}`);
}

function sessionsOf(elements: readonly Element[]): string[] {
  const sessions: { key: string; start: number; end: number; of: Element[] }[] = [];
  for (const element of [...elements].sort((a, b) => a.at - b.at)) {
    const open = sessions.findLast(({ key }) => key === element.key);
    if (open && element.at < open.end) {
      open.end = element.at + GAP;
      open.of.push(element);
    } else sessions.push({ key: element.key, start: element.at, end: element.at + GAP, of: [element] });
  }
  return sessions.map(({ key, start, end, of }) => `${key} ${start}-${end} ${ids(of)}`);
}
