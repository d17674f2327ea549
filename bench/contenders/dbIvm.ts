/**
 * `@tanstack/db-ivm`: differential dataflow, which maintains a grouped view. It has no windows and no watermark: the window is
 * part of the group's key, a group's result is corrected with each batch, and nothing is ever dropped.
 */
import { D2, groupBy, groupByOperators, output } from '@tanstack/db-ivm';
import type { Event } from '../workloads/events.js';
import { Digest } from './digest.js';

export function dbIvm(chunks: readonly (readonly Event<string>[])[], size: number): Digest {
  const view = new Map<string, { start: number; key: string; total: number }>();
  const graph = new D2();
  const input = graph.newInput<Event<string>>();
  input.pipe(
    groupBy(event => ({ start: Math.floor(event.timestamp / size) * size, key: event.key }), {
      total: groupByOperators.sum((event: Event<string>) => event.value),
    }),
    output(changes => {
      for (const [[id, row], multiplicity] of changes.getInner()) if (multiplicity > 0) view.set(id, row);
    }),
  );
  graph.finalize();
  for (const chunk of chunks) {
    input.sendData(chunk.map((event): [Event<string>, number] => [event, 1]));
    graph.run();
  }
  const digest = new Digest();
  for (const { start, key, total } of view.values()) digest.add(start, key, total);
  return digest;
}
