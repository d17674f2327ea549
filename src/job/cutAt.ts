/** Where a replay ends: a source that ends at a position. */
import { equal } from '../aggregates/equal.js';
import { show, TidemarkError } from '../errors.js';
import type { ReplayBatch, ReplaySource } from './replayable.js';

/**
 * A source that ends behind the element whose position is `until`, or beyond it, as far as positions can be compared: numbers, and
 * arrays and objects of numbers. Rejects with BAD_OPTION if it begins beyond it, or ends before. `cut` is called when it ends there.
 */
export function cutAt<T>(name: string, source: ReplaySource<T, any>, until: unknown, cut: () => void): ReplaySource<T, any> {
  const { earliest, retains } = source;
  return {
    ...(earliest && { earliest: () => earliest.call(source) }),
    ...(retains && { retains: (position: unknown) => retains.call(source, position) }),
    async open(position: unknown) {
      const start = position ?? (typeof until === 'number' ? 0 : undefined);
      let over = reached(start, until);
      if (over && !equal(start, until))
        throw new TidemarkError('BAD_OPTION', `until: the source ${show(name)} begins at ${show(start)}, which is beyond ${show(until)}.`);
      const reader = await source.open(position);
      return {
        async read() {
          if (over) {
            cut();
            return undefined;
          }
          const batch = await reader.read();
          if (!batch)
            throw new TidemarkError('BAD_OPTION', `until: the source ${show(name)} has ended, and has not come to ${show(until)}.`);
          const count = countUntil(batch, until);
          if (count === undefined) return batch;
          over = true;
          return { values: batch.values.slice(0, count), positionAfter: taken => batch.positionAfter(taken) };
        },
        close: () => reader.close?.(),
      };
    },
  };
}

/** How many elements of a batch there are up to a position; undefined: it is not among them. */
function countUntil({ values, positionAfter }: ReplayBatch<unknown, unknown>, until: unknown): number | undefined {
  // Numbers ascend: most batches are told by their end.
  if (typeof until === 'number' && !reached(positionAfter(values.length), until)) return undefined;
  for (let count = 1; count <= values.length; count++) if (reached(positionAfter(count), until)) return count;
  return undefined;
}

/** Whether a position is another one, or beyond it. */
export function reached(position: unknown, until: unknown): boolean {
  if (typeof position === 'number' && typeof until === 'number') return position >= until;
  if (typeof position !== 'object' || typeof until !== 'object' || position === null || until === null) return equal(position, until);
  const names = Object.keys(until);
  const fields = position as Readonly<Record<string, unknown>>;
  return names.length > 0 && names.every(name => reached(fields[name], (until as Readonly<Record<string, unknown>>)[name]));
}
