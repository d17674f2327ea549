/**
 * Resolves when all promises have settled that wait for nothing but each other: one turn of the event loop. Timers, files and the
 * network are not waited for. With `mapAsync` in a pipeline: move the stream or its clock, `await settled()`, look.
 *
 * @example
 * ```ts
 * import { mapAsync } from 'tidemark';
 * import { record, settled, testStream } from 'tidemark/testing';
 *
 * const clicks = testStream<string>();
 * const users = record(clicks.pipe(mapAsync(async user => user.toUpperCase(), { concurrency: 2 })));
 * clicks.add('ann', 5);
 * await settled();
 * console.log(users.take()); // ['ANN']
 * ```
 */
export function settled(): Promise<void> {
  // A message comes after all microtasks, and test frameworks that fake timers leave it alone.
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
