import fc from 'fast-check';
import { Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { SplitRun } from '../../src/operators/splitRun.js';
import { EventStream } from '../../src/stream/eventStream.js';
import type { EventSink } from '../../src/stream/sink.js';
import { plainContext } from '../../src/stream/systemClock.js';

/** A stream by hand, and how often it was connected and let go of. */
class Hand extends EventStream<number> {
  sink: EventSink<number> | undefined;
  readonly counts = { connected: 0, left: 0 };

  constructor() {
    super('hand');
  }

  override connect(sink: EventSink<number>): Subscription {
    this.sink = sink;
    this.counts.connected++;
    return new Subscription(() => void this.counts.left++);
  }
}

function ear(log: unknown[], closed = false): EventSink<number> {
  return {
    closed,
    next: (value, timestamp, diff) => void log.push([value, timestamp, diff]),
    watermark: time => void log.push(time),
    idle: () => void log.push('idle'),
    error: error => void log.push(error),
    complete: () => void log.push('done'),
  };
}

function bench(branchOf: (value: number) => number = value => value % 2) {
  const source = new Hand();
  let over = 0;
  const run = new SplitRun<number>(source, branchOf, plainContext, () => over++);
  return { source, run, over: () => over };
}

describe('SplitRun', () => {
  it('gives each value to its branch and time to all, whoever comes and goes', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ value: fc.integer({ min: 0, max: 9 }), diff: fc.constantFrom(1 as const, -1 as const) }) },
      { weight: 2, arbitrary: fc.record({ watermark: fc.integer({ min: 0, max: 50 }) }) },
      { weight: 1, arbitrary: fc.constant('idle' as const) },
      { weight: 2, arbitrary: fc.record({ join: fc.integer({ min: 0, max: 2 }) }) },
      { weight: 1, arbitrary: fc.record({ leave: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), steps => {
        const { source, run } = bench(value => value % 3);
        // The first one stays.
        const ears: { branch: number; log: unknown[]; expected: unknown[]; subscription: { unsubscribe(): void }; here: boolean }[] = [];
        let time: number | undefined;
        let resting = false;
        const join = (branch: number): void => {
          const log: unknown[] = [];
          const expected = [...(time === undefined ? [] : [time]), ...(resting ? ['idle'] : [])];
          ears.push({ branch, log, expected, subscription: run.join(branch, ear(log)), here: true });
        };
        join(0);
        run.begin();
        const sink = source.sink as EventSink<number>;
        const told = (said: unknown, branch?: number): void => {
          for (const one of ears) if (one.here && (branch === undefined || branch === one.branch)) one.expected.push(said);
        };
        for (const one of steps) {
          if (one === 'idle') {
            sink.idle();
            told('idle');
            resting = true;
          } else if ('value' in one) {
            sink.next(one.value, one.value, one.diff);
            told([one.value, one.value, one.diff], one.value % 3);
            if (resting) told(time ?? Number.MIN_SAFE_INTEGER);
            resting = false;
          } else if ('watermark' in one) {
            time = Math.max(time ?? one.watermark, one.watermark);
            sink.watermark(time);
            told(time);
            resting = false;
          } else if ('join' in one) {
            join(one.join);
          } else {
            const gone = ears[1 + (one.leave % ears.length)];
            gone?.subscription.unsubscribe();
            if (gone) gone.here = false;
          }
        }
        for (const { log, expected } of ears) expect(log).toEqual(expected);
        expect(source.counts).toEqual({ connected: 1, left: 0 });
        for (const { subscription } of ears) subscription.unsubscribe();
        expect(source.counts).toEqual({ connected: 1, left: 1 });
      }),
      { numRuns: 1_000 },
    );
  });

  it('begins once, and not at all when everybody has left', () => {
    const one = bench();
    const subscription = one.run.join(0, ear([]));
    one.run.begin();
    one.run.begin();
    expect(one.source.counts.connected).toBe(1);
    subscription.unsubscribe();
    subscription.unsubscribe();
    expect([one.source.counts.left, one.over()]).toEqual([1, 1]);
    const two = bench();
    two.run.join(0, ear([])).unsubscribe();
    two.run.begin();
    expect([two.source.counts.connected, two.over()]).toEqual([0, 1]);
  });

  it('is closed when all who listen are', () => {
    const { run } = bench();
    expect(run.closed).toBe(true);
    run.join(0, ear([], true));
    expect(run.closed).toBe(true);
    run.join(1, ear([]));
    expect(run.closed).toBe(false);
  });

  it('ends for all with the end, with an error, and with what telling the branches apart throws', () => {
    const boom = new Error('boom');
    const ends: [(sink: EventSink<number>) => void, unknown][] = [
      [sink => sink.complete(), 'done'],
      [sink => sink.error(boom), boom],
      [sink => sink.next(7, 7, 1), boom],
    ];
    for (const [end, said] of ends) {
      const { source, run, over } = bench(value => {
        if (value === 7) throw boom;
        return 0;
      });
      const logs: unknown[][] = [[], [], []];
      logs.forEach((log, i) => void run.join(i, ear(log)));
      run.begin();
      end(source.sink as EventSink<number>);
      source.sink?.next(2, 2, 1);
      source.sink?.complete();
      expect(logs).toEqual([[said], [said], [said]]);
      expect([source.counts.left, over()]).toEqual([1, 1]);
    }
  });

  it('lets a call that comes in the midst of another wait, so that all branches hear the same order', () => {
    const { source, run } = bench();
    const logs: unknown[][] = [[], []];
    const feeding = ear(logs[0] as unknown[]);
    run.join(0, {
      ...feeding,
      watermark(time) {
        feeding.watermark(time);
        if (time === 1) source.sink?.next(1, 5, 1);
      },
    });
    run.join(1, ear(logs[1] as unknown[]));
    run.begin();
    source.sink?.watermark(1);
    source.sink?.watermark(2);
    expect(logs).toEqual([
      [1, 2],
      [1, [1, 5, 1], 2],
    ]);
  });

  it('says nothing more to who leaves in the midst of a call', () => {
    const { source, run } = bench();
    const log: unknown[] = [];
    const other = new Subscription();
    run.join(0, { ...ear([]), watermark: () => other.unsubscribe() });
    other.add(run.join(1, ear(log)));
    run.begin();
    source.sink?.watermark(1);
    expect(log).toEqual([]);
  });

  it('gives a value no more to who has left in the midst of it', () => {
    const { source, run } = bench();
    const log: unknown[] = [];
    const other = new Subscription();
    run.join(0, { ...ear([]), next: () => other.unsubscribe() });
    other.add(run.join(0, ear(log)));
    run.begin();
    source.sink?.next(2, 2, 1);
    expect(log).toEqual([]);
  });
});
