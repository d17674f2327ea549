/**
 * The refusals that the aggregates share: what is no function when a pipeline is built, what is no number when it runs, and the
 * retraction of what is not there.
 */
import { mustBe, show, TidemarkError } from '../errors.js';
import type { Aggregate } from './aggregate.js';

/** Refuses what is no function from an element; `example` shows the right call. */
export function checkFunction(of: unknown, name: string, example = `${name}(flight => flight.delay)`): void {
  if (typeof of !== 'function') {
    throw mustBe(`${name}: the argument`, `a function, as in ${example}`, of);
  }
}

/** Refuses what is no aggregate. */
export function checkAggregate(aggregate: unknown, where: string): void {
  const { create, add, merge, result } = (aggregate ?? {}) as Partial<Aggregate<never, unknown, unknown>>;
  if ([create, add, merge, result].every(method => typeof method === 'function')) return;
  throw mustBe(where, 'an aggregate, such as count()', aggregate, typeof aggregate === 'function' ? 'Call it.' : '');
}

/** Refuses what cannot say how many. */
export function checkCount(k: unknown, where: string): void {
  if (!Number.isSafeInteger(k) || (k as number) < 1) throw mustBe(where, 'a whole number of at least 1', k);
}

/** The error for a value that is no number; apart from the check, so that hot loops may inline theirs. */
export function badNumber(name: string, came: unknown, element: unknown): TidemarkError {
  return new TidemarkError(
    'BAD_VALUE',
    `${name}: the value of an element must be a number, but came as ${show(came)} for the element ${show(element)}. ${cure(came)}`,
  );
}

/** The error for a retraction of what is not there. */
export function absent(name: string, item: unknown, element: unknown): TidemarkError {
  const cure = `Element: ${show(element)}. Retract it as it was added.`;
  return mustBe(`${name}: a retracted item`, 'one that the window holds', item, cure, 'BAD_VALUE');
}

function cure(came: unknown): string {
  if (typeof came === 'string') return 'Return Number(text).';
  if (typeof came === 'bigint') return 'Return Number(value).';
  if (came instanceof Date) return 'Return date.getTime().';
  if (came === undefined || came === null) return 'Return value ?? 0, or filter such elements out before the window.';
  return 'Filter such elements out before the window.';
}
