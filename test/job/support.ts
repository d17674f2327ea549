/** What tests of jobs have in common. */
import type { Env } from '../../src/checkpoint/env.js';
import type { Replayable, ReplaySource } from '../../src/job/replayable.js';

/** All elements of a source from a position on, and the position behind each. */
export async function readFrom<T>({ source$ }: Replayable<T>, position?: unknown): Promise<[T, unknown][]> {
  const reader = await (source$ as ReplaySource<T, unknown>).open(position);
  const read: [T, unknown][] = [];
  for (let batch = await reader.read(); batch; batch = await reader.read())
    for (const [i, value] of batch.values.entries()) read.push([value, batch.positionAfter(i + 1)]);
  await reader.close?.();
  return read;
}

/** What comes of a promise that must reject. */
export async function failure(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  return promise.then(
    value => {
      throw new Error(`it resolved with ${String(value)}`);
    },
    error => error as Error,
  );
}

/** A world in which a slice takes as long as it is told. */
export function slowWorld(perRead: number): Env {
  let now = 0;
  return {
    io: (_label, effect) => effect(),
    pause: () => new Promise(resolve => setImmediate(resolve)),
    now: () => (now += perRead),
    wallClock: () => 0,
    after: () => () => undefined,
    nonce: () => 'nonce',
  };
}
