import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKey } from '../../src/aggregates/encodeKey.js';
import { IdMemory } from '../../src/state/idMemory.js';
import { replayParts } from '../../src/state/timedLog.js';
import { stateOf } from '../cuts.js';

type Step = { readonly id: unknown; readonly time: number } | { readonly horizon: number } | 'restart';

const ids = fc.constantFrom<unknown>('a', 1, null, undefined, ['a', 1], { b: 2, a: 1 }, { a: 1, b: 2 });

function stepsOf(scale: number): fc.Arbitrary<Step[]> {
  const time = fc.integer({ min: -10, max: 20 }).map(drawn => drawn * scale);
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ id: ids, time }) },
      { weight: 2, arbitrary: time.map(horizon => ({ horizon })) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    ),
    { maxLength: 40, size: 'max' },
  );
}

const cuttable = (memory: IdMemory) => ({ cut: (number: number, since: number) => ({ rest: 0, parts: memory.cut(number, since) }) });

/** How many times are remembered that are not below a horizon. */
function living(memory: IdMemory, horizon: number): number {
  let count = 0;
  replayParts(stateOf(cuttable(memory)).parts, (_id, time) => {
    if (time >= horizon) count++;
  });
  return count;
}

function compare(within: number, steps: readonly Step[]): void {
  let memory = new IdMemory(within);
  let seen: { key: string; time: number }[] = [];
  let horizon = -Infinity;
  for (const step of steps) {
    if (step === 'restart') {
      const { parts } = stateOf(cuttable(memory));
      memory = new IdMemory(within);
      memory.forget(horizon);
      memory.restore(parts);
    } else if ('horizon' in step) {
      horizon = Math.max(horizon, step.horizon);
      seen = seen.filter(({ time }) => time >= horizon);
      memory.forget(step.horizon);
    } else {
      const key = encodeKey(step.id);
      const known = seen.some(one => one.key === key && Math.abs(one.time - step.time) <= within);
      const expected = known ? 'known' : step.time < horizon ? 'forgotten' : 'new';
      if (expected === 'new') seen.push({ key, time: step.time });
      expect(memory.see(step.id, step.time)).toBe(expected);
    }
    const held = living(memory, horizon);
    expect(held).toBe(seen.length);
  }
}

describe('IdMemory', () => {
  // Times of the size of a bucket, and far smaller ones.
  it.each([1, 700, 5_000])('knows what a list that is searched from end to end knows, times %i', scale => {
    const within = fc.oneof(
      fc.integer({ min: 0, max: 12 }).map(drawn => drawn * scale),
      fc.constant(Infinity),
    );
    fc.assert(fc.property(within, stepsOf(scale), compare), { numRuns: 800 });
  });

  it('holds no more than a sixteenth, or a second, beyond what it must', () => {
    for (const within of [0, 100, 60_000]) {
      const memory = new IdMemory(within);
      let most = 0;
      for (let time = 0; time < 400_000; time += 10) {
        memory.see(`id${time}`, time);
        memory.forget(time - within);
        most = Math.max(most, memory.size);
      }
      expect(most).toBeLessThanOrEqual((within + Math.max(1024, within / 16)) / 10 + 2);
      memory.forget(1e9);
      expect(memory.size).toBe(0);
    }
  });

  it('forgets one time of an id and keeps another', () => {
    const memory = new IdMemory(10);
    expect([memory.see('a', 0), memory.see('a', 50_000), memory.see('a', 25_000)]).toEqual(['new', 'new', 'new']);
    memory.forget(30_000);
    expect([memory.see('a', 25_000), memory.see('a', 49_995), living(memory, 30_000)]).toEqual(['forgotten', 'known', 1]);
  });

  it('works at both ends of time', () => {
    const memory = new IdMemory(5);
    const { MIN_SAFE_INTEGER: first, MAX_SAFE_INTEGER: last } = Number;
    expect([memory.see('a', first), memory.see('a', first + 5), memory.see('a', last), memory.see('a', last - 6)]).toEqual([
      'new',
      'known',
      'new',
      'new',
    ]);
    memory.forget(last - 5);
    expect([memory.see('a', first), memory.see('a', last)]).toEqual(['forgotten', 'known']);
  });
});
