/** The order of values, where they have one: what tells ties apart, so that the order of arrival does not show. */

/** A total order within numbers (NaN at the end, -0 before 0), within bigints and within strings; false for everything else. */
export function precedes(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    if (a !== a || b !== b) return a === a;
    return a < b || (a === 0 && b === 0 && 1 / a < 1 / b);
  }
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  return typeof a === 'bigint' && typeof b === 'bigint' && a < b;
}
