/**
 * The random texts of Nexmark. The order of draws is part of the format: one draw more or less changes all that follows.
 */
import type { JavaRandom } from './javaRandom.js';

const A = 97;
const SPACE = 32;
const codes = new Uint8Array(1024);

/** From 3 to below `max` lower-case letters, about one in 13 a blank, without blanks at the ends. */
export function words(random: JavaRandom, max: number): string {
  const length = 3 + random.below(max - 3);
  for (let i = 0; i < length; i++) codes[i] = random.below(13) === 0 ? SPACE : A + random.below(26);
  let start = 0;
  let end = length;
  while (start < end && codes[start] === SPACE) start++;
  while (start < end && codes[end - 1] === SPACE) end--;
  return text(start, end);
}

/** What fills a record of `size` bytes up to about `average`, within 20 %; empty when it is larger already. */
export function padding(random: JavaRandom, size: number, average: number): string {
  if (size > average) return '';
  const missing = average - size;
  const spread = Math.round(missing * 0.2);
  return filler(random, missing - spread + (spread === 0 ? 0 : random.below(2 * spread)));
}

/** One draw gives six characters. It is signed and so is its remainder: characters below 'a' are faithful. */
function filler(random: JavaRandom, length: number): string {
  let draw = 0;
  for (let i = 0; i < length; i++) {
    if (i % 6 === 0) draw = random.int();
    codes[i] = A + (draw % 26);
    draw = Math.trunc(draw / 26);
  }
  return text(0, length);
}

function text(start: number, end: number): string {
  return String.fromCharCode.apply(null, codes.subarray(start, end) as unknown as number[]);
}
