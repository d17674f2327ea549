/** What is written into the topics that a simulated job reads: by plain writers, in transactions, and in transactions that are aborted. */
import { below, mulberry32 } from '../../../src/testing/random.js';

export interface Element {
  readonly id: number;
  readonly key: string;
  readonly at: number;
}

/** What one writer writes at once. */
export interface Written {
  /** Milliseconds of the simulation. */
  readonly time: number;
  readonly how: 'plainly' | 'committed' | 'aborted';
  readonly records: readonly { readonly topic: string; readonly partition: number; readonly element: Element }[];
}

export interface Input {
  readonly topics: readonly string[];
  readonly writes: readonly Written[];
  /** All that count. */
  readonly elements: readonly Element[];
}

export const PARTITIONS = 3;
/** No element is further behind the newest one of its partition. */
export const DISORDER = 7;
/** Behind all others, so that every window ends. */
const END = 100_000;
const WRITES = 9;

export function makeInput(seed: number): Input {
  const random = mulberry32(seed * 7919 + 5);
  const topics = random() < 0.3 ? ['in', 'more'] : ['in'];
  const writes: Written[] = [];
  let [time, at, id] = [0, 0, 0];
  for (let i = 0; i < WRITES; i++) {
    time += 1 + below(random, 60);
    const drawn = random();
    const records = Array.from({ length: 1 + below(random, 4) }, () => {
      at += below(random, 4);
      const partition = below(random, PARTITIONS);
      const element = { id: id++, key: `${partition}${'ab'[below(random, 2)]}`, at: at + below(random, DISORDER) };
      return { topic: topics[below(random, topics.length)] as string, partition, element };
    });
    writes.push({ time, how: drawn < 0.6 ? 'plainly' : drawn < 0.85 ? 'committed' : 'aborted', records });
  }
  const last = topics.flatMap(topic =>
    Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition, element: { id: -1, key: `${partition}end`, at: END } })),
  );
  writes.push({ time: time + 50, how: 'committed', records: last });
  const counted = writes.slice(0, -1).filter(({ how }) => how !== 'aborted');
  return { topics, writes, elements: counted.flatMap(({ records }) => records.map(({ element }) => element)) };
}
