import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerHeap } from '../../../bench/contenders/heap.js';

/** A time: what becomes due is taken out up to it. A pair: a timer is put in. */
const anySteps = fc.array(fc.oneof(fc.nat(20), fc.tuple(fc.nat(20), fc.nat(99))), { maxLength: 80 });

describe('TimerHeap', () => {
  it('gives out what is due, earliest first, and nothing else', () => {
    fc.assert(
      fc.property(anySteps, steps => {
        const heap = new TimerHeap<number>();
        let model: { time: number; what: number }[] = [];
        for (const step of steps) {
          if (typeof step === 'object') {
            const timer = { time: step[0], what: step[1] };
            heap.push(timer);
            model.push(timer);
            continue;
          }
          const due = [];
          for (let timer = heap.due(step); timer !== undefined; timer = heap.due(step)) due.push(timer);
          const expected = model.filter(({ time }) => time <= step);
          expect(due.map(({ time }) => time)).toEqual(expected.map(({ time }) => time).sort((a, b) => a - b));
          expect(new Set(due)).toEqual(new Set(expected));
          model = model.filter(({ time }) => time > step);
        }
      }),
    );
  });
});
