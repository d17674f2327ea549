import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap, TimerQueue } from '../../src/state/timers.js';

describe('Heap', () => {
  it('gives the smallest first, as a sorted array does', () => {
    const operations = fc.array(fc.option(fc.integer({ min: -20, max: 20 }), { nil: 'pop' as const, freq: 2 }), { maxLength: 60 });
    fc.assert(
      fc.property(operations, steps => {
        const heap = new Heap<number>((a, b) => a - b);
        const model: number[] = [];
        for (const step of steps) {
          if (step === 'pop') expect(heap.pop()).toBe(model.shift());
          else {
            heap.push(step);
            model.push(step);
            model.sort((a, b) => a - b);
          }
          expect(heap.peek()).toBe(model[0]);
          expect(heap.items.toSorted((a, b) => a - b)).toEqual(model);
        }
      }),
    );
  });
});

describe('TimerQueue', () => {
  const times = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -5_000, max: 5_000 }), fc.maxSafeInteger());

  it('gives out what is due, in order of time, as a sorted array does', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ schedule: times }) },
      { weight: 1, arbitrary: fc.record({ take: times }) },
      { weight: 1, arbitrary: fc.constant({ next: true } as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(1, 7, 1024), (steps, width) => {
        const queue = new TimerQueue<number>(width);
        let model: number[] = [];
        for (const step of steps) {
          if ('schedule' in step) {
            queue.schedule(step.schedule, step.schedule);
            model.push(step.schedule);
            model.sort((a, b) => a - b);
          } else if ('take' in step) {
            const taken: number[] = [];
            queue.take(step.take, item => taken.push(item));
            expect(taken).toEqual(model.filter(time => time <= step.take));
            model = model.filter(time => time > step.take);
          } else {
            expect(queue.next()).toBe(model[0] ?? Number.POSITIVE_INFINITY);
          }
          expect([...queue.entries()].map(([time]) => time).sort((a, b) => a - b)).toEqual(model);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes what is scheduled meanwhile, if it is due', () => {
    const queue = new TimerQueue<string>(10);
    const taken: string[] = [];
    queue.schedule(5, 'first');
    queue.take(40, item => {
      taken.push(item);
      if (item === 'first') {
        queue.schedule(45, 'later');
        queue.schedule(100, 'much later');
      }
    });
    expect(taken).toEqual(['first']);
    expect(queue.next()).toBe(45);
    queue.take(1000, item => taken.push(item));
    expect(taken).toEqual(['first', 'later', 'much later']);
    expect(queue.next()).toBe(Number.POSITIVE_INFINITY);
  });

  it('holds an item as often as it is scheduled', () => {
    const queue = new TimerQueue<string>();
    const taken: string[] = [];
    queue.schedule(1, 'a');
    queue.schedule(2, 'a');
    queue.take(3, item => taken.push(item));
    expect(taken).toEqual(['a', 'a']);
  });
});

describe('TimerQueue.keep', () => {
  it('forgets all items but some, near and far', () => {
    const queue = new TimerQueue<number>(10);
    for (let time = 0; time < 100; time += 7) queue.schedule(time, time);
    queue.take(20, () => {});
    queue.keep(item => item % 2 === 0);
    expect(queue.next()).toBe(28);
    const due: number[] = [];
    queue.take(1_000, item => due.push(item));
    expect(due).toEqual([28, 42, 56, 70, 84, 98]);
    expect(queue.next()).toBe(Infinity);
  });
});
