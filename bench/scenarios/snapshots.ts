/**
 * What checkpoints cost where there are very many keys: how long the barrier stops the loop, how long the longest piece of reading does,
 * how much there is to write, how long a restart takes, and what remains of the throughput. Reading is in pieces between two arrays, as a
 * job does it; what is read is let go of at once, so encoding and writing are not in the figures.
 */

import { Subject } from 'rxjs';
import { boundedOutOfOrderness, eventTime, type OpenState, tumbling } from 'tidemark';
import { manualClock } from 'tidemark/testing';
import { builtInSum, ownSum } from '../contenders/tidemark.js';
import { type Figure, type Measured, spread } from '../harness.js';
import type { ProbeSurroundings } from '../probe.js';
import { type Event, stringKeys } from '../workloads/events.js';

/** A measurement of its own kind. */
export interface Snapshots {
  readonly name: string;
  readonly about: string;
  measure(around: Pick<ProbeSurroundings, 'passes' | 'time' | 'progress'>): Measured | Promise<Measured>;
}

export interface Part {
  readonly id: number;
  readonly data?: unknown;
}

export interface Cut {
  readonly rest: unknown;
  readonly parts: Iterable<Part>;
}

type Windowing = ReturnType<typeof builtInSum<string>>;

export const BATCH = 256;
/** Parts read in one go. */
const PIECE = 500;
/** Windows longer than the input: all keys stay. */
const WINDOWS = tumbling('1d');

/** An operator at work, and what its registry knows of it. */
export class Running {
  readonly #source = new Subject<readonly Event<string>[]>();
  #cut: (number: number, since: number) => Cut = () => ({ rest: undefined, parts: [] });
  #number = 0;

  constructor(windowing: Windowing, from?: Cut, working?: OpenState) {
    const stream = eventTime(this.#source, {
      timestamp: event => event.timestamp,
      watermark: boundedOutOfOrderness('1d'),
      maxFuture: false,
      batches: true,
    }).pipe(windowing);
    const state = {
      register: () => undefined,
      registerParts: (_kind: string, _name: string | undefined, cut: (number: number, since: number) => Cut) => {
        this.#cut = cut;
        return from as { rest: unknown; parts: Part[] } | undefined;
      },
    };
    const sink = { closed: false, next() {}, watermark() {}, idle() {}, complete() {}, error: (error: unknown) => expectNone(error) };
    stream.connect(sink, { clock: manualClock(), state, working });
  }

  feed(events: readonly Event<string>[]): void {
    this.#source.next(events);
  }

  /** Against the cut before, or all. */
  cut(all: boolean): Cut {
    const since = all ? 0 : this.#number;
    return this.#cut(++this.#number, since);
  }
}

export function snapshotScenario(name: string, keyCount: number, quick: boolean): Snapshots {
  const keys = stringKeys(keyCount);
  const all = keys.map((key, i): Event<string> => ({ key, value: 1 + (i % 7), timestamp: i % 1_000 }));
  const events = (count: number, step: number): Event<string>[] =>
    Array.from({ length: count }, (_, i) => all[(i * step) % keyCount] as Event<string>);
  // Steps without a factor in common with the number of keys: all of them, in no order.
  const few = events(keyCount / 100, 7_919);
  const rounds = batchesOf(events(quick ? keyCount : 4 * keyCount, 611_953));
  return {
    name,
    about: `a sum for each of ${keyCount} string keys; a cut is read ${PIECE} parts at a time, between arrays of ${BATCH}`,
    measure: ({ passes, time, progress }) => {
      const subjects = { 'sum()': () => builtInSum<string>(WINDOWS), 'own aggregate': () => ownSum<string>(WINDOWS) };
      const figures = Object.entries(subjects).flatMap(([subject, make]) => {
        const found = Array.from({ length: passes }, (_, pass) => {
          progress(`${name} pass ${pass + 1}/${passes}, ${subject}`);
          return passOf(make, all, few, rounds, time);
        });
        return figuresOf(name, subject, found);
      });
      return { rows: [], answers: [], figures };
    },
  };
}

type Pass = Record<'whole' | 'some' | 'piece' | 'wholeBytes' | 'someBytes' | 'restore' | 'throughput', number>;

function passOf(
  make: () => Windowing,
  all: readonly Event<string>[],
  few: readonly Event<string>[],
  rounds: readonly (readonly Event<string>[])[],
  time: (work: () => void) => number,
): Pass {
  const running = new Running(make());
  for (const batch of batchesOf(all)) running.feed(batch);
  for (const _ of running.cut(true).parts);
  for (const batch of batchesOf(all)) running.feed(batch);
  let cut: Cut | undefined;
  const whole = time(() => void (cut = running.cut(false)));
  const [piece, wholeBytes] = read(cut as unknown as Cut, time);
  running.feed(few);
  const some = time(() => void (cut = running.cut(false)));
  const [, someBytes] = read(cut as unknown as Cut, time);
  const plain = time(() => rounds.forEach(batch => void running.feed(batch)));
  // A few million elements a second: so one cut for so many.
  const checked = time(() => {
    let parts: Iterator<Part> | undefined;
    rounds.forEach((batch, i) => {
      if (i % Math.ceil((2 * all.length) / BATCH) === 0) parts = running.cut(false).parts[Symbol.iterator]();
      running.feed(batch);
      for (let left = PIECE; parts && left > 0; left--) if (parts.next().done) parts = undefined;
    });
  });
  const last = running.cut(true);
  const saved = { rest: last.rest, parts: [...last.parts] };
  const restore = time(() => void new Running(make(), saved));
  return { whole, some, piece, wholeBytes, someBytes, restore, throughput: plain / checked };
}

/** The milliseconds of the longest piece, and the bytes of all: eight for a number, one for a character. */
function read({ parts }: Cut, time: (work: () => void) => number): [longest: number, bytes: number] {
  const iterator = parts[Symbol.iterator]();
  let [longest, bytes, done] = [0, 0, false];
  while (!done) {
    const piece: Part[] = [];
    const took = time(() => {
      for (let left = PIECE; left > 0 && !done; left--) {
        const next = iterator.next();
        if (next.done) done = true;
        else piece.push(next.value);
      }
    });
    longest = Math.max(longest, took);
    for (const { data } of piece) bytes += sizeOf(data);
  }
  return [longest, bytes];
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length + 1;
  if (typeof data !== 'object' || data === null) return data === undefined ? 0 : 8;
  return Object.values(data).reduce((sum: number, value) => sum + sizeOf(value), 1);
}

function figuresOf(scenario: string, subject: string, found: readonly Pass[]): Figure[] {
  const figure = (what: string, unit: Figure['unit'], of: keyof Pass, target: number | null): Figure => {
    const value = spread(found.map(pass => pass[of]));
    return { scenario, name: `${subject}: ${what}`, unit, better: unit === 'x' ? 'more' : 'less', value, target, drawn: null };
  };
  return [
    figure('barrier, all keys changed', 'ms', 'whole', 5),
    figure('barrier, 1 % changed', 'ms', 'some', 2),
    figure('longest piece of reading', 'ms', 'piece', null),
    figure('bytes, all keys changed', 'B', 'wholeBytes', null),
    figure('bytes, 1 % changed', 'B', 'someBytes', null),
    figure('restart', 'ms', 'restore', 1_000),
    figure('throughput, of that without', 'x', 'throughput', 0.9),
  ];
}

function batchesOf(events: readonly Event<string>[]): (readonly Event<string>[])[] {
  return Array.from({ length: Math.ceil(events.length / BATCH) }, (_, i) => events.slice(i * BATCH, (i + 1) * BATCH));
}

function expectNone(error: unknown): never {
  throw error;
}
