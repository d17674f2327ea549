/**
 * The same questions to Flink and to Kafka Streams, in a JVM beside this process: the same events, made by the same arithmetic, and the
 * same results. Slow ones get the beginning of the input. Each runs alone, while the others wait.
 */
import { session, sliding, tumbling, type WindowAssigner } from 'tidemark';
import { builtInSum, type Deliver, deliver, fromArrays, ownSum } from '../contenders/tidemark.js';
import type { Contender, Scenario } from '../harness.js';
import { Jvm, type JvmJob, type JvmSystem, versions } from '../jvm.js';
import { chunksOf, makeEvents, stringKeys, touch } from '../workloads/events.js';
import { deliverSession } from './sessions.js';

const SUM = 'sum()';
const OWN = 'own aggregate';
const BEGINNING = 'sum(), the beginning';

export interface JvmShape extends Omit<JvmJob, 'slide'> {
  readonly slide?: number;
  /** How many events Kafka Streams takes in about a second. */
  readonly forKafka: number;
  /** The faster one of its stores. */
  readonly store: 'kafka' | 'kafka-rocksdb';
  /** What the comparison with each is called in the picture. */
  readonly drawn: string;
}

export async function jvmScenario(name: string, shape: JvmShape, quick: boolean): Promise<Scenario> {
  const { kind, size, slide = 0, keys, eventsPerSecond, store, drawn } = shape;
  const [events, forKafka] = [shape.events, shape.forKafka].map(count => (quick ? count / 4 : count)) as [number, number];
  const input = makeEvents({ events, eventsPerSecond, stragglers: 'none' }, stringKeys(keys));
  const [chunks, beginning] = [chunksOf(input, 256), chunksOf(input.slice(0, forKafka), 256)];
  const assigner = assignerOf(kind, size, slide);
  const [sum, own] = [builtInSum<string>(assigner), ownSum<string>(assigner)];
  const say: Deliver<string> = kind === 'session' ? deliverSession : deliver;
  const jvm = new Jvm({ kind, size, slide, keys, events, eventsPerSecond });
  await jvm.ready();
  const { flink, kafka } = versions();
  const answers = `sum per key and ${kind} window`;
  const theirs = (title: string, system: JvmSystem): Contender => ({ name: title, answers, run: () => jvm.run(system, events) });
  const flinkKeyed = `Flink ${flink}, keyBy`;
  const flinkChained = `Flink ${flink}, one thread`;
  const streams = `Kafka Streams ${kafka}, ${store === 'kafka' ? 'in memory' : 'RocksDB'}`;
  const ofBeginning = { answers: 'the beginning', events: forKafka };
  return {
    name,
    events,
    about:
      `${kind} windows of ${size / 1_000} s${slide ? ` sliding by ${slide / 1_000} s` : ''}, ${keys} string keys, disorder 5 s, ${events} events in arrays ` +
      `of 256; Flink: heap backend, object reuse, no checkpoints; Kafka Streams: a task without a broker, the first ${forKafka} events`,
    contenders: [
      { name: SUM, answers, run: () => fromArrays(chunks, sum, {}, say) },
      { name: OWN, answers, run: () => fromArrays(chunks, own, {}, say) },
      theirs(flinkKeyed, 'flink'),
      theirs(flinkChained, 'flink-chained'),
      { ...ofBeginning, name: BEGINNING, run: () => fromArrays(beginning, sum, {}, say) },
      { ...ofBeginning, name: streams, run: () => jvm.run(store, forKafka) },
    ],
    reference: SUM,
    ratio: 'speed',
    warmup: 5,
    rounds: 5,
    claims: [
      { contender: SUM, over: flinkKeyed, target: 1 },
      { contender: SUM, over: flinkChained, target: 1, drawn: `Flink, ${drawn}` },
      { contender: OWN, over: flinkKeyed, target: 1 },
      { contender: OWN, over: flinkChained, target: 1 },
      { contender: BEGINNING, over: streams, target: 1, drawn: `Kafka Streams, ${drawn}` },
    ],
    touch: () => touch(input),
  };
}

function assignerOf(kind: JvmJob['kind'], size: number, slide: number): WindowAssigner {
  if (kind === 'session') return session(size);
  return kind === 'sliding' ? sliding(size, slide) : tumbling(size);
}
