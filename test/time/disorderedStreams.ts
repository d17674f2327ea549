/** Streams with a known kind of disorder, from seeds: the timestamps, in the order in which they arrive. */
import { mulberry32 } from '../../src/testing/random.js';

type Random = () => number;

/** How long an element takes to arrive, by chance and by its number. */
type Delay = (random: Random, index: number) => number;

const START = 1_700_000_000_000;

export const exponential =
  (mean: number): Delay =>
  random =>
    -Math.log(1 - random()) * mean;

export const uniform =
  (most: number): Delay =>
  random =>
    random() * most;

export const lognormal =
  (mu: number, sigma: number): Delay =>
  random =>
    Math.exp(mu + sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

/** Elements 10 ms apart on average, each with a delay of its own. */
export function delayed(count: number, delay: Delay, seed = 1): number[] {
  const random = mulberry32(seed);
  let now = START;
  const elements = Array.from({ length: count }, (_, index) => {
    now += exponential(10)(random, index);
    return { at: Math.floor(now), arrives: now + delay(random, index) };
  });
  return byArrival(elements).map(({ at }) => at);
}

/** 50 devices; each goes offline now and then, for a minute on average, and then sends all that it has, in order. */
export function offline(count: number, seed = 7): { at: number; device: number }[] {
  const random = mulberry32(seed);
  const until = new Float64Array(50);
  let now = START;
  const elements = Array.from({ length: count }, (_, index) => {
    now += 10;
    const device = Math.floor(random() * 50);
    if (now > until[device]! && random() < 0.0005) until[device] = now + exponential(60_000)(random, index);
    const back = until[device]!;
    return { at: now, device, arrives: now < back ? back : now + exponential(200)(random, index) };
  });
  return byArrival(elements);
}

function byArrival<E extends { readonly arrives: number }>(elements: E[]): E[] {
  return elements.sort((a, b) => a.arrives - b.arrives);
}
