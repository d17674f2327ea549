/** What the laws of triggers and of assigners share: their options, and how a broken law is reported. */
import { mustBe } from '../errors.js';

/** Something else came than a law says. */
export class Breach extends Error {
  readonly expected: string;
  readonly got: string;

  constructor(expected: string, got: string) {
    super(`expected ${expected}, got ${got}`);
    this.expected = expected;
    this.got = got;
  }
}

/** Refuses laws without elements or without runs. */
export function begins<O extends { readonly values: readonly unknown[]; readonly runs?: number }>(where: string, options: O): O {
  const { values, runs = 1 } = options;
  if (!Array.isArray(values) || values.length === 0) throw mustBe(`${where}: values`, 'an array of at least one element', values);
  if (!(Number.isSafeInteger(runs) && runs > 0)) throw mustBe(`${where}: runs`, 'a whole number of at least 1', runs);
  return options;
}

/** The error that says which law was broken, where, by what, and how. */
export function lawBroken(what: string, law: string, where: string, input: string, error: unknown): Error {
  const found = error instanceof Breach ? [`  expected: ${error.expected}`, `  got: ${error.got}`] : [`  threw: ${String(error)}`];
  return new Error([`${what} breaks the law "${law}" (${where})`, `  ${input}`, ...found].join('\n'), { cause: error });
}
