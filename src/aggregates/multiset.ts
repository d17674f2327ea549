/**
 * How often each value came. Values are compared as keys are: by structure, NaN equal to NaN and 0 to -0. Plain data: primitives
 * are keys of a Map as they are, the others are found by their text. What is kept of a value is never changed, so copies share it.
 */
import type { Aggregate } from './aggregate.js';
import { absent } from './check.js';
import { isComposite } from './encodeKey.js';
import { identityOf } from './identity.js';
import { precedes } from './order.js';

/** A value that is no primitive: what is kept of it as it came first, and how often it came. */
export interface Held {
  readonly value: unknown;
  readonly count: number;
}

/** How often each value came; `composite` is there once a value came that is no primitive. */
export interface Multiset {
  readonly plain: Map<unknown, number>;
  composite: Map<string, Held> | undefined;
}

/** What an aggregate counts in a multiset: of which value of an element, and whether values that are no primitives are kept. */
export interface Counting<T> {
  readonly name: string;
  readonly of: (element: T) => unknown;
  readonly keep: boolean;
}

/** The aggregate with the name `title` that counts values and makes `result` of them. */
export function overMultiset<T, R>(title: string, counting: Counting<T>, result: (set: Multiset) => R): Aggregate<T, Multiset, R> {
  return Object.freeze<Aggregate<T, Multiset, R>>({
    name: title,
    create: emptyMultiset,
    add: (set, element) => countIn(set, element, counting),
    merge: countAll,
    result,
    remove: (set, element) => countOut(set, element, counting),
    copy: copyMultiset,
  });
}

/** No values. */
export function emptyMultiset(): Multiset {
  return { plain: new Map(), composite: undefined };
}

/** How many different values there are. */
export function sizeOf(set: Multiset): number {
  return set.plain.size + (set.composite?.size ?? 0);
}

/** Counts the value of an element once more. */
export function countIn<T>(set: Multiset, element: T, { name, of, keep }: Counting<T>): Multiset {
  const value = of(element);
  if (isComposite(value)) {
    const text = identityOf(value, name, element);
    set.composite ??= new Map();
    countHeld(set.composite, text, keep ? value : undefined, 1);
  } else {
    set.plain.set(value, (set.plain.get(value) ?? 0) + 1);
  }
  return set;
}

/** Counts the value of an element once less; a value that has gone as often as it came is forgotten. */
export function countOut<T>(set: Multiset, element: T, { name, of }: Counting<T>): Multiset {
  const value = of(element);
  if (isComposite(value)) {
    const text = identityOf(value, name, element);
    const held = set.composite?.get(text);
    if (held === undefined) throw absent(name, value, element);
    if (held.count > 1) set.composite?.set(text, { value: held.value, count: held.count - 1 });
    else set.composite?.delete(text);
  } else {
    const count = set.plain.get(value);
    if (count === undefined) throw absent(name, value, element);
    if (count > 1) set.plain.set(value, count - 1);
    else set.plain.delete(value);
  }
  return set;
}

/** Counts all of `from` into `set`, and leaves `from` as it is. */
export function countAll(set: Multiset, from: Multiset): Multiset {
  for (const [value, count] of from.plain) set.plain.set(value, (set.plain.get(value) ?? 0) + count);
  if (from.composite) {
    set.composite ??= new Map();
    for (const [text, { value, count }] of from.composite) countHeld(set.composite, text, value, count);
  }
  return set;
}

/** Counts each value so many times less, and forgets those of which none is left. */
export function subtract(set: Multiset, times: number): void {
  for (const [value, count] of set.plain) {
    if (count > times) set.plain.set(value, count - times);
    else set.plain.delete(value);
  }
  for (const [text, { value, count }] of set.composite ?? []) {
    if (count > times) set.composite?.set(text, { value, count: count - times });
    else set.composite?.delete(text);
  }
}

/** A copy that shares nothing mutable. */
export function copyMultiset(set: Multiset): Multiset {
  return { plain: new Map(set.plain), composite: set.composite && new Map(set.composite) };
}

/** A value, how often it came, and its text if it is no primitive. */
export interface Counted extends Held {
  readonly text: string | undefined;
}

/** The values and how often they came, in the order in which they first came. */
export function countedIn(set: Multiset): Counted[] {
  const all: Counted[] = Array.from(set.plain, ([value, count]) => ({ value, count, text: undefined }));
  if (set.composite) for (const [text, { value, count }] of set.composite) all.push({ value, count, text });
  return all;
}

/** An order in which arrival does not show: numbers, bigints, strings, each ascending, then all others by their text. */
export function inOrder(a: Counted, b: Counted): number {
  const apart = kindOf(a.value) - kindOf(b.value);
  if (apart !== 0) return apart;
  if (precedes(a.value, b.value)) return -1;
  return precedes(b.value, a.value) || textOf(a) > textOf(b) ? 1 : -1;
}

/** The k values that came most often, those that came equally often in order. Without sorting all: most fail at the last of the k. */
export function mostCounted(set: Multiset, k: number): Counted[] {
  const best: Counted[] = [];
  for (const one of countedIn(set)) {
    let at = best.length;
    while (at > 0 && goesFirst(one, best[at - 1] as Counted)) at--;
    if (at === k) continue;
    if (best.length === k) best.pop();
    best.splice(at, 0, one);
  }
  return best;
}

function goesFirst(a: Counted, b: Counted): boolean {
  return a.count === b.count ? inOrder(a, b) < 0 : a.count > b.count;
}

function kindOf(value: unknown): number {
  const kind = ['number', 'bigint', 'string'].indexOf(typeof value);
  return kind < 0 ? 3 : kind;
}

function textOf({ value, text }: Counted): string {
  return text ?? String(value);
}

function countHeld(composite: Map<string, Held>, text: string, value: unknown, count: number): void {
  const held = composite.get(text);
  composite.set(text, held === undefined ? { value, count } : { value: held.value, count: held.count + count });
}
