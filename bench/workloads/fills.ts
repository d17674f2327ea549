/**
 * Events that fill windows without completing any, for what is measured while they are open. In order of time, but for those that are
 * late on purpose, so that nothing depends on how often a watermark moves.
 */
import type { Fill } from '../probe.js';
import { BEGIN, chunksOf, DISORDER, type Event, generator } from './events.js';

export interface FillShape {
  readonly fills: number;
  readonly eventsPerFill: number;
  /** Milliseconds of event time of a fill. */
  readonly span: number;
  /** How long after a fill the watermark passes an end, beyond the bound of disorder. Default 0: at once. */
  readonly gap?: number;
  /** One event in so many is of the fill before, whose windows have fired; of the first fill, none. Default: none at all. */
  readonly lateOneIn?: number;
}

/** Each fill covers its span; the event that crosses it has a time by which the watermark is at the end of the span, and the gap past it. */
export function makeFills<K>(shape: FillShape, keys: readonly K[]): Fill<Event<K>>[] {
  const { fills, eventsPerFill, span, gap = 0, lateOneIn = Infinity } = shape;
  const random = generator(99);
  const anyKey = (): K => keys[Math.floor(random() * keys.length)] as K;
  // What crosses one fill lies in the span of the next, or the one after that: its fill begins later.
  const period = Math.ceil((span + gap + DISORDER) / span) * span;
  return Array.from({ length: fills }, (_, fill) => {
    const begin = BEGIN + fill * period;
    const events = Array.from({ length: eventsPerFill }, (_, i) => ({
      key: anyKey(),
      value: Math.floor(random() * 1_000),
      timestamp: begin + Math.floor((i * span) / eventsPerFill) - (fill > 0 && i % lateOneIn === lateOneIn - 1 ? period : 0),
    }));
    return { batches: chunksOf(events, 256), crossing: { key: anyKey(), value: 1, timestamp: begin + span + gap + DISORDER } };
  });
}

/** How many different keys the events of a fill have. */
export function keysIn<K>(fill: Fill<Event<K>>): number {
  const keys = new Set<K>();
  for (const batch of fill.batches) for (const { key } of batch) keys.add(key);
  return keys.size;
}
