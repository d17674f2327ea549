/** The graph of a job over Kafka, looked through before it begins: what it reads and writes there, and whether that can be done in tasks. */
import { mustBe, show, TidemarkError } from '../errors.js';
import type { SinkStream } from '../job/defineSink.js';
import { sinksOf } from '../job/graph.js';
import type { JobSpec } from '../job/jobSpec.js';
import type { KafkaClient } from '../kafka/port.js';
import type { EventStream } from '../stream/eventStream.js';
import { KafkaRows } from './kafkaRows.js';
import type { KafkaSource } from './kafkaSource.js';
import { type StageCut, stageCuts } from './stageCuts.js';
import type { TaskRows } from './taskSink.js';

/** Milliseconds for last checkpoints before a division. */
const HANDOVER = 10_000;

/** What a job over Kafka reads and writes. */
export interface DividedGraph {
  readonly client: KafkaClient;
  /** Milliseconds. */
  readonly handover: number;
  /** Those that must exist. */
  readonly topics: readonly string[];
  /** Each behind those that it begins with. */
  readonly stages: readonly DividedStage[];
}

/** A part of the graph whose tasks do it as a whole. */
export interface DividedStage extends Omit<StageCut, 'streams'> {
  readonly group: string;
  readonly sources: readonly KafkaSource[];
  /** Undefined: as many as there are partitions. */
  readonly tasks: number | undefined;
  /** The sinks whose rows are in the transactions of tasks. */
  readonly rows: readonly (readonly [stream: object, rows: KafkaRows<unknown>])[];
}

/** A stream of the graph that reads Kafka. */
interface ReadsKafka {
  readonly kafkaSource: KafkaSource;
}

/** @throws TidemarkError `BAD_OPTION` for what cannot run in tasks. */
export function dividedGraph(outputs: readonly EventStream<unknown>[], spec: JobSpec): DividedGraph {
  const where = `run "${spec.name}"`;
  refuseOptions(spec, where);
  const cuts = stageCuts(outputs);
  const all = cuts.flatMap(({ streams }) => sourcesOf(streams, where));
  checkSources(all, where);
  const { client } = all[0] as KafkaSource;
  const group = same(all, 'group', where) ?? spec.name;
  const stages = cuts.map(({ name, outputs, outs, streams }): DividedStage => {
    const sources = sourcesOf(streams, where);
    const rows = rowsOf(sinksOf(streams), client, where);
    const tasks = same(sources, 'tasks', where);
    return { name, outputs, outs, group: name === undefined ? group : `${group}-${name}`, sources, tasks, rows };
  });
  const between = new Set(cuts.flatMap(({ outs }) => outs.map(out => out.spec.topic)));
  const read = all.flatMap(({ topics }) => topics.filter(topic => !between.has(topic)));
  const written = stages.flatMap(({ rows }) => rows.map(([, { topic }]) => topic));
  return { client, handover: same(all, 'handover', where) ?? HANDOVER, topics: [...new Set([...read, ...written])], stages };
}

/** The number of partitions that all topics have which are read together. */
export function partitionsOf(sources: readonly KafkaSource[], counts: ReadonlyMap<string, number>, job: string): number {
  const topics = sources.flatMap(source => source.topics);
  const numbers = topics.map(topic => counts.get(topic) as number);
  const first = numbers[0] as number;
  if (numbers.every(number => number === first)) return first;
  const told = topics.map((topic, i) => `${topic} has ${numbers[i]}`).join(', ');
  throw new TidemarkError(
    'BAD_OPTION',
    `run "${job}": topics that are read together must have equally many partitions, since a task reads those of one number: ${told}. Make a topic with as many, and write into it by key; or put repartition() behind the source; or run two jobs, if the streams never meet.`,
  );
}

/** The rows of sinks, as tasks write them. */
export function taskRows({ rows }: DividedStage, counts: ReadonlyMap<string, number>): TaskRows[] {
  return rows.map(([stream, sink]) => ({ stream, records: sink.recordsIn(counts.get(sink.topic)), room: sink.room, table: sink.table }));
}

function refuseOptions({ from, host, atEnd }: JobSpec, where: string): void {
  const refused: readonly (readonly [unknown, string])[] = [
    [from, 'from: a job over Kafka cannot begin with a savepoint'],
    [host, 'host: the group says who is at work'],
    [atEnd, 'atEnd: topics have no end'],
  ];
  for (const [given, why] of refused) if (given !== undefined) throw new TidemarkError('BAD_OPTION', `${where}: ${why}. Leave it out.`);
}

function sourcesOf(streams: readonly EventStream<unknown>[], where: string): KafkaSource[] {
  const beginnings = streams.filter(({ inputs }) => inputs.length === 0);
  const other = beginnings.find(stream => !('kafkaSource' in stream));
  if (other)
    throw new TidemarkError(
      'BAD_OPTION',
      `${where}: ${other.kind} stands beside fromKafka, and each task would read all of it. Write its elements into a topic and read that.`,
    );
  return beginnings.map(stream => (stream as unknown as ReadsKafka).kafkaSource);
}

function checkSources(sources: readonly KafkaSource[], where: string): void {
  const topics = sources.flatMap(source => source.topics);
  const twice = topics.find((topic, i) => topics.indexOf(topic) < i);
  if (twice !== undefined)
    throw new TidemarkError(
      'BAD_OPTION',
      `${where}: topic ${twice} is read twice. Read it once; split() and share() make several streams of it.`,
    );
  const [first] = sources;
  const foreign = sources.find(({ client }) => client !== first?.client);
  if (foreign) throw otherClient(where, `the source "${foreign.name}"`);
}

function rowsOf(sinks: readonly SinkStream<unknown>[], client: KafkaClient, where: string): (readonly [object, KafkaRows<unknown>])[] {
  const rows = sinks.flatMap(stream => {
    const { definition } = stream;
    return definition instanceof KafkaRows && definition.mode === 'sink-decides' ? [[stream, definition] as const] : [];
  });
  for (const [, { client: own, name }] of rows) if (own !== client) throw otherClient(where, `toKafka "${name}"`);
  const decider = sinks.find(({ definition }) => definition.mode === 'sink-decides' && !(definition instanceof KafkaRows));
  const [first] = rows;
  if (first && decider)
    throw new TidemarkError(
      'BAD_OPTION',
      `${where}: toKafka "${first[1].name}" and ${decider.kind} both say where a restart begins, and one can. Give toPostgres a key and a version, so that its rows replace each other; or write delivery: 'at-least-once' in toKafka.`,
    );
  return rows;
}

function otherClient(where: string, what: string): TidemarkError {
  return new TidemarkError(
    'BAD_OPTION',
    `${where}: ${what} has a client of its own. Sources and exactly-once sinks of a job have one client.`,
  );
}

/** What all sources say of the job, if they say it. */
function same<K extends 'group' | 'tasks' | 'handover'>(sources: readonly KafkaSource[], option: K, where: string): KafkaSource[K] {
  const said = sources.map(source => source[option]).filter(value => value !== undefined);
  const other = said.find(value => value !== said[0]);
  if (other !== undefined) throw mustBe(`${where}: ${option} of all fromKafka`, show(said[0]), other);
  return said[0] as KafkaSource[K];
}
