/** What jobs read: two partitions in one source, which are read in an order that the position alone decides, so that a restart reads as before. */
import { type Replayable, replayable } from '../../src/job/replayable.js';
import { below, mulberry32 } from '../../src/testing/random.js';
import type { Process } from './process.js';

export interface Item {
  readonly partition: number;
  readonly key: string;
  readonly at: number;
  readonly value: number;
  /** Some come twice. */
  readonly id: number;
}

export type Partitions = readonly (readonly Item[])[];

/** The next element of each partition: all that a restart has to know. */
type Position = readonly number[];

const ITEMS = 9;
/** Milliseconds, which are steps, between two reads. */
const PACE = 18;

export function makeInput(seed: number): Partitions {
  const random = mulberry32(seed * 7919 + 1);
  return [0, 1].map(partition => {
    let time = 0;
    const items: Item[] = [];
    while (items.length < ITEMS) {
      const before = items[below(random, items.length + 1)];
      if (before && random() < 0.15) {
        items.push(before);
        continue;
      }
      time += below(random, 9);
      // Some are later than the watermark allows.
      const at = Math.max(0, time - below(random, 12));
      items.push({ partition, key: 'abc'[below(random, 3)] as string, at, value: 1 + below(random, 9), id: items.length * 2 + partition });
    }
    return items;
  });
}

/** One of the partitions alone; undefined: all. */
export function partOf(input: Partitions, partition: 0 | 1 | undefined): Partitions {
  return partition === undefined ? input : [input[partition] as readonly Item[], []];
}

/** Which partition is read next; undefined: all have been read. */
function nextPartition(input: Partitions, position: Position): number | undefined {
  const open = input.flatMap((items, at) => ((position[at] as number) < items.length ? [at] : []));
  const mixed = (position[0] as number) * 31 + (position[1] as number) * 17;
  return open[(mixed >> 1) % Math.max(1, open.length)];
}

/** The elements behind a position in the order in which they are read, and the position behind each. */
function* elements(input: Partitions, from: Position): Generator<readonly [Item, Position]> {
  let position = from;
  for (let at = nextPartition(input, position); at !== undefined; at = nextPartition(input, position)) {
    const item = input[at]?.[position[at] as number] as Item;
    position = position.map((next, other) => (other === at ? next + 1 : next));
    yield [item, position];
  }
}

/** All of it, as it is read when nothing goes wrong. */
export function allOf(input: Partitions): Item[] {
  return [...elements(input, [0, 0])].map(([item]) => item);
}

/** What breaks in a source. */
export interface SourceBugs {
  /** The position says what has been read, not what has been handed on. */
  readonly latePosition?: boolean;
}

/** As a process reads it: one or two at a time, as they come. */
export function sourceOf(input: Partitions, process: Process, bugs: SourceBugs): Replayable<Item> {
  return replayable<Item>({
    open: async (saved: { readonly next: Position } | undefined) => {
      const all = [...elements(input, saved?.next ?? [0, 0])];
      let at = 0;
      const read = async () => {
        await new Promise<void>(resolve => {
          process.after(PACE, resolve);
        });
        const batch = await process.io('read', async () => all.slice(at, at + 1 + (at % 2)));
        const start = at;
        at += batch.length;
        if (batch.length === 0) return undefined;
        const positionAfter = (count: number) => {
          const read = bugs.latePosition ? Math.min(all.length, start + count + 1) : start + count;
          return { next: (all[read - 1] as (typeof all)[number])[1] };
        };
        return { values: batch.map(([item]) => item), positionAfter };
      };
      return { read };
    },
  });
}
