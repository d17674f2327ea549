/** The identity of the values that aggregates tell apart: as that of keys, but what has none is told as a bad value of its element. */
import { mustBe, show, TidemarkError } from '../errors.js';
import { encodeKey } from './encodeKey.js';

/** The text of a value: equal values give equal texts, others differ. `name` is the aggregate's. */
export function identityOf(value: unknown, name: string, element: unknown): string {
  try {
    return encodeKey(value);
  } catch (error) {
    throw error instanceof TidemarkError ? noIdentity(value, name, element) : error;
  }
}

function noIdentity(value: unknown, name: string, element: unknown): TidemarkError {
  return mustBe(
    `${name}: the value of an element`,
    'a primitive other than a symbol, a Date, or an array or plain object of these',
    value,
    `It is that of the element ${show(element)}. Return an id of it instead.`,
    'BAD_VALUE',
  );
}
