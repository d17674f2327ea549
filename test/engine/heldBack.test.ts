import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asyncCounts } from '../../src/engine/asyncCounts.js';
import { HeldBack, type Place } from '../../src/engine/heldBack.js';
import { START_OF_TIME } from '../../src/time/timestamp.js';

/** A row under test: what is called, and what has left it. */
class Bench {
  readonly counts = asyncCounts();
  said: string[] = [];
  readonly held: HeldBack<string, string>;
  readonly called: Place<string, string>[] = [];

  constructor(ordered: boolean) {
    this.held = new HeldBack(
      ordered,
      {
        value: (result, time) => void this.said.push(`${result}@${time}`),
        watermark: time => void this.said.push(`W${time}`),
        idle: () => void this.said.push('idle'),
      },
      this.counts,
    );
  }

  enter(...elements: [string, number][]): void {
    for (const [value, time] of elements) {
      this.held.enter(value, time);
      this.called.push(this.held.take() as Place<string, string>);
    }
  }

  settle(value: string): void {
    const place = this.called.find(one => one.value === value) as Place<string, string>;
    this.called.splice(this.called.indexOf(place), 1);
    this.held.settle(place, value.toUpperCase());
  }

  take(): string[] {
    const { said } = this;
    this.said = [];
    return said;
  }
}

describe('a row in order', () => {
  it('lets go of results in the order of arrival, watermarks and idleness between them', () => {
    const bench = new Bench(true);
    bench.enter(['a', 1], ['b', 2]);
    bench.held.watermark(3);
    bench.enter(['c', 4]);
    bench.held.watermark(5);
    bench.held.idle();
    bench.settle('c');
    bench.settle('b');
    expect(bench.take()).toEqual([]);
    bench.settle('a');
    expect(bench.take()).toEqual(['A@1', 'B@2', 'W3', 'C@4', 'W5', 'idle']);
    expect(bench.held.size).toBe(0);
  });

  it('lets watermarks and idleness through when nothing is inside', () => {
    const bench = new Bench(true);
    bench.held.watermark(3);
    bench.held.watermark(2);
    bench.held.watermark(3);
    bench.held.idle();
    bench.held.idle();
    bench.held.watermark(3);
    expect(bench.take()).toEqual(['W3', 'idle', 'W3']);
  });

  it('says that idleness is over as soon as something comes', () => {
    const bench = new Bench(true);
    bench.held.watermark(3);
    bench.held.idle();
    bench.take();
    bench.enter(['a', 5]);
    expect(bench.take()).toEqual(['W3']);
    bench.held.idle();
    bench.enter(['b', 6]);
    bench.settle('a');
    bench.settle('b');
    expect(bench.take()).toEqual(['A@5', 'B@6']);
  });
});

describe('a row without order', () => {
  it('lets go of what is ready, and of a watermark when all that came before it is gone', () => {
    const bench = new Bench(false);
    bench.enter(['a', 1], ['b', 2]);
    bench.held.watermark(3);
    bench.enter(['c', 4]);
    bench.settle('b');
    bench.settle('c');
    expect(bench.take()).toEqual(['B@2', 'C@4']);
    bench.settle('a');
    expect(bench.take()).toEqual(['A@1', 'W3']);
  });

  it('keeps what was late behind the watermark that it came after', () => {
    const bench = new Bench(false);
    bench.enter(['a', 5]);
    bench.held.watermark(5);
    bench.enter(['late', 2], ['b', 5]);
    bench.settle('late');
    bench.settle('b');
    expect(bench.take()).toEqual(['B@5']);
    bench.settle('a');
    expect(bench.take()).toEqual(['A@5', 'W5', 'LATE@2']);
  });

  it('holds one watermark, however many elements pass one that is stuck', () => {
    const bench = new Bench(false);
    bench.enter(['stuck', 0]);
    for (let i = 1; i < 100; i++) {
      bench.held.watermark(i);
      bench.enter(['x', i]);
      bench.settle('x');
    }
    expect(bench.held.snapshot().row).toEqual([
      { value: 'stuck', timestamp: 0 },
      { watermark: 99, idle: false },
    ]);
    bench.take();
    bench.settle('stuck');
    expect(bench.take()).toEqual(['STUCK@0', 'W99']);
  });
});

describe('the sizes', () => {
  it('are counted, and forgotten when it is cleared', () => {
    const { held, counts } = new Bench(true);
    for (const value of ['a', 'b', 'c', 'd']) held.enter(value, 1);
    const a = held.take() as Place<string, string>;
    const b = held.take() as Place<string, string>;
    held.settle(b, 'B');
    expect(counts).toMatchObject({ held: 4, waiting: 2 });
    expect(held.dropOldest()?.value).toBe('c');
    expect(counts).toMatchObject({ held: 3, waiting: 1 });
    held.settle(a, 'A');
    expect([held.size, counts]).toMatchObject([1, { held: 1, waiting: 1 }]);
    held.clear();
    expect([held.size, counts, held.take(), held.dropOldest()]).toMatchObject([0, { held: 0, waiting: 0 }, undefined, undefined]);
  });

  it('stand a listener that clears the row', () => {
    const counts = asyncCounts();
    const clear = (result: string) => result === 'LATE' && held.clear();
    const held: HeldBack<string, string> = new HeldBack(false, { value: result => void clear(result), watermark() {}, idle() {} }, counts);
    held.enter('a', 5);
    held.watermark(5);
    held.enter('late', 1);
    held.enter('later', 1);
    const [a, late, later] = [held.take()!, held.take()!, held.take()!];
    held.settle(late, 'LATE');
    held.settle(later, 'LATER');
    held.settle(a, 'A');
    expect([held.size, counts]).toMatchObject([0, { held: 0, waiting: 0 }]);
  });
});

/** The row as one would write it without a care: all that came, and what of it must have left, worked out anew after each step. */
class Model {
  readonly elements: { id: number; time: number; after: number; ready: boolean; gone: boolean; dropped: boolean }[] = [];
  /** Watermarks, each with the number of elements that came before it. */
  readonly marks: { time: number; before: number }[] = [];
  heard = START_OF_TIME;
  readonly #ordered: boolean;

  constructor(ordered: boolean) {
    this.#ordered = ordered;
  }

  get sent(): number {
    const passed = this.marks.filter(mark => this.elements.slice(0, mark.before).every(element => element.gone));
    return Math.max(START_OF_TIME, ...passed.map(mark => mark.time));
  }

  /** Marks what must have left. */
  settle(): void {
    for (let changed = true; changed; ) {
      changed = false;
      this.elements.forEach((element, i) => {
        const may = this.#ordered
          ? this.elements.slice(0, i).every(one => one.gone)
          : element.time >= element.after || this.sent >= element.after;
        if (element.gone || !element.ready || !may) return;
        element.gone = changed = true;
      });
    }
  }
}

type Step = { come: number } | { to: number } | { settle: number } | 'take' | 'drop' | 'idle' | 'restart';
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 30 }).map(come => ({ come })) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }).map(to => ({ to })) },
  { weight: 8, arbitrary: fc.nat(9).map(settle => ({ settle })) },
  { weight: 6, arbitrary: fc.constant('take' as const) },
  { weight: 1, arbitrary: fc.constantFrom('drop' as const, 'idle' as const, 'restart' as const) },
);

describe('a row, whatever happens', () => {
  it.each([true, false])('lets go of exactly what may leave, at once (ordered: %s)', ordered => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const model = new Model(ordered);
        const counts = asyncCounts();
        const left: { id: number; time: number; sent: number }[] = [];
        let sent = START_OF_TIME;
        let resting = false;
        const make = (): HeldBack<number, number> =>
          new HeldBack<number, number>(
            ordered,
            {
              value: (id, time) => void left.push({ id, time, sent }),
              watermark(time) {
                expect(time).toBeGreaterThanOrEqual(sent);
                sent = time;
                resting = false;
              },
              idle: () => void (resting = true),
            },
            counts,
          );
        let held = make();
        let called: Place<number, number>[] = [];
        const settle = (place: Place<number, number> | undefined): void => {
          if (!place) return;
          called = called.filter(one => one !== place);
          model.elements[place.value]!.ready = true;
          held.settle(place, place.value);
        };
        const act = (next: Step): void => {
          if (next === 'take') {
            const place = held.take();
            if (place) called.push(place);
          } else if (next === 'drop') {
            // Whoever drops has something in flight, so that what waits does not stand first.
            if (called.length === 0 && counts.waiting === counts.held) return;
            const dropped = held.dropOldest();
            if (dropped) Object.assign(model.elements[dropped.value]!, { gone: true, dropped: true });
          } else if (next === 'idle') {
            held.idle();
          } else if (next === 'restart') {
            const saved = structuredClone(held.snapshot());
            held.clear();
            expect([counts.held, counts.waiting]).toEqual([0, 0]);
            held = make();
            held.restore(saved);
            for (const element of model.elements) if (!element.gone) element.ready = false;
            called = [];
          } else if ('come' in next) {
            const id = model.elements.length;
            held.enter(id, next.come);
            expect(resting).toBe(false);
            model.elements.push({ id, time: next.come, after: model.heard, ready: false, gone: false, dropped: false });
          } else if ('to' in next) {
            held.watermark(next.to);
            model.heard = Math.max(model.heard, next.to);
            model.marks.push({ time: model.heard, before: model.elements.length });
          } else {
            settle(called[next.settle % Math.max(1, called.length)]);
          }
        };
        const look = (): void => {
          model.settle();
          expect(left.map(({ id }) => id).sort((a, b) => a - b)).toEqual(model.elements.filter(e => e.gone && !e.dropped).map(e => e.id));
          expect([sent, counts.held]).toEqual([model.sent, model.elements.filter(e => !e.gone).length]);
        };
        for (const next of steps) {
          act(next);
          look();
        }
        for (let place = held.take(); place; place = held.take()) called.push(place);
        for (const place of [...called].reverse()) settle(place);
        look();
        expect([counts.held, counts.waiting, sent]).toEqual([0, 0, model.heard]);
        if (steps.at(-1) === 'idle') expect(resting).toBe(true);
        if (ordered) expect(left.map(({ id }) => id)).toEqual(model.elements.filter(e => !e.dropped).map(e => e.id));
        for (const { id, time, sent: then } of left) {
          const { time: at, after } = model.elements[id]!;
          // Late or not is what it was when it came; no watermark that came after it has left before it.
          expect([time, time < then, then <= after]).toEqual([at, at < after, true]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
