import { describe, expect, it } from 'vitest';
import { defaultTrigger } from '../../src/engine/defaultTrigger.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { Bench } from './support.js';

describe('the default trigger', () => {
  //   0         10        20
  //   [---------)----------|  lateness 10
  //    a@3     W=10  a@4  a@5  W=20
  //            on-time late late
  it('fires once on time and then with each late element, as afterWatermark() does', () => {
    for (const trigger of [undefined, defaultTrigger, afterWatermark()]) {
      const bench = new Bench(generalMachine, tumbling(10), { allowedLateness: 10 }, trigger);
      expect(bench.add('a', 3)).toEqual([]);
      expect(bench.watermark(9)).toEqual([]);
      expect(bench.watermark(10)).toEqual(['+a [0,10) = 1 on-time 0/0']);
      expect(bench.add('a', 4)).toEqual(['+a [0,10) = 2 late 1/1']);
      expect(bench.add('a', 5)).toEqual(['+a [0,10) = 3 late 2/2']);
      expect(bench.watermark(20)).toEqual([]);
    }
  });

  it('keeps no state and says that it is the default', () => {
    expect(defaultTrigger.init()).toBeNull();
    expect(defaultTrigger).toMatchObject({ isDefault: true, finishes: 'never', fires: 'at-end', name: afterWatermark().name });
  });
});
