/** The job that tests run in pages, and once without a browser to know what must come of it. */
import {
  type Aggregate,
  boundedOutOfOrderness,
  eventTime,
  type MapLike,
  type Pane,
  replayable,
  sliding,
  toCallback,
  toMap,
  windowBy,
} from '../../src/index.js';

export interface Reading {
  readonly key: string;
  readonly at: number;
  readonly value: number;
}

export interface Load {
  /** How many elements there are. */
  readonly elements: number;
  /** How many bytes of incompressible text each of them leaves in the state. */
  readonly ballast: number;
}

export interface Row {
  readonly id: string;
  readonly checkpoint: number;
  readonly text: string;
}

export type Board = MapLike<string, Pane<string, number>>;

/** The element of a number: out of order by up to 400, some of them late. */
function reading(number: number): Reading {
  const mixed = Math.imul(number ^ (number >>> 7), 0x9e3779b1) >>> 0;
  const late = mixed % 50 === 0 ? 3000 : 0;
  return { key: 'abcd'.charAt(mixed % 4), at: Math.max(0, number * 10 - (mixed % 400) - late), value: mixed % 7 };
}

/** Sums, with ballast. Text by chance, since browsers compress what they store. */
function summing(ballast: number): Aggregate<Reading, { sum: number; texts: string[] }, number> {
  return {
    create: () => ({ sum: 0, texts: [] }),
    add(acc, { value }) {
      acc.sum += value;
      const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil((ballast * 3) / 4)));
      if (ballast > 0) acc.texts.push(btoa(String.fromCharCode(...bytes)));
      return acc;
    },
    merge: (a, b) => ({ sum: a.sum + b.sum, texts: [...a.texts, ...b.texts] }),
    result: ({ sum }) => sum,
  };
}

/** `upTo`: how many elements may be read now; asked again and again. `turn`: between two batches. */
export function sumsOf(load: Load, upTo: () => number, turn: () => Promise<void>) {
  const source = replayable<Reading>({
    open: (from: number = 0) => {
      let at = from;
      return {
        async read() {
          await turn();
          if (at >= load.elements) return undefined;
          const start = at;
          at = Math.max(at, Math.min(load.elements, at + 10, upTo()));
          return {
            values: Array.from({ length: at - start }, (_, i) => reading(start + i)),
            positionAfter: (count: number) => start + count,
          };
        },
      };
    },
  });
  return eventTime(source, { name: 'readings', timestamp: r => r.at, watermark: boundedOutOfOrderness(400), maxFuture: false }).pipe(
    windowBy(sliding(2000, 1000), { name: 'sums', key: r => r.key, aggregate: summing(load.ballast), allowedLateness: 5000 }),
  );
}

/** Both ways out: the newest pane of each window in a map, each pane to a receiver. */
export function job(
  load: Load,
  upTo: () => number,
  turn: () => Promise<void>,
  board: Board,
  send: (row: Row) => unknown,
  lastDelivered?: () => Promise<number>,
) {
  return sumsOf(load, upTo, turn).pipe(
    toMap(board, { name: 'board' }),
    toCallback((pane, { id, checkpoint }) => send({ id, checkpoint, text: textOf(pane) }), {
      name: 'rows',
      ...(lastDelivered && { lastDelivered }),
    }),
  );
}

export function textOf({ key, window, index, timing, value }: Pane<string, number>): string {
  return `${key} ${window.start} ${index} ${timing} ${value}`;
}
