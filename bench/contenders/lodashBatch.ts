/** lodash over the whole batch: nothing comes out before everything is there. */
import lodash from 'lodash';
import type { Event } from '../workloads/events.js';
import { Digest } from './digest.js';

const { groupBy, sumBy } = lodash;

export function lodashBatch(events: readonly Event<string>[], size: number): Digest {
  const digest = new Digest();
  for (const [window, inWindow] of Object.entries(groupBy(events, event => Math.floor(event.timestamp / size) * size))) {
    for (const [key, ofKey] of Object.entries(groupBy(inWindow, 'key'))) digest.add(Number(window), key, sumBy(ofKey, 'value'));
  }
  return digest;
}
