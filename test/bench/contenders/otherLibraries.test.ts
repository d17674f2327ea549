/** Contenders of other libraries that answer the same question give what its definition gives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dbIvm } from '../../../bench/contenders/dbIvm.js';
import { lodashBatch } from '../../../bench/contenders/lodashBatch.js';
import { scanWithMap } from '../../../bench/contenders/rxjs.js';
import { chunksOf, type Event } from '../../../bench/workloads/events.js';
import { anyCut, anyEvents, byDefinition, SIZE } from './support.js';

/** Nothing is too late when it is in order. */
function inOrder(events: readonly Event<string>[]): Event<string>[] {
  return [...events].sort((a, b) => a.timestamp - b.timestamp);
}

describe('contenders of other libraries', () => {
  it('RxJS scan with a Map: in any disorder', () => {
    fc.assert(
      fc.property(anyEvents, events => {
        expect(scanWithMap(events, SIZE)).toEqual(byDefinition(events, SIZE, SIZE));
      }),
    );
  });

  it('lodash on the batch: when nothing is too late', () => {
    fc.assert(
      fc.property(anyEvents.map(inOrder), events => {
        expect(lodashBatch(events, SIZE)).toEqual(byDefinition(events, SIZE, SIZE));
      }),
    );
  });

  it('db-ivm: when nothing is too late', () => {
    fc.assert(
      fc.property(anyEvents.map(inOrder), anyCut, (events, cut) => {
        expect(dbIvm(chunksOf(events, cut), SIZE)).toEqual(byDefinition(events, SIZE, SIZE));
      }),
    );
  });
});
