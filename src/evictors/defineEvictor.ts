import type { Aggregate } from '../aggregates/aggregate.js';
import type { Evictor, EvictorMethods, KeptElement } from '../engine/evictor.js';
import { generalMachine } from '../engine/generalMachine.js';
import type { TimeWindow } from '../engine/window.js';
import { checkFunction, mustBe, oneOf } from '../errors.js';

const checkWhen = oneOf('before', 'after');

/**
 * Makes an evictor of its `evict`, which gives the elements that stay; ours are made by it.
 *
 * @throws TidemarkError `BAD_OPTION` for a `when` that is neither `before` nor `after`, or an `evict` that is no function; on the
 * stream `BAD_VALUE` if `evict` gives no array.
 * @example
 * ```ts
 * import { defineEvictor } from 'tidemark';
 *
 * const withoutFirst = defineEvictor<unknown>({ name: 'withoutFirst', evict: elements => elements.slice(1) });
 * ```
 */
export function defineEvictor<T>(methods: EvictorMethods<T>): Evictor<T> {
  checkFunction(methods?.evict, 'defineEvictor: evict');
  const { name, when = 'before' } = methods;
  checkWhen(when, `${name}: when`);
  const evict = <E extends T>(items: KeptElement<E>[], window: TimeWindow): void => {
    const stay = methods.evict(items, window);
    if (!Array.isArray(stay)) throw mustBe(`${name}: what evict gives`, 'an array of elements', stay, '', 'BAD_VALUE');
    replace(items, stay);
  };
  return Object.freeze<Evictor<T>>({
    name,
    when,
    evict: (elements, window) => methods.evict(elements, window),
    machine: generalMachine,
    over: aggregate => ({
      aggregate: keeping(aggregate, name),
      resultIn(accumulator, window) {
        const items = accumulator as KeptElement<never>[];
        if (when === 'before') evict(items, window);
        const value = resultOf(aggregate, items);
        if (when === 'after') evict(items, window);
        return value;
      },
    }),
  });
}

/** The aggregate as one whose accumulator is the list of elements. It has no `remove`: what is retracted may have been evicted. */
function keeping<T, R>(aggregate: Aggregate<T, any, R>, name: string): Aggregate<T, KeptElement<T>[], R> {
  return {
    name: `${aggregate.name ?? ''} behind ${name}`,
    create: () => [],
    add(items, value, timestamp) {
      items.push({ value, timestamp });
      return items;
    },
    merge(a, b) {
      for (const item of b) a.push(item);
      return a;
    },
    result: items => resultOf(aggregate, items),
  };
}

function resultOf<T, R>(aggregate: Aggregate<T, any, R>, items: readonly KeptElement<T>[]): R {
  let accumulator = aggregate.create();
  for (const { value, timestamp } of items) accumulator = aggregate.add(accumulator, value, timestamp);
  return aggregate.result(accumulator);
}

function replace<E>(items: E[], stay: readonly E[]): void {
  const kept = stay.slice(); // it may be `items` itself
  items.length = 0;
  for (const item of kept) items.push(item);
}
