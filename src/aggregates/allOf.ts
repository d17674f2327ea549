/**
 * Several aggregates of the same elements in one window. If all parts have rows, so has the whole: their rows lie side by side.
 * An error of a part is told by its name: `allOf.delay: mean: ...`.
 */
import { mustBe } from '../errors.js';
import type { Aggregate, ResultOf } from './aggregate.js';
import { sideBySide } from './allOfRows.js';
import { checkAggregate } from './check.js';
import { copyOf } from './copyOf.js';
import { ofPart } from './ofPart.js';
import { rowAggregate } from './rows.js';

type Part = Aggregate<any, any, unknown>;
type Results = Record<string, unknown>;

/**
 * An object of aggregates as one, whose result is an object of their results under the same names and in the same order.
 * Takes retractions if every part does.
 *
 * @throws TidemarkError `BAD_OPTION` if there is no part, or one that is not an aggregate.
 *
 * @example
 * ```ts
 * import { allOf, count, max, mean } from 'tidemark';
 *
 * interface Flight { airport: string; delay: number }
 *
 * // Its result: { readonly flights: number; readonly mean: number; readonly worst: number }
 * const delays = allOf({ flights: count(), mean: mean((f: Flight) => f.delay), worst: max((f: Flight) => f.delay) });
 * ```
 */
export function allOf<T, const G extends Record<string, Aggregate<T, any, any>>>(
  aggregates: G & Record<string, Aggregate<T, any, any>>,
): Aggregate<T, unknown, { readonly [P in keyof G]: ResultOf<G[P]> }> {
  const names = checkNames(aggregates);
  for (const name of names) checkAggregate(aggregates[name], `allOf: ${name}`);
  const parts = names.map(name => aggregates[name] as Part);
  // Its parts are known by this name alone: of another version, it is another one.
  const name = `allOf(${names.map((part, i) => `${part}: ${parts[i]?.name ?? 'custom'}${parts[i]?.state ? ` v${parts[i].state.version}` : ''}`).join(', ')})`;
  const rows = sideBySide(names, parts);
  const whole: Aggregate<T, any, Results> = rows === undefined ? listOf(name, names, parts) : rowAggregate(name, rows);
  return whole as Aggregate<T, unknown, { readonly [P in keyof G]: ResultOf<G[P]> }>;
}

function checkNames(aggregates: object): string[] {
  const names = typeof aggregates === 'object' && aggregates !== null ? Object.keys(aggregates) : [];
  // A result is built by assignment, and assigning `__proto__` would make no field.
  if (names.length === 0 || names.includes('__proto__')) {
    throw mustBe('allOf: the argument', 'an object of aggregates, such as { flights: count() }, none named __proto__', aggregates);
  }
  return names;
}

/** The general form: a list of the parts' accumulators. */
function listOf(name: string, names: readonly string[], parts: readonly Part[]): Aggregate<unknown, unknown[], Results> {
  const each =
    (method: 'add' | 'remove'): Aggregate<unknown, unknown[], Results>['add'] =>
    (accs, value, timestamp) => {
      for (let i = 0; i < parts.length; i++) {
        try {
          accs[i] = (parts[i] as Required<Part>)[method](accs[i], value, timestamp);
        } catch (error) {
          throw ofPart(names[i] as string, error);
        }
      }
      return accs;
    };
  return Object.freeze<Aggregate<unknown, unknown[], Results>>({
    name,
    create: () => parts.map(part => part.create()),
    add: each('add'),
    merge: (a, b) => {
      for (let i = 0; i < parts.length; i++) a[i] = (parts[i] as Part).merge(a[i], b[i]);
      return a;
    },
    result: accs => {
      const results: Results = {};
      for (let i = 0; i < parts.length; i++) results[names[i] as string] = (parts[i] as Part).result(accs[i]);
      return results;
    },
    copy: accs => parts.map((part, i) => copyOf(part, accs[i])),
    ...(parts.every(part => part.remove) && { remove: each('remove') }),
  });
}
