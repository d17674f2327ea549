/** What operators demand of their options. */
import { show, TidemarkError } from '../errors.js';

/** Refuses options that do not exist: a misspelt one would silently do nothing. */
export function checkOptions(options: object, known: readonly string[], where: string): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new TidemarkError('BAD_OPTION', `${where}: there is no option ${show(name)}. There are: ${known.join(', ')}.`);
  }
}

/** Refuses what is not one of some words. */
export function checkWord(value: unknown, words: readonly string[], where: string): void {
  if (!words.includes(value as string)) {
    throw new TidemarkError('BAD_OPTION', `${where} must be one of ${words.map(show).join(', ')}, but came as ${show(value)}.`);
  }
}

/** Refuses what is not a function. */
export function checkFunction(value: unknown, where: string): void {
  if (typeof value !== 'function') throw new TidemarkError('BAD_OPTION', `${where} must be a function, but came as ${show(value)}.`);
}
