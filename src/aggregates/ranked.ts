/**
 * What minBy and maxBy share: the element with the most extreme number. Of equal ones the earliest by event time is kept, then
 * the one that came first. Only the winner is kept, so nothing can be taken back.
 */
import type { Timestamp } from '../time/timestamp.js';
import type { Aggregate } from './aggregate.js';
import { badNumber, checkFunction } from './check.js';

/** An element, its number and its event time. */
export interface Ranked<T> {
  element: T;
  rank: number;
  timestamp: Timestamp;
}

/** The aggregate named `name` that keeps the element with the smallest number (`sign` 1) or the largest (`sign` -1). */
export function byRank<T>(name: 'minBy' | 'maxBy', of: (value: T) => number, sign: 1 | -1): Aggregate<T, Ranked<T> | undefined, T> {
  checkFunction(of, name);
  const offer = (best: Ranked<T>, element: T, rank: number, timestamp: Timestamp): Ranked<T> => {
    if (rank === best.rank ? timestamp < best.timestamp : sign * rank < sign * best.rank) {
      best.element = element;
      best.rank = rank;
      best.timestamp = timestamp;
    }
    return best;
  };
  return Object.freeze<Aggregate<T, Ranked<T> | undefined, T>>({
    name,
    create: () => undefined,
    add: (best, element, timestamp) => {
      const rank = of(element);
      if (typeof rank !== 'number' || rank !== rank) throw badNumber(name, rank, element);
      return best === undefined ? { element, rank, timestamp } : offer(best, element, rank, timestamp);
    },
    merge: (a, b) => {
      if (b === undefined) return a;
      return a === undefined ? { ...b } : offer(a, b.element, b.rank, b.timestamp);
    },
    result: best => best?.element as T,
    copy: best => best && { ...best },
  });
}
