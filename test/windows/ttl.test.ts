import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { finals } from '../../src/operators/finals.js';
import { type WindowOptions, windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { mortal, readTtl } from '../../src/windows/ttl.js';
import { assigned, refusal } from './support.js';

const windowed = (options: Partial<WindowOptions<string, string, number>>) =>
  windowBy(globalWindow({ ttl: 10 }), { key: (key: string) => key, aggregate: count(), ...options });

describe('a time to live', () => {
  it('is read as a duration, and may be left out', () => {
    expect([readTtl({}, 'x'), readTtl({ ttl: '2s' }, 'x')]).toEqual([undefined, 2000]);
    expect(refusal(() => readTtl({ ttl: 'soon' as never }, 'x'))).toContain('BAD_DURATION: x: ttl');
    expect(assigned({ name: 'mortal', ...mortal(5) }, 3)).toEqual([[3, Number.MAX_SAFE_INTEGER]]);
  });

  it('leaves nothing to wait for late elements', () => {
    expect(refusal(() => windowed({ allowedLateness: 5 }))).toBe(
      'BAD_OPTION: windowBy(globalWindow(ttl 10)): allowedLateness must be 0 for windows with a ttl, but came as 5. Make the ttl longer.',
    );
  });

  it('gives finals one word for each life, as soon as it is over', () => {
    const source = testStream<string>();
    const out = record(source.pipe(windowed({ trigger: afterWatermark({ early: afterCount(1) }) }), finals()));
    source.add('a', 0).add('a', 5).add('b', 7).advanceWatermarkTo(15);
    expect(out.take().map(({ key, value, timestamp }) => [key, value, timestamp])).toEqual([['a', 2, 14]]);
    source.add('a', 6).add('a', 15).complete();
    expect(out.take().map(({ key, value }) => [key, value])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });
});
