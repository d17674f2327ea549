/**
 * Equality by structure: primitives as Object.is has it (NaN equals NaN, 0 is not -0); arrays, objects of one prototype, Dates,
 * Maps, Sets and typed arrays by what they hold, Maps and Sets in order. What shows nothing to compare (functions, and objects
 * of a class without a field of their own, such as RegExp) is equal to itself alone.
 */

/** A pair of objects whose comparison is under way: met again inside itself, it holds by assumption, so cycles end. */
export interface Pair {
  readonly a: object;
  readonly b: object;
  readonly up?: Pair | undefined;
}

/** Whether two values are equal by structure; `up`: the pairs that hold them, within a comparison. */
export function equal(a: unknown, b: unknown, up?: Pair): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (kindOf(a) !== kindOf(b)) return false;
  for (let pair = up; pair; pair = pair.up) if (pair.a === a && pair.b === b) return true;
  const here: Pair = { a, b, up };
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
  if (a instanceof Map || a instanceof Set) return sameItems([...a], [...(b as Iterable<unknown>)], here);
  if (Array.isArray(a)) return sameItems(a, b as unknown[], here);
  return sameFields(a as Fields, b as Fields, here);
}

type Fields = Record<string, unknown>;

function sameItems(a: readonly unknown[], b: readonly unknown[], here: Pair): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i], here)) return false;
  return true;
}

/** Own enumerable fields, in any order; a typed array has its items as such. */
function sameFields(a: Fields, b: Fields, here: Pair): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length || (names.length === 0 && !canBeEmpty(a))) return false;
  return names.every(name => Object.hasOwn(b, name) && equal(a[name], b[name], here));
}

/** Objects without a prototype count as plain ones, since `structuredClone` makes these of them. */
function kindOf(value: object): object {
  return (Object.getPrototypeOf(value) as object | null) ?? Object.prototype;
}

function canBeEmpty(value: object): boolean {
  return kindOf(value) === Object.prototype || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
