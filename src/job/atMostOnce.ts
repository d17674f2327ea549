import { from, Observable, type ObservableInput } from 'rxjs';

/** A source that a job takes as it comes. */
export class AtMostOnce<T> extends Observable<T> {}

/**
 * Says that a source cannot be read again, and that this is all right: what came of it since the last checkpoint is lost when the job
 * crashes. Without this word a job refuses a source that has no positions.
 *
 * @example
 * ```ts
 * import { fromEvent } from 'rxjs';
 * import { atMostOnce, count, eventTime, run, tumbling, windowBy } from 'tidemark';
 *
 * const target = new EventTarget();
 * const clicks = eventTime(atMostOnce(fromEvent(target, 'click')), { name: 'clicks', timestamp: () => Date.now() });
 * const job = run(clicks.pipe(windowBy(tumbling('1m'), { name: 'perMinute', aggregate: count() })), { name: 'clicks' });
 * await job.stop();
 * ```
 */
export function atMostOnce<T>(source: ObservableInput<T>): AtMostOnce<T> {
  const values = from(source);
  return new AtMostOnce(subscriber => values.subscribe(subscriber));
}
