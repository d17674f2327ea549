/** The elements themselves: memory grows with each of them. */
import type { Aggregate } from './aggregate.js';
import { absent, checkFunction } from './check.js';
import { equal } from './equal.js';

/**
 * An array of the elements, or of `of` of each, in order of arrival; empty for none. Each result is a new array.
 *
 * Where windows are put together from parts (sessions that merge, slices), the parts follow each other. Takes retractions: the
 * last item that is the same, or else the last that is equal by structure, goes; this takes time in proportion to the window.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is given and not a function; `BAD_VALUE` if a retraction names an item that is not there.
 *
 * @example
 * ```ts
 * import { collect } from 'tidemark';
 *
 * const pages = collect((click: { page: string }) => click.page);
 * ```
 */
export function collect<T>(): Aggregate<T, T[], T[]>;
export function collect<T, R>(of: (value: T) => R): Aggregate<T, R[], R[]>;
export function collect<T, R>(of?: (value: T) => R): Aggregate<T, R[], R[]> {
  if (of !== undefined) checkFunction(of, 'collect');
  const read = of ?? ((value: T) => value as unknown as R);
  return Object.freeze<Aggregate<T, R[], R[]>>({
    name: 'collect',
    create: () => [],
    add: (items, value) => {
      items.push(read(value));
      return items;
    },
    merge: (a, b) => {
      for (let i = 0; i < b.length; i++) a.push(b[i] as R);
      return a;
    },
    result: items => items.slice(),
    remove: (items, value) => {
      const item = read(value);
      const same = items.findLastIndex(other => Object.is(other, item));
      const at = same >= 0 ? same : items.findLastIndex(other => equal(other, item));
      if (at < 0) throw absent('collect', item, value);
      items.splice(at, 1);
      return items;
    },
    copy: items => items.slice(),
  });
}
