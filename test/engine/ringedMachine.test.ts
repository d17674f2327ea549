import { describe, expect, it } from 'vitest';
import { ringedMachine } from '../../src/engine/ringedMachine.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { sliding } from '../../src/windows/sliding.js';
import { Bench } from './support.js';

describe('the machine with a ring', () => {
  //  -2    0    2    4    6    8
  //   [---------)              a@1
  //        [---------)         a@1 a@3 b@3
  //             [---------)    a@3 b@3 b@5
  //                  [---------)  b@5
  it('says what the machine without one says', () => {
    const runs = [ringedMachine, slicedMachine].map(factory => {
      const bench = new Bench(factory, sliding(4, 2));
      const early = [...bench.add('b', 5), ...bench.add('a', 1), ...bench.add('a', 3), ...bench.add('b', 3)];
      return [...early, ...bench.watermark(100)];
    });
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]).toHaveLength(6);
  });
});
