/** Whether two values say the same, and by how much their numbers differ. */
import { equal, type Pair } from '../aggregates/equal.js';

/** By how much numbers have changed: a number for numbers, fields with those that have changed for objects. */
export type Delta = number | { readonly [field: string]: Delta };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Equality by structure, in which numbers that are not both whole may differ by a share of the larger one: sums of fractions depend on
 * the order in which they were added up. 0 is -0.
 */
export function alike(a: unknown, b: unknown, tolerance: number, up?: Pair): boolean {
  if (typeof a === 'number' && typeof b === 'number') return near(a, b, tolerance);
  const lists = Array.isArray(a) && Array.isArray(b);
  if (!lists && !(isPlain(a) && isPlain(b))) return equal(a, b);
  for (let pair = up; pair; pair = pair.up) if (pair.a === a && pair.b === b) return true;
  const here: Pair = { a, b, up };
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length || (lists && a.length !== b.length)) return false;
  return names.every(name => Object.hasOwn(b, name) && alike((a as Fields)[name], (b as Fields)[name], tolerance, here));
}

/** From `a` to `b`; undefined: there is no number in both that has changed. */
export function deltaOf(a: unknown, b: unknown): Delta | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Number.isNaN(b - a) ? undefined : b - a;
  if (!isPlain(a) || !isPlain(b)) return undefined;
  const fields = Object.keys(a).flatMap(name => {
    const delta = typeof b[name] === typeof a[name] ? deltaOf(a[name], b[name]) : undefined;
    return delta === undefined ? [] : [[name, delta] as const];
  });
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

function near(a: number, b: number, tolerance: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (Number.isInteger(a) && Number.isInteger(b)) return false;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b)) && Number.isFinite(a) && Number.isFinite(b);
}

function isPlain(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
