/** Calls that are made again for a while. */
import { backoff } from '../time/backoff.js';

/** The time of day, and waiting; tests bring their own. */
export interface Waiting {
  /** Milliseconds. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

export const waiting: Waiting = {
  now: () => performance.now(),
  wait: milliseconds =>
    new Promise(resolve => {
      setTimeout(resolve, milliseconds);
    }),
};

/** Milliseconds between two calls. */
const PAUSES = { delay: 20, factor: 2, most: 500 };

/** Calls until it succeeds, fails for a reason that does not pass, or so many milliseconds are over. */
export async function retried<R>(
  work: () => Promise<R>,
  passes: (error: unknown) => boolean,
  patience: number,
  world: Waiting = waiting,
): Promise<R> {
  const end = world.now() + patience;
  for (let retry = 1; ; retry++) {
    try {
      return await work();
    } catch (error) {
      const pause = backoff(PAUSES, retry);
      if (!passes(error) || world.now() + pause > end) throw error;
      await world.wait(pause);
    }
  }
}

/** Looks again until nothing has changed for so many milliseconds; gives what was seen last. */
export async function settled<R>(
  look: () => Promise<R>,
  same: (a: R, b: R) => boolean,
  quiet: number,
  world: Waiting = waiting,
): Promise<R> {
  let seen = await look();
  for (let since = world.now(); world.now() - since < quiet; ) {
    await world.wait(quiet / 10);
    const next = await look();
    if (!same(seen, next)) since = world.now();
    seen = next;
  }
  return seen;
}
