import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Claim,
  type Contender,
  disagreements,
  type Measured,
  measure,
  pairedRatios,
  quantile,
  reached,
  type Scenario,
  spread,
} from '../../bench/harness.js';

/** A contender whose run takes the given times in turn, on a clock that only runs move. */
class Stage {
  time = 0;
  readonly log: string[] = [];

  contender(name: string, times: readonly number[], rest: Partial<Contender> = {}, checksums: readonly number[] = [7]): Contender {
    let runs = 0;
    return {
      name,
      answers: 'the sum',
      ...rest,
      run: () => {
        this.log.push(name);
        this.time += times[runs % times.length] as number;
        const checksum = checksums[runs % checksums.length] as number;
        runs++;
        return { results: 3, checksum };
      },
    };
  }

  measure(
    contenders: readonly Contender[],
    ratio: Scenario['ratio'] = 'speed',
    rounds = 3,
    claims: readonly Claim[] = [],
  ): Promise<Measured> {
    const reference = contenders[0]?.name ?? '';
    const touch = (): void => void this.log.push('touch');
    const collect = (): void => void this.log.push('collect');
    const scenario: Scenario = { name: 'scene', events: 1_000, about: '', contenders, reference, ratio, claims, touch };
    const time = async (work: () => Promise<void> | undefined): Promise<number> => {
      const before = this.time;
      await work();
      return this.time - before;
    };
    return measure(scenario, { warmup: 2, rounds, time, collect, progress: () => {} });
  }

  async rows(...args: Parameters<Stage['measure']>): Promise<Measured['rows']> {
    return (await this.measure(...args)).rows;
  }
}

describe('quantile', () => {
  it('interpolates between the two values around it', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(spread([5, 1, 3, 2, 4])).toEqual({ min: 1, q1: 2, median: 3, q3: 4 });
  });

  it('gives the only value for every fraction, and NaN for no values', () => {
    expect(spread([9])).toEqual({ min: 9, q1: 9, median: 9, q3: 9 });
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('is ordered, within the values, and blind to their order', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, sample => {
        const { min, q1, median, q3 } = spread(sample);
        expect(min).toBe(Math.min(...sample));
        expect(min <= q1 && q1 <= median && median <= q3 && q3 <= Math.max(...sample)).toBe(true);
        expect(spread([...sample].reverse())).toEqual({ min, q1, median, q3 });
      }),
    );
  });
});

describe('pairedRatios', () => {
  it('divides within a round, not medians by medians', () => {
    expect(pairedRatios('speed', [10, 100, 20], [20, 100, 10])).toEqual([2, 1, 0.5]);
    expect(pairedRatios('cost', [10, 100, 20], [20, 100, 10])).toEqual([0.5, 1, 2]);
  });

  it('leaves out the first rounds, in which only one of the two ran', () => {
    expect(pairedRatios('speed', [10], [20, 30, 40])).toEqual([4]);
  });
});

describe('measure', () => {
  it('interleaves the contenders, and collects and touches before each run', async () => {
    const stage = new Stage();
    await stage.measure([stage.contender('a', [1]), stage.contender('b', [1])], 'speed', 1);
    const round = ['collect', 'touch', 'a', 'collect', 'touch', 'b'];
    expect(stage.log).toEqual([...round, ...round, ...round]);
  });

  it('drops the warm-up rounds', async () => {
    const stage = new Stage();
    const [, b] = await stage.rows([stage.contender('a', [1]), stage.contender('b', [900, 900, 2, 4, 8])]);
    expect(b?.rounds).toBe(3);
    expect(b?.ratio).toEqual({ min: 0.125, q1: 0.1875, median: 0.25, q3: 0.375 });
    // 4 ms for 1000 events.
    expect(b?.nsPerEvent.median).toBe(4_000);
  });

  it('pairs a machine that slows down with itself', async () => {
    const stage = new Stage();
    const slowing = [1, 1, 10, 1_000, 3];
    const [, b] = await stage.rows(
      [
        stage.contender('a', slowing),
        stage.contender(
          'b',
          slowing.map(time => time * 2),
        ),
      ],
      'cost',
    );
    expect(b?.ratio).toEqual({ min: 2, q1: 2, median: 2, q3: 2 });
  });

  it('lets a slow contender take part in the first warm-up and the last rounds, always paired with its neighbour', async () => {
    const stage = new Stage();
    const [, b] = await stage.rows([stage.contender('a', [1, 1, 10, 20, 40]), stage.contender('b', [5], { rounds: 1 })]);
    expect(b?.rounds).toBe(1);
    expect(b?.ratio.median).toBe(8);
    expect(stage.log.filter(entry => entry === 'a' || entry === 'b').join('')).toBe('abaaaab');
  });

  it('runs fewer rounds of a scenario that asks for it, and never more', async () => {
    const stage = new Stage();
    const contenders = [stage.contender('a', [1])];
    const time = (work: () => void): number => {
      work();
      return 1;
    };
    const around = { warmup: 0, time, collect: () => {}, progress: () => {} };
    const base = { name: 's', events: 1, about: '', contenders, reference: 'a', ratio: 'speed', touch: () => {} } as const;
    const scenario = (rounds: number): Scenario => ({ ...base, rounds });
    expect((await measure(scenario(2), { ...around, rounds: 9 })).rows[0]?.rounds).toBe(2);
    expect((await measure(scenario(20), { ...around, rounds: 9 })).rows[0]?.rounds).toBe(9);
  });

  it('refuses a reference that is not there', async () => {
    const scenario: Scenario = { name: 's', events: 1, about: '', contenders: [], reference: 'x', ratio: 'speed', touch: () => {} };
    const around = { warmup: 0, rounds: 1, time: () => 0, collect: () => {}, progress: () => {} };
    await expect(measure(scenario, around)).rejects.toThrow(/"x"/);
  });

  it('counts per event, where a contender is given fewer of them', async () => {
    const stage = new Stage();
    const [a, b] = await stage.rows([stage.contender('a', [10]), stage.contender('b', [10], { events: 100 })]);
    expect([a?.nsPerEvent.median, b?.nsPerEvent.median]).toEqual([10_000, 100_000]);
    expect([a?.events, b?.events]).toEqual([1_000, 100]);
    expect(b?.ratio.median).toBe(0.1);
  });
});

describe('contenders that wait', () => {
  it('are timed to their end, and interleaved like others', async () => {
    const stage = new Stage();
    const slow = stage.contender('b', [1]);
    const waiting: Contender = {
      ...slow,
      run: async () => {
        await Promise.resolve();
        stage.time += 4;
        return slow.run();
      },
    };
    const [, b] = await stage.rows([stage.contender('a', [1]), waiting], 'speed', 1);
    expect(b?.nsPerEvent.median).toBe(5_000);
    expect(stage.log.filter(entry => entry === 'a' || entry === 'b').join('')).toBe('ababab');
  });

  it('in another process tell themselves how long they took', async () => {
    const stage = new Stage();
    const own: Contender = { ...stage.contender('b', [1]), run: () => ({ results: 3, checksum: 7, took: 2 }) };
    const [, b] = await stage.rows([stage.contender('a', [1]), own]);
    expect(b?.nsPerEvent.median).toBe(2_000);
  });

  it('have the warm-up that their scenario asks for', async () => {
    const stage = new Stage();
    const contenders = [stage.contender('a', [900, 900, 900, 900, 1])];
    const scenario: Scenario = { name: 's', events: 1, about: '', contenders, reference: 'a', ratio: 'speed', warmup: 4, touch: () => {} };
    const time = async (work: () => Promise<void> | undefined): Promise<number> => {
      const before = stage.time;
      await work();
      return stage.time - before;
    };
    const { rows } = await measure(scenario, { warmup: 0, rounds: 1, time, collect: () => {}, progress: () => {} });
    expect(rows[0]?.nsPerEvent.min).toBe(1e6);
  });
});

describe('figures', async () => {
  const stage = new Stage();
  const contenders = [stage.contender('a', [10]), stage.contender('b', [5]), stage.contender('c', [20]), stage.contender('d', [40])];
  const claims: Claim[] = [
    { contender: 'b', target: 1.5, drawn: 'a loop' },
    { contender: 'b', over: 'c', ratio: 'cost', target: 0.2 },
  ];
  const { figures } = await stage.measure(contenders, 'speed', 3, claims);

  it('are the claims, each against the contender it names, and then who is in no claim', async () => {
    expect(figures.map(({ name, value, target, drawn }) => [name, value.median, target, drawn])).toEqual([
      ['b: speed relative to a', 2, 1.5, 'a loop'],
      ['b: cost relative to c', 0.25, 0.2, null],
      ['d: speed relative to a', 0.25, null, null],
    ]);
  });

  it('say the times that they are ratios of', () => {
    expect(figures[1]?.nsPerEvent).toEqual([5_000, 20_000]);
  });

  it('are judged by their median: a speed by its least, a cost by its most', async () => {
    expect(figures.map(reached)).toEqual([true, false, undefined]);
  });

  it('refuse a claim about nobody', async () => {
    const claimed = stage.measure(contenders, 'speed', 1, [{ contender: 'b', over: 'nobody', target: 1 }]);
    await expect(claimed).rejects.toThrow(/"nobody"/);
  });
});

describe('disagreements', () => {
  it('finds none when all answers are the same', async () => {
    const stage = new Stage();
    expect(disagreements(await stage.rows([stage.contender('a', [1]), stage.contender('b', [1])]))).toEqual([]);
  });

  it('names the question and both camps', async () => {
    const stage = new Stage();
    const rows = await stage.rows([stage.contender('a', [1]), stage.contender('b', [1], {}, [8]), stage.contender('c', [1])]);
    expect(disagreements(rows)).toEqual(['scene, the sum: the results (checksum/number) do not agree: a and c gave 7/3; b gave 8/3.']);
  });

  it('finds a contender that contradicts itself, even in a warm-up round alone', async () => {
    const stage = new Stage();
    const rows = await stage.rows([stage.contender('a', [1], {}, [8, 7, 7, 7, 7])]);
    expect(disagreements(rows)).toHaveLength(1);
  });

  it('does not compare other questions, nor contenders whose nature gives other results', async () => {
    const stage = new Stage();
    const other = stage.contender('b', [1], { answers: 'another sum' }, [8]);
    const arrival = stage.contender('c', [1], { answers: undefined }, [1, 2, 3]);
    expect(disagreements(await stage.rows([stage.contender('a', [1]), other, arrival]))).toEqual([]);
  });

  it('compares the number of results too', async () => {
    const stage = new Stage();
    const more: Contender = { ...stage.contender('b', [1]), run: () => ({ results: 4, checksum: 7 }) };
    expect(disagreements(await stage.rows([stage.contender('a', [1]), more]))).toHaveLength(1);
  });
});
