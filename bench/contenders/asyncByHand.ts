/** A call for each event, so many in flight at once: a queue of promises, workers that share an index, and `mergeMap` of RxJS. */
import { from, lastValueFrom, mergeMap } from 'rxjs';
import type { Event } from '../workloads/events.js';
import { Digest } from './digest.js';
import { deliverInOrder } from './reorderByHand.js';

/** What is called: a look-up that has its answer at hand, so that only what surrounds the call is measured. */
export const lookUp = async <K>(event: Event<K>): Promise<Event<K>> => event;

type Call<K> = (event: Event<K>) => Promise<Event<K>>;

export function deliverAny<K>({ key, value, timestamp }: Event<K>, digest: Digest): void {
  digest.add(timestamp, key, value);
}

/** Results in the order of the events. */
export async function callsInOrder<K>(events: readonly Event<K>[], concurrency: number, call: Call<K> = lookUp): Promise<Digest> {
  const digest = new Digest();
  const inFlight: Promise<Event<K>>[] = new Array(concurrency);
  for (let i = 0; i < events.length + concurrency; i++) {
    const at = i % concurrency;
    if (i >= concurrency && i - concurrency < events.length) deliverInOrder(await (inFlight[at] as Promise<Event<K>>), digest);
    if (i < events.length) inFlight[at] = call(events[i] as Event<K>);
  }
  return digest;
}

/** Results as they come. */
export async function callsByWorkers<K>(events: readonly Event<K>[], concurrency: number, call: Call<K> = lookUp): Promise<Digest> {
  const digest = new Digest();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < events.length) deliverAny(await call(events[next++] as Event<K>), digest);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return digest;
}

/** As they come, too. */
export async function callsByMergeMap<K>(events: readonly Event<K>[], concurrency: number, call: Call<K> = lookUp): Promise<Digest> {
  const digest = new Digest();
  const results = from(events as Event<K>[]).pipe(
    mergeMap(async event => {
      deliverAny(await call(event), digest);
    }, concurrency),
  );
  await lastValueFrom(results, { defaultValue: undefined });
  return digest;
}
