/** The real world, as the coordinator and the sources of a job see it; in Node and in browsers. */
import type { Env } from '../checkpoint/env.js';

// Node has it; browsers do not.
const { setImmediate: soon } = globalThis as { readonly setImmediate?: (task: () => void) => unknown };

/** Lets everything else that waits have its turn, without the delay that browsers give to timers. */
function pause(): Promise<void> {
  return new Promise(resolve => {
    if (soon) {
      soon(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

export const world: Env = {
  io: (_label, effect) => effect(),
  pause,
  now: () => performance.now(),
  wallClock: () => Date.now(),
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
  nonce: () => crypto.randomUUID(),
};
