/**
 * The refusals that the aggregates share: what is no function when a pipeline is built, what is no number when it runs, and the
 * retraction of what is not there.
 */
import { mustBe, show, TidemarkError } from '../errors.js';

/** Refuses what is no function from an element; `example` shows the right call. */
export function checkFunction(of: unknown, name: string, example: string): void {
  if (typeof of !== 'function') {
    throw mustBe(`${name}: the argument`, `a function, as in ${example}`, of);
  }
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
  return new TidemarkError(
    'BAD_VALUE',
    `${name}: a retraction takes back an item that was added before, but came as ${show(item)} for the element ${show(element)}, which the window does not hold. Retract the element as it was, in the window that it was added to.`,
  );
}

function cure(came: unknown): string {
  if (typeof came === 'string') return 'Return Number(text), and make sure that the text holds a number.';
  if (typeof came === 'bigint') return 'Return Number(value).';
  if (came instanceof Date) return 'Return date.getTime().';
  if (came === undefined || came === null)
    return 'Return a number in its place (value ?? 0), or filter such elements out before the window.';
  return 'Filter such elements out before the window.';
}
