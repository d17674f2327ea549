/**
 * What first and last share: the value at one end of event time. Only the winner is kept, so nothing can be taken back.
 * Elements of the same time are told apart by value where values have an order, so that the order of arrival does not show.
 */
import type { Timestamp } from '../time/timestamp.js';
import type { Aggregate } from './aggregate.js';
import { checkFunction } from './check.js';
import { precedes } from './order.js';

/** A value and its event time. */
export interface Timed<R> {
  value: R;
  timestamp: Timestamp;
}

/** The aggregate named `name` that keeps the earliest value (`sign` 1) or the latest (`sign` -1). */
export function byTime<T, R>(
  name: 'first' | 'last',
  of: ((value: T) => R) | undefined,
  sign: 1 | -1,
): Aggregate<T, Timed<R> | undefined, R> {
  if (of !== undefined) checkFunction(of, name);
  const offer = (held: Timed<R>, value: R, timestamp: Timestamp): Timed<R> => {
    const wins = timestamp === held.timestamp ? winsTie(value, held.value, sign) : sign * timestamp < sign * held.timestamp;
    if (wins) {
      held.value = value;
      held.timestamp = timestamp;
    }
    return held;
  };
  return Object.freeze<Aggregate<T, Timed<R> | undefined, R>>({
    name,
    create: () => undefined,
    add: (held, element, timestamp) => {
      // Most elements lose by their time alone: their value is not asked for.
      if (held !== undefined && sign * timestamp > sign * held.timestamp) return held;
      const value = of === undefined ? (element as unknown as R) : of(element);
      return held === undefined ? { value, timestamp } : offer(held, value, timestamp);
    },
    merge: (a, b) => {
      if (b === undefined) return a;
      return a === undefined ? { ...b } : offer(a, b.value, b.timestamp);
    },
    result: held => held?.value as R,
    copy: held => held && { ...held },
  });
}

/** Of values that have no order, the first that came stays the first, and the last that came becomes the last. */
function winsTie(value: unknown, held: unknown, sign: 1 | -1): boolean {
  return sign === 1 ? precedes(value, held) : !precedes(value, held);
}
