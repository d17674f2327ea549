/**
 * The identity of a value as a text. Arrays, plain objects and Dates are compared by structure; what has no stable identity
 * (functions, symbols, class instances, cycles) is refused, since it could not be found again after a restart.
 */
import { mustBe, type TidemarkError } from '../errors.js';

/** The identity of a key as a text: equal keys give equal texts, others differ. Object fields are taken in sorted order. */
export function encodeKey(key: unknown): string {
  return encode(key, undefined);
}

interface Parent {
  readonly value: object;
  readonly up: Parent | undefined;
}

function encode(key: unknown, up: Parent | undefined): string {
  switch (typeof key) {
    case 'string':
      return JSON.stringify(key);
    case 'number':
      return String(key); // -0 is '0', too
    case 'bigint':
      return `${key}n`;
    case 'boolean':
    case 'undefined':
      return String(key);
    case 'object':
      return key === null ? 'null' : encodeObject(key, up);
    default:
      throw badKey(key);
  }
}

function encodeObject(key: object, up: Parent | undefined): string {
  for (let parent = up; parent; parent = parent.up) if (parent.value === key) throw badKey(key);
  const here: Parent = { value: key, up };
  if (Array.isArray(key)) return `[${Array.from(key, item => encode(item, here)).join(',')}]`;
  if (key instanceof Date) return `Date(${key.getTime()})`;
  const prototype: unknown = Object.getPrototypeOf(key);
  if (prototype !== null && prototype !== Object.prototype) throw badKey(key);
  const fields = Object.keys(key).sort();
  return `{${fields.map(name => `${JSON.stringify(name)}:${encode((key as Record<string, unknown>)[name], here)}`).join(',')}}`;
}

function badKey(key: unknown): TidemarkError {
  return mustBe(
    'key',
    'a primitive other than a symbol, a Date, or an array or plain object of these',
    key,
    'Return an id of it instead.',
    'BAD_KEY',
  );
}

/** Whether a Map would compare the value by reference. Functions and symbols count too, so that they reach the refusal. Common kinds first. */
export function isComposite(key: unknown): boolean {
  if (typeof key === 'string' || typeof key === 'number') return false;
  return (typeof key === 'object' && key !== null) || typeof key === 'function' || typeof key === 'symbol';
}
