/** What surrounds an asynchronous call, since the calls here have their answer at hand: queues, order, and time that waits for results. */
import { boundedOutOfOrderness, eventTime, mapAsync } from 'tidemark';
import { callsByMergeMap, callsByWorkers, callsInOrder, deliverAny, lookUp } from '../contenders/asyncByHand.js';
import { Digest } from '../contenders/digest.js';
import { deliverInOrder } from '../contenders/reorderByHand.js';
import type { Scenario } from '../harness.js';
import { DISORDER, type Event, makeEvents, stringKeys, timestampOf, touch } from '../workloads/events.js';

const CONCURRENCY = 16;

export function mapAsyncScenario(quick: boolean): Scenario {
  const count = quick ? 50_000 : 200_000;
  const events = makeEvents({ events: count, eventsPerSecond: 2_000, stragglers: 'none' }, stringKeys(1_000));
  const few = events.slice(0, 20_000);
  const merging = `RxJS mergeMap, as they come, ${few.length} events`;
  const [inOrder, asTheyCome] = ['results in order', 'results as they come'];
  const reference = 'queue of promises by hand';
  const workers = 'workers by hand, as they come';
  return {
    name: 'map-async',
    events: count,
    about: `a call that answers at once for each event, ${CONCURRENCY} in flight, ${count} events from an array`,
    contenders: [
      { name: reference, answers: inOrder, run: () => callsInOrder(events, CONCURRENCY) },
      { name: 'mapAsync', answers: inOrder, run: () => mapped(events, true) },
      { name: workers, answers: asTheyCome, run: () => callsByWorkers(events, CONCURRENCY) },
      { name: 'mapAsync, as they come', answers: asTheyCome, run: () => mapped(events, false) },
      // What waits is shifted from an array, whose length counts: a long input would take it forever.
      { name: merging, answers: 'the beginning', events: few.length, rounds: 3, run: () => callsByMergeMap(few, CONCURRENCY) },
    ],
    reference,
    ratio: 'speed',
    touch: () => touch(events),
  };
}

function mapped(events: readonly Event<string>[], ordered: boolean): Promise<Digest> {
  const digest = new Digest();
  const say = ordered ? deliverInOrder : deliverAny;
  return new Promise((resolve, reject) => {
    eventTime(events, { timestamp: timestampOf, watermark: boundedOutOfOrderness(DISORDER) })
      .pipe(mapAsync((event: Event<string>) => lookUp(event), { concurrency: CONCURRENCY, ordered }))
      .subscribe({ next: event => say(event, digest), error: reject, complete: () => resolve(digest) });
  });
}
