/**
 * The laws of an aggregate, checked on random lists of samples. They are what lets the engine merge sessions, share slices,
 * take late elements, retract and restore without changing a result. The generator is seeded and its own, so that a failure
 * can be repeated and nothing but this package is needed.
 */
import type { Aggregate } from '../aggregates/aggregate.js';
import { copyOf } from '../aggregates/copyOf.js';
import { equal } from '../aggregates/equal.js';
import { mustBe, show, TidemarkError } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';
import { Breach, lawBroken } from './laws.js';
import { below, mulberry32, shuffle } from './random.js';

/** What {@link assertAggregateLaws} needs to know. */
export interface AggregateLawsOptions<T, R> {
  /** Elements to choose from, with repetition. A dozen that differ is enough; put the awkward ones in. */
  readonly samples: readonly T[];
  /** When two results are the same. Default: equal by structure, numbers as by `Object.is`. Sums of fractions need a tolerance. */
  readonly equals?: (a: R, b: R) => boolean;
  /** The event time of a sample, in milliseconds. Default: a random one per sample, no two the same. */
  readonly timestamp?: (value: T) => Timestamp;
  /** How many rounds of random lists. Default: 100. */
  readonly runs?: number;
  /** Seed of the random lists; the same seed gives the same lists. Default: 1. */
  readonly seed?: number;
}

interface Element<T> {
  readonly value: T;
  readonly timestamp: Timestamp;
}

/** One round: three lists of elements, and what the laws say with them. */
class Trial<T, A, R> {
  readonly aggregate: Aggregate<T, A, R>;
  readonly lists: readonly [Element<T>[], Element<T>[], Element<T>[]];
  readonly shuffled: <E>(items: readonly E[]) => E[];
  readonly equals: (a: R, b: R) => boolean;

  constructor({ aggregate, lists, shuffled, equals }: Pick<Trial<T, A, R>, 'aggregate' | 'lists' | 'shuffled' | 'equals'>) {
    this.aggregate = aggregate;
    this.lists = lists;
    this.shuffled = shuffled;
    this.equals = equals;
  }

  /** The accumulator of `elements`, added to `acc`. */
  fold(elements: readonly Element<T>[], acc: A = this.aggregate.create()): A {
    for (const { value, timestamp } of elements) acc = this.aggregate.add(acc, value, timestamp);
    return acc;
  }

  /** The result of `elements` by nothing but adding: what the laws compare with. */
  plain(...lists: readonly Element<T>[][]): R {
    return this.aggregate.result(this.fold(lists.flat()));
  }

  same(expected: R, got: R): void {
    if (!this.equals(expected, got)) throw new Breach(print(expected), print(got));
  }
}

type Law = <T, A, R>(trial: Trial<T, A, R>) => void;

const LAWS: Readonly<Record<string, Law>> = {
  'create gives a fresh accumulator of nothing': trial => {
    const { aggregate, lists } = trial;
    const nothing = aggregate.result(aggregate.create());
    trial.fold(lists.flat());
    trial.same(nothing, aggregate.result(aggregate.create()));
  },
  'adding in another order gives the same result': trial => {
    trial.same(trial.plain(...trial.lists), trial.plain(trial.shuffled(trial.lists.flat())));
  },
  'a result is not changed by what comes after it, and changes nothing': trial => {
    const { aggregate, lists } = trial;
    const [a, b, c] = lists;
    let acc = trial.fold([...a, ...b]);
    const early = aggregate.result(acc);
    acc = trial.fold(c, acc);
    trial.same(trial.plain(a, b), early);
    trial.same(trial.plain(a, b, c), aggregate.result(acc));
    if (aggregate.remove) for (const { value, timestamp } of a) acc = aggregate.remove(acc, value, timestamp);
    trial.same(trial.plain(a, b), early);
  },
  'merging equals adding': trial => {
    const [a, b] = trial.lists;
    trial.same(trial.plain(a, b), trial.aggregate.result(trial.aggregate.merge(trial.fold(a), trial.fold(b))));
  },
  'merge is commutative': trial => {
    const { aggregate, lists } = trial;
    const [a, b] = lists;
    const forth = aggregate.merge(trial.fold(a), trial.fold(b));
    const back = aggregate.merge(trial.fold(b), trial.fold(a));
    trial.same(aggregate.result(forth), aggregate.result(back));
  },
  'merge is associative': trial => {
    const { aggregate, lists } = trial;
    const [a, b, c] = lists;
    const left = aggregate.merge(aggregate.merge(trial.fold(a), trial.fold(b)), trial.fold(c));
    const right = aggregate.merge(trial.fold(a), aggregate.merge(trial.fold(b), trial.fold(c)));
    trial.same(aggregate.result(left), aggregate.result(right));
  },
  'merge leaves its second accumulator as it is, and shares nothing with it': trial => {
    const { aggregate, lists } = trial;
    const [a, b, c] = lists;
    let second = trial.fold(b);
    let merged = aggregate.merge(trial.fold(a), second);
    trial.same(trial.plain(b), aggregate.result(second));
    merged = trial.fold(c, merged);
    trial.same(trial.plain(b), aggregate.result(second));
    second = trial.fold(a, second);
    trial.same(trial.plain(a, b, c), aggregate.result(merged));
    trial.same(trial.plain(b, a), aggregate.result(second));
  },
  'a copy is independent': trial => {
    const { aggregate, lists } = trial;
    const [a, b, c] = lists;
    let acc = trial.fold(a);
    let copy = copyOf(aggregate, acc);
    acc = trial.fold(b, acc);
    trial.same(trial.plain(a), aggregate.result(copy));
    copy = trial.fold(c, copy);
    trial.same(trial.plain(a, b), aggregate.result(acc));
    trial.same(trial.plain(a, c), aggregate.result(copy));
  },
  'remove undoes add': trial => {
    const { aggregate, lists, shuffled } = trial;
    const [a, b, c] = lists;
    if (!aggregate.remove) return;
    let acc = aggregate.merge(trial.fold(a), trial.fold([...b, ...c]));
    for (const { value, timestamp } of shuffled(b)) acc = aggregate.remove(acc, value, timestamp);
    trial.same(trial.plain(a, c), aggregate.result(acc));
    for (const { value, timestamp } of shuffled([...a, ...c])) acc = aggregate.remove(acc, value, timestamp);
    trial.same(trial.plain(), aggregate.result(acc));
    trial.same(trial.plain(b), aggregate.result(trial.fold(b, acc)));
  },
  'the row form equals the general form': trial => {
    const { aggregate, lists, shuffled } = trial;
    const [a, b] = lists;
    const { rows } = aggregate;
    if (!rows) return;
    if (!rows.remove !== !aggregate.remove) throw new Breach('remove in both forms or in neither', 'remove in one');
    // The row in the middle, between rows that must stay as they are; what lies in it before init must not matter.
    const table = new Float64Array(3 * rows.stride).fill(GARBAGE);
    const other = new Float64Array(3 * rows.stride).fill(GARBAGE);
    const at = rows.stride;
    rows.init(table, at);
    rows.init(other, at);
    trial.same(trial.plain(), rows.result(table, at));
    for (const { value, timestamp } of a) rows.add(table, at, value, timestamp);
    for (const { value, timestamp } of b) rows.add(other, at, value, timestamp);
    trial.same(trial.plain(a), rows.result(table, at));
    const before = other.slice();
    rows.merge(table, at, other, at);
    trial.same(trial.plain(a, b), rows.result(table, at));
    if (!equal(before, other)) throw new Breach(`merge to leave the row ${print([...before])}`, print([...other]));
    if (rows.remove) {
      for (const { value, timestamp } of shuffled(b)) rows.remove(table, at, value, timestamp);
      trial.same(trial.plain(a), rows.result(table, at));
    }
    const outside = [...table.subarray(0, at), ...table.subarray(2 * at)];
    if (outside.some(number => number !== GARBAGE)) throw new Breach('other rows to stay as they are', print(outside));
  },
};

const GARBAGE = 123456.789;

/**
 * Checks that an aggregate keeps the laws: `merge` is associative and commutative and equals adding; it leaves its second
 * accumulator alone; results and copies are independent; `remove`, if there is one, undoes `add`; the row form, if there is one,
 * equals the general form.
 *
 * An aggregate whose result shows the order of arrival, as `collect()` does, keeps them under an `equals` that disregards order.
 *
 * @throws Error that names the law, the seed, the elements, what was expected and what came; TidemarkError `BAD_OPTION` without samples.
 *
 * @example
 * ```ts
 * import type { Aggregate } from 'tidemark';
 * import { assertAggregateLaws } from 'tidemark/testing';
 *
 * const longest: Aggregate<string, { text: string }, number> = {
 *   create: () => ({ text: '' }),
 *   add: (acc, text) => (text.length > acc.text.length ? { text } : acc),
 *   merge: (a, b) => (b.text.length > a.text.length ? { ...b } : a),
 *   result: acc => acc.text.length,
 * };
 *
 * assertAggregateLaws(longest, { samples: ['', 'a', 'bc', 'de', 'fgh'] });
 * ```
 */
export function assertAggregateLaws<T, A, R>(aggregate: Aggregate<T, A, R>, options: AggregateLawsOptions<T, R>): void {
  const { samples, equals = equal, runs = 100, seed = 1 } = options;
  if (samples.length === 0)
    throw new TidemarkError('BAD_OPTION', 'assertAggregateLaws: samples must hold at least one element, but is [].');
  if (!(Number.isSafeInteger(runs) && runs > 0)) {
    throw mustBe('assertAggregateLaws: runs', 'a whole number of at least 1', runs);
  }
  const random = mulberry32(seed);
  for (let run = 0; run < runs; run++) {
    const elements = withTimes(samples, options.timestamp, random);
    // Lists grow from run to run, so that the first failure is a small one.
    const most = Math.ceil((run * 6) / runs);
    const draw = () => Array.from({ length: below(random, most + 1) }, () => elements[below(random, elements.length)] as Element<T>);
    const trial = new Trial({ aggregate, lists: [draw(), draw(), draw()], shuffled: items => shuffle(items, random), equals });
    for (const [law, check] of Object.entries(LAWS)) {
      try {
        check(trial);
      } catch (error) {
        throw report(aggregate.name, law, trial.lists, error, `seed ${seed}, run ${run + 1} of ${runs}`);
      }
    }
  }
}

function report(name: string | undefined, law: string, lists: readonly Element<unknown>[][], error: unknown, where: string): Error {
  const listed = lists.map(
    (list, i) => `${'abc'[i]}: [${list.map(({ value, timestamp }) => `${print(value)} at ${timestamp}`).join(', ')}]`,
  );
  return lawBroken(`assertAggregateLaws: ${name ?? 'the aggregate'}`, law, where, listed.join('\n  '), error);
}

/** As `show`, but it tells apart the numbers that JSON does not. */
function print(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return show(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${print(field)}`);
  return `{ ${fields.join(', ')} }`;
}

function withTimes<T>(samples: readonly T[], timestamp: ((value: T) => Timestamp) | undefined, random: () => number): Element<T>[] {
  const times = shuffle(
    samples.map((_, i) => (i - (samples.length >> 1)) * 1000),
    random,
  );
  return samples.map((value, i) => ({ value, timestamp: timestamp?.(value) ?? (times[i] as Timestamp) }));
}
