/** The library through its public API, over the ways in which events can come to it. */
import { from, Subject } from 'rxjs';
import { boundedOutOfOrderness, eventTime, sum, type WindowAssigner, windowBy } from 'tidemark';
import { Digest } from './digest.js';
import { amountOf, DISORDER, type Event, keyOf, timestampOf } from './events.js';

const time = { timestamp: timestampOf, watermark: boundedOutOfOrderness(DISORDER) };

/** `eventTime(array)`: the whole input as one array. */
export function fromArray<K>(events: readonly Event<K>[], assigner: WindowAssigner): Digest {
  const digest = new Digest();
  eventTime(events, time)
    .pipe(windowBy(assigner, { key: keyOf<K>, aggregate: sum(amountOf) }))
    .subscribe(pane => digest.add(pane.window.start, pane.key, pane.value));
  return digest;
}

/** An Observable of arrays, as a decoder or a Kafka consumer gives them. */
export function fromArrays<K>(chunks: readonly (readonly Event<K>[])[], assigner: WindowAssigner): Digest {
  const digest = new Digest();
  eventTime(from(chunks as Event<K>[][]), { ...time, batches: true })
    .pipe(windowBy(assigner, { key: keyOf<K>, aggregate: sum(amountOf) }))
    .subscribe(pane => digest.add(pane.window.start, pane.key, pane.value));
  return digest;
}

/** One call of `Subject.next` for each event. */
export function fromSubject<K>(events: readonly Event<K>[], assigner: WindowAssigner): Digest {
  const digest = new Digest();
  const subject = new Subject<Event<K>>();
  eventTime(subject, time)
    .pipe(windowBy(assigner, { key: keyOf<K>, aggregate: sum(amountOf) }))
    .subscribe(pane => digest.add(pane.window.start, pane.key, pane.value));
  for (let i = 0; i < events.length; i++) subject.next(events[i] as Event<K>);
  subject.complete();
  return digest;
}
