/** What stays of some elements by an evictor; numbers are values, with their place as time unless said otherwise. */
import type { Evictor } from '../../src/engine/evictor.js';

export function stays(evictor: Evictor<number>, values: readonly number[], times: readonly number[] = values.map((_, i) => i)): number[] {
  const elements = values.map((value, i) => ({ value, timestamp: times[i] as number }));
  return evictor.evict(elements, { start: 0, end: 100 }).map(({ value }) => value);
}
