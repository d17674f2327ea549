import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { keepEvents } from '../../src/inspect/keepEvents.js';
import { refusal } from '../support.js';

describe('kept events', () => {
  it('are the last ones since they were taken, with how many are missed', () => {
    const reads = fc.array(fc.nat(9), { maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), reads, (most, batches) => {
        const source = new Subject<number>();
        const kept = keepEvents(source, most);
        let next = 0;
        for (const size of batches) {
          const all = Array.from({ length: size }, () => next++);
          for (const event of all) source.next(event);
          expect(kept.take()).toEqual({ events: all.slice(-most), missed: Math.max(0, size - most) });
        }
        kept.stop();
        source.next(next);
        expect(kept.take()).toEqual({ events: [], missed: 0 });
      }),
    );
  });

  it('are some', () => {
    for (const most of [0, 1.5, Number.NaN]) expect(refusal(() => keepEvents(new Subject(), most))).toMatch(/^BAD_OPTION: keepEvents/);
  });
});
