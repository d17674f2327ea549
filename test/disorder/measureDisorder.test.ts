import fc from 'fast-check';
import { from, NEVER, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../src/disorder/bounds.js';
import { type DisorderOptions, measureDisorder } from '../../src/disorder/measureDisorder.js';
import type { DisorderReport } from '../../src/disorder/report.js';
import type { EventTimeOptions } from '../../src/operators/eventTime.js';
import { refusal } from '../support.js';
import { type Arrived, arrivals, pipeline } from './pipeline.js';

function measured(elements: readonly Arrived[], options: Partial<DisorderOptions<Arrived>> = {}): DisorderReport {
  const meter = measureDisorder<Arrived>({ timestamp: e => e.at, ...options });
  for (const element of elements) meter.add(element);
  return meter.report();
}

const arrival = (e: Arrived): number => e.arrives;
const source = (e: Arrived): string => e.source;

/** Each row says what a real pipeline with that bound does. */
function agrees(bounds: Bounds, elements: readonly Arrived[], options: Partial<EventTimeOptions<Arrived>>): void {
  for (const { bound, late, lateShare, resultLag } of [...bounds.suggestions, ...bounds.curve.slice(0, 6)]) {
    const real = pipeline(elements, bound, options);
    expect(late).toBe(real.late);
    expect(lateShare).toBe(bounds.elements === 0 ? 0 : late / bounds.elements);
    // Ahead of the clock counts as no wait.
    const waits = real.waits.map(wait => Math.max(wait, bound)).sort((a, b) => a - b);
    if (waits.length === 0) continue;
    expect(resultLag.mean).toBe(Math.round(waits.reduce((sum, wait) => sum + wait, 0) / waits.length));
    for (const [said, exact] of [
      [resultLag.median, waits.at(-1 - Math.floor(waits.length / 2))!],
      [resultLag.p99, waits.at(-1 - Math.floor(waits.length / 100))!],
    ] as const) {
      expect(said).toBeGreaterThanOrEqual(exact);
      expect(said).toBeLessThanOrEqual(exact * (1 + 1 / 128));
    }
  }
}

describe('measureDisorder', () => {
  it('says of one watermark what a pipeline does', () => {
    fc.assert(
      fc.property(arrivals, elements => {
        agrees(measured(elements, { arrival }).global, elements, {});
      }),
    );
  });

  it('says of one watermark, guarded, what a pipeline with that guard does', () => {
    fc.assert(
      fc.property(arrivals, fc.constantFrom(0, 20, 200), (elements, maxFuture) => {
        const { ahead, guarded, global } = measured(elements, { arrival, maxFuture });
        agrees(guarded ?? global, elements, { maxFuture });
        expect(ahead.count).toBe(pipeline(elements, 0, { maxFuture }).turnedAway);
        const by = elements.map(e => e.at - e.arrives).filter(lead => lead > maxFuture);
        expect(ahead.worst.map(one => one.by)).toEqual(by.sort((a, b) => b - a).slice(0, 5));
      }),
    );
  });

  it('says of a watermark for each source what a pipeline does, idle sources and guard included', () => {
    fc.assert(
      fc.property(arrivals, fc.constantFrom(1, 30, 200, undefined), fc.constantFrom(false as const, 50), (elements, idle, maxFuture) => {
        const idleAfter = idle === undefined ? {} : { idleAfter: idle };
        const report = measured(elements, { arrival, source, maxFuture, ...idleAfter });
        agrees(report.bySource!, elements, { source, maxFuture, ...idleAfter });
        expect(report.sources.reduce((sum, one) => sum + one.elements, 0)).toBe(report.bySource!.elements);
        for (const one of report.sources) {
          const own = elements.filter(e => e.source === one.source && !(maxFuture !== false && e.at - e.arrives > maxFuture));
          expect(pipeline(own, one.longest).late).toBe(0);
          if (one.longest > 0) expect(pipeline(own, one.longest - 1).late).toBeGreaterThan(0);
          expect(pipeline(own, one.bound99).late).toBeLessThanOrEqual(own.length * 0.01);
          expect(pipeline(own, 0).late).toBe(one.outOfOrder);
        }
      }),
    );
  });

  it('suggests bounds that keep their promise, and 100 % exactly', () => {
    fc.assert(
      fc.property(arrivals, elements => {
        const { global } = measured(elements);
        for (const { completeness, late } of global.suggestions)
          expect(late).toBeLessThanOrEqual(Math.floor((1 - completeness) * elements.length + 1e-6));
        expect(global.suggestions.at(-1)?.bound).toBe(global.longest);
        if (global.longest > 0) expect(pipeline(elements, global.longest - 1).late).toBeGreaterThan(0);
      }),
    );
  });

  it('measures nothing, and one element', () => {
    expect(measured([]).global).toMatchObject({ elements: 0, outOfOrder: 0, longest: 0 });
    expect(measured([]).advice.map(({ code }) => code)).toEqual(['empty']);
    const one = measured([{ at: -5, arrives: 0, source: 'a' }], { source, arrival });
    expect(one).toMatchObject({ elements: 1, guarded: undefined, advice: [{ code: 'in-order' }] });
    expect(one.global.curve).toEqual([{ bound: 0, late: 0, lateShare: 0, resultLag: { mean: 5, median: 5, p99: 5 } }]);
  });

  it('goes on after a report', () => {
    const meter = measureDisorder<number>({ timestamp: at => at });
    meter.add(5);
    expect(meter.report().elements).toBe(1);
    meter.add(3);
    expect(meter.report().global.longest).toBe(2);
  });

  it('is tapped into a stream of RxJS, and changes nothing there', () => {
    const meter = measureDisorder<number>({ timestamp: at => at });
    let passed: number[] = [];
    const { add } = meter;
    from([5, 3, 9]).pipe(tap(add), toArray()).subscribe(values => (passed = values)); // biome-ignore format: one line
    NEVER.pipe(tap(add)).subscribe().unsubscribe();
    expect([passed, meter.report().global.outOfOrder]).toEqual([[5, 3, 9], 1]);
  });

  it('needs no more memory for many elements, and time as short', () => {
    const meter = measureDisorder<number>({ timestamp: at => at });
    for (let index = 0; index < 300_000; index++) meter.add(index * 10 - ((index * 7_919) % 5_000));
    const { global } = meter.report();
    expect(global.elements).toBe(300_000);
    expect(global.curve.length).toBeLessThan(100);
    expect(JSON.stringify(meter.report()).length).toBeLessThan(20_000);
  });

  it('turns away what is further ahead of the clock than maxFuture, one hour by default', () => {
    const ahead = (by: number, options: object): number =>
      measured([{ at: by, arrives: 0, source: 'a' }], { arrival, ...options }).ahead.count;
    expect([ahead(3_600_000, {}), ahead(3_600_001, {}), ahead(5, { maxFuture: 5 }), ahead(6, { maxFuture: 5 })]).toEqual([0, 1, 0, 1]);
    expect([ahead(0, { maxFuture: 0 }), ahead(1, { maxFuture: 0 }), ahead(1e12, { maxFuture: false })]).toEqual([0, 1, 0]);
  });

  it('lets the clock stand when an arrival goes back', () => {
    const elements = [
      { at: 0, arrives: 10, source: 'a' },
      { at: 4, arrives: 5, source: 'a' },
    ];
    expect(measured(elements, { arrival }).global.curve[0]?.resultLag.mean).toBe((10 + 6) / 2);
  });

  it.each<[unknown, string]>([
    [{}, 'BAD_OPTION: measureDisorder: timestamp must be a function, but came as undefined.'],
    [{ timestamp: Number, arrival: 5 }, 'BAD_OPTION: measureDisorder: arrival must be a function, but came as 5.'],
    [{ timestamp: Number, source: 'id' }, 'BAD_OPTION: measureDisorder: source must be a function, but came as "id".'],
    [
      { timestamp: Number, idleAfter: '1s' },
      'BAD_OPTION: measureDisorder: source must be a function, since idleAfter is about sources, but came as undefined.',
    ],
    [
      { timestamp: Number, maxFuture: '1s' },
      'BAD_OPTION: measureDisorder: arrival must be a function, since maxFuture is measured against it, but came as undefined.',
    ],
    [
      { timestamp: Number, source: Number, idleAfter: 0 },
      'BAD_OPTION: measureDisorder: idleAfter must be longer than zero and finite, but came as 0.',
    ],
    [
      { timestamp: Number, arrival: Number, maxFuture: -1 },
      'BAD_OPTION: measureDisorder: maxFuture must be zero or longer, but came as -1.',
    ],
    [
      { timestamp: Number, bound: 1 },
      'BAD_OPTION: measureDisorder: there is no option "bound". There are: timestamp, arrival, source, idleAfter, maxFuture.',
    ],
  ])('refuses %o', (options, sentence) => {
    expect(refusal(() => measureDisorder(options as DisorderOptions<unknown>))).toBe(sentence);
  });

  it('refuses an element without a time, and names it', () => {
    const meter = measureDisorder<{ at?: number }>({ timestamp: e => e.at as number });
    expect(refusal(() => meter.add({}))).toContain('BAD_TIMESTAMP: measureDisorder: timestamp must be a safe integer');
    const clocked = measureDisorder<number>({ timestamp: at => at, arrival: () => Number.NaN });
    expect(refusal(() => clocked.add(1))).toContain('BAD_TIMESTAMP: measureDisorder: arrival must be a safe integer');
    expect([meter.report().elements, clocked.report().elements]).toEqual([0, 0]);
  });
});
