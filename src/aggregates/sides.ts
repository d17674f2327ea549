/** The elements of both sides of a join, as one aggregate: what makes a join a windowing like any other. */
import { show, TidemarkError } from '../errors.js';
import type { Aggregate } from './aggregate.js';
import { equal } from './equal.js';

/** An element of a join, and which side it is of. */
export interface Sided<out T> {
  /** Tells the elements of a side apart, also after a restart, when they are no longer the same objects. */
  readonly id: number;
  readonly left: boolean;
  readonly value: T;
}

/** What a window holds of both sides, each in order of arrival. */
export interface Sides<L, R> {
  readonly left: Sided<L>[];
  readonly right: Sided<R>[];
}

/**
 * Collects both sides; `of` makes the result of them, and must not hand out the arrays. `name` goes into snapshots.
 * A withdrawal takes the last element of its side that is the same, or else equal by structure.
 */
export function sides<L, R, O>(name: string, of: (all: Sides<L, R>) => O): Aggregate<Sided<L | R>, Sides<L, R>, O> {
  return Object.freeze<Aggregate<Sided<L | R>, Sides<L, R>, O>>({
    name,
    create: () => ({ left: [], right: [] }),
    add: (all, element) => {
      sideOf(all, element).push(element);
      return all;
    },
    merge: (a, b) => {
      for (const element of b.left) a.left.push(element);
      for (const element of b.right) a.right.push(element);
      return a;
    },
    result: of,
    remove: (all, element) => {
      const side = sideOf(all, element);
      const at = lastEqual(side, element.value);
      if (at < 0) throw absent(name, element.value);
      side.splice(at, 1);
      return all;
    },
    copy: copySides,
  });
}

/** The same elements in arrays of their own. */
export function copySides<L, R>({ left, right }: Sides<L, R>): Sides<L, R> {
  return { left: left.slice(), right: right.slice() };
}

/** Where the last element with this value is, or else one equal by structure; -1: nowhere. */
export function lastEqual(elements: readonly { readonly value: unknown }[], value: unknown): number {
  const same = elements.findLastIndex(other => Object.is(other.value, value));
  return same >= 0 ? same : elements.findLastIndex(other => equal(other.value, value));
}

/** What a withdrawal takes back: panes are marked as retractions on the way, and were not when they came. */
export function withdrawn<T>(value: T): T {
  return (value as { retraction?: unknown } | null | undefined)?.retraction === true ? { ...value, retraction: false } : value;
}

/** The error for a withdrawal of what is not there. */
export function absent(where: string, value: unknown): TidemarkError {
  return new TidemarkError(
    'BAD_VALUE',
    `${where}: a retraction takes back an element that was added before, but came as ${show(value)}, which is not there. Retract the element as it was, at the time that it had.`,
  );
}

function sideOf<L, R>(all: Sides<L, R>, element: Sided<L | R>): Sided<L | R>[] {
  return element.left ? all.left : all.right;
}
