import type { Unsubscribable } from 'rxjs';
import { mustBe } from '../errors.js';
import { EventStream } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { connectAll } from './confluence.js';

/**
 * All elements of several streams, with the lowest of their watermarks: the union is complete up to where each of its inputs
 * is. An idle input does not hold the others back; one that has completed never does again. (Stock `merge` loses event time.)
 *
 * @throws TidemarkError `BAD_OPTION` when there is no stream, or one without event time.
 * @example
 * ```ts
 * import { count, eventTime, tumbling, union, windowBy } from 'tidemark';
 *
 * const flights = eventTime([{ id: 'KL1', at: 5 }], { timestamp: f => f.at });
 * const radar = eventTime([{ id: 'KL1', at: 7 }], { timestamp: r => r.at, idleAfter: '30s' });
 * const seen = union(flights, radar).pipe(windowBy(tumbling('1m'), { key: p => p.id, aggregate: count() }));
 * ```
 */
export function union<S extends readonly EventStream<any>[]>(
  ...streams: S
): EventStream<S[number] extends EventStream<infer T> ? T : never> {
  if (streams.length === 0) throw mustBe('union: its arguments', 'one stream or more', streams);
  streams.forEach((stream, i) => {
    if (!(stream instanceof EventStream)) {
      throw mustBe(`union: argument ${i + 1}`, 'a stream with event time', stream, 'Use eventTime().');
    }
  });
  return new UnionStream(streams);
}

class UnionStream<T> extends EventStream<T> {
  constructor(streams: readonly EventStream<T>[]) {
    super('union', streams);
  }

  override connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    return connectAll(this, sink, context, this.kind, this.name);
  }
}
