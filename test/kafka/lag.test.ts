import { describe, expect, it } from 'vitest';
import { LagMeter, slowest } from '../../src/kafka/lag.js';

const p0 = { topic: 't', partition: 0 };
const p1 = { topic: 't', partition: 1 };

describe('lag', () => {
  it('is what there is to read, with rates since the report before', () => {
    const meter = new LagMeter();
    meter.start(p0, 10, 0);
    meter.start(p1, 0, 0, 500);
    meter.batch({ ...p0, next: 20, end: 30 }, 500);
    expect(meter.report(1000)).toEqual({
      type: 'kafkaLag',
      lag: 510,
      rate: 0,
      remaining: Number.POSITIVE_INFINITY,
      partitions: [
        { ...p0, position: 20, end: 30, lag: 10, rate: 0 },
        { ...p1, position: 0, end: 500, lag: 500, rate: 0 },
      ],
    });
    meter.batch({ ...p0, next: 30, end: 30 }, 1500);
    meter.batch({ ...p1, next: 300, end: 500 }, 2500);
    expect(meter.report(3000)).toMatchObject({ lag: 200, rate: 155, remaining: 200 / 155, partitions: [{ rate: 5 }, { rate: 150 }] });
    meter.batch({ ...p1, next: 500, end: 500 }, 3000);
    meter.stop(p0);
    expect(meter.report(3000)).toMatchObject({ lag: 0, remaining: 0, partitions: [{ topic: 't', partition: 1, rate: 0 }] });
  });

  it('takes no batch of a partition that is not read here, and no end before the position', () => {
    const meter = new LagMeter();
    meter.batch({ ...p0, next: 5, end: 9 }, 0);
    meter.bounds({ ...p0, high: 9 }, 0);
    meter.pause(p0);
    meter.resume(p0, 0);
    meter.stop(p0);
    expect(meter.report(0).partitions).toEqual([]);
    meter.start(p0, 5, 0);
    meter.batch({ ...p0, next: 7, end: 3 }, 0);
    meter.bounds({ ...p0, high: 2 }, 0);
    expect(meter.report(0).partitions).toMatchObject([{ position: 7, end: 7, lag: 0 }]);
  });
});

describe('a partition', () => {
  it('is stuck when it has not moved for so long: once, and once more when it moves', () => {
    const meter = new LagMeter(100);
    meter.start(p0, 0, 0, 5);
    expect(meter.watch(99)).toEqual([]);
    expect(meter.watch(100)).toEqual([{ type: 'stuck', stuck: true, ...p0, position: 0, lag: 5, for: 100 }]);
    expect(meter.watch(1000)).toEqual([]);
    meter.batch({ ...p0, next: 0, end: 6 }, 1100);
    expect(meter.watch(1100)).toEqual([]);
    meter.batch({ ...p0, next: 1, end: 6 }, 1200);
    expect(meter.watch(1200)).toEqual([{ type: 'stuck', stuck: false, ...p0, position: 0, lag: 6, for: 1200 }]);
    expect(meter.watch(1299)).toEqual([]);
    expect(meter.watch(1300)).toMatchObject([{ stuck: true, position: 1, lag: 5, for: 100 }]);
  });

  it('is not stuck with nothing to read, and its time begins when there is something', () => {
    const meter = new LagMeter(100);
    meter.start(p0, 3, 0);
    expect(meter.watch(500)).toEqual([]);
    meter.bounds({ ...p0, high: 4 }, 600);
    expect(meter.watch(699)).toEqual([]);
    expect(meter.watch(700)).toMatchObject([{ stuck: true, for: 100 }]);
    meter.batch({ ...p0, next: 4, end: 4 }, 800);
    expect(meter.watch(5000)).toMatchObject([{ stuck: false }]);
  });

  it('is not stuck while it rests on purpose, nor at once behind that', () => {
    const meter = new LagMeter(100);
    meter.start(p0, 0, 0, 9);
    meter.pause(p0);
    expect(meter.watch(5000)).toEqual([]);
    meter.resume(p0, 5000);
    meter.resume(p0, 5090);
    expect(meter.watch(5099)).toEqual([]);
    expect(meter.watch(5100)).toHaveLength(1);
    meter.pause(p0);
    meter.resume(p0, 6000);
    expect(meter.watch(7000)).toEqual([]);
    meter.stop(p0);
    expect(meter.watch(9000)).toEqual([]);
  });

  it('refuses what is no length of time', () => {
    expect(() => new LagMeter('long' as never)).toThrowError(/stuckAfter/);
  });
});

it('slowest is who holds the watermark back', () => {
  const at = (partition: number, watermark: number, idle = false) => ({ topic: 't', partition, watermark, idle });
  expect(slowest([at(0, 5), at(1, 3), at(2, 3), at(3, 1, true)])).toEqual(at(1, 3));
  expect(slowest([at(0, 5, true)])).toBeUndefined();
  expect(slowest([at(0, Number.MAX_SAFE_INTEGER)])?.partition).toBe(0);
});
