import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsByMergeMap, callsByWorkers, callsInOrder, deliverAny } from '../../../bench/contenders/asyncByHand.js';
import { Digest } from '../../../bench/contenders/digest.js';
import { deliverInOrder } from '../../../bench/contenders/reorderByHand.js';
import type { Event } from '../../../bench/workloads/events.js';
import { anyEvents } from './support.js';

function digestOf(events: readonly Event<string>[], deliver: (event: Event<string>, digest: Digest) => void): Digest {
  const digest = new Digest();
  for (const event of events) deliver(event, digest);
  return digest;
}

/** A call that takes a turn of the queue or several, and counts those in flight. */
function slowly() {
  const flight = { now: 0, most: 0 };
  const call = async (event: Event<string>): Promise<Event<string>> => {
    flight.most = Math.max(flight.most, ++flight.now);
    for (let turn = 0; turn < event.value % 5; turn++) await Promise.resolve();
    flight.now--;
    return event;
  };
  return { flight, call };
}

describe('calls by hand', () => {
  it.each([
    ['callsInOrder', callsInOrder, deliverInOrder],
    ['callsByWorkers', callsByWorkers, deliverAny],
    ['callsByMergeMap', callsByMergeMap, deliverAny],
  ])('%s: a result for each event, no more than so many in flight', async (_, calls, deliver) => {
    await fc.assert(
      fc.asyncProperty(anyEvents, fc.integer({ min: 1, max: 8 }), async (events, concurrency) => {
        const { flight, call } = slowly();
        expect(await calls(events, concurrency, call)).toEqual(digestOf(events, deliver));
        expect(flight.most).toBeLessThanOrEqual(concurrency);
      }),
    );
  });
});
