/** What tests of jobs have in common. */
import type { Env } from '../../src/checkpoint/env.js';
import type { Savepoint } from '../../src/checkpoint/savepoint.js';
import { type Replayable, type ReplaySource, replayable } from '../../src/job/replayable.js';
import { run } from '../../src/job/run.js';
import type { EventStream } from '../../src/stream/eventStream.js';

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

/** A source that gives a few elements at a time, so that everything else has its turn in between. `stay`: it never ends. */
export function slowly<T>(values: readonly T[], each = 3, stay = false): Replayable<T> {
  return replayable<T>({
    open: (from: number = 0) => {
      let at = from;
      return {
        async read() {
          await new Promise(resolve => setImmediate(resolve));
          if (at >= values.length) return stay ? new Promise<never>(() => undefined) : undefined;
          const start = at;
          at = Math.min(values.length, at + each);
          return { values: values.slice(start, at), positionAfter: (taken: number) => start + taken };
        },
      };
    },
  });
}

/** A savepoint of a program behind so many elements. */
export async function savepointAt<T>(
  program: (source: Replayable<T>) => EventStream<unknown>,
  values: readonly T[],
  taken: number,
): Promise<Savepoint> {
  const job = run(program(slowly(values.slice(0, taken), 7, true)), { name: 'parent', checkpoints: { every: '1h' } });
  for (;;) {
    const savepoint = await job.savepoint('here');
    if ((savepoint.sources[0]?.position ?? 0) !== taken) continue;
    await job.stop();
    return savepoint;
  }
}
