import { type EventOperator, type EventStream, eventOperator } from '../stream/eventStream.js';

/**
 * Makes a pipeline of your own into one operator, to be used in `pipe` like any other.
 *
 * @example
 * ```ts
 * import { map } from 'rxjs';
 * import { count, type EventStream, eventTime, stage, tumbling, windowBy } from 'tidemark';
 *
 * const perMinute = stage((clicks: EventStream<{ user: string }>) =>
 *   clicks.pipe(windowBy(tumbling('1m'), { key: c => c.user, aggregate: count() }), map(pane => pane.value)));
 *
 * const counts = eventTime([{ user: 'ann', at: 5 }], { timestamp: c => c.at }).pipe(perMinute);
 * ```
 */
export function stage<T, R>(make: (source: EventStream<T>) => EventStream<R>): EventOperator<T, R> {
  return eventOperator('stage', make);
}
