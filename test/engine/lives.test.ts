import { describe, expect, it } from 'vitest';
import { Cell } from '../../src/engine/cell.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import { Lives } from '../../src/engine/lives.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { Bench } from './support.js';

const bench = (...rest: [options?: object, trigger?: ReturnType<typeof repeatedly>]): Bench =>
  new Bench(generalMachine, globalWindow({ ttl: 10 }), ...rest);

describe('lives', () => {
  it('finds the life of an element, prolongs it, and lets it go', () => {
    const lives = new Lives<string, number>(10, { touch: () => undefined });
    const create = (end: number): Cell<string, number> => new Cell<string, number>('a', end - 10, end, 0, 0, null);
    const touch = (at: number): unknown[] | undefined => {
      const life = lives.touch('a', at, 0, create) as Cell<string, number> | undefined;
      return life && [life.start, life.from, life.end];
    };
    expect(touch(20)).toEqual([20, 20, 30]);
    expect(touch(18)).toEqual([20, 18, 30]);
    expect(touch(40)).toEqual([40, 40, 50]);
    expect(touch(29)).toEqual([20, 18, 39]);
    expect(touch(39)).toEqual([40, 39, 50]);
    expect(touch(5)).toEqual([5, 5, 15]);
    expect(touch(-10)).toBe(undefined);
    expect(lives.all().map(life => life.start)).toEqual([5, 20, 40]);
    for (const life of lives.all()) lives.remove(life);
    expect(lives.all()).toEqual([]);
  });

  //   0    5       15          a@0 a@5, ttl 10: over at 15
  //   |----|--------)
  it('end when the watermark reaches the last element and the time to live, each by itself', () => {
    const machine = bench();
    machine.add('a', 0);
    machine.add('b', 1);
    machine.add('a', 5);
    expect(machine.watermark(10)).toEqual([]);
    expect(machine.watermark(14)).toEqual([`+b [1,${END_OF_TIME}) = 1 on-time 0/0 last`]);
    expect(machine.watermark(15)).toEqual([`+a [0,${END_OF_TIME}) = 2 on-time 0/0 last`]);
  });

  it('begin anew, with a start and numbers of their own; what belonged to the one before does not count in them', () => {
    const machine = bench({}, repeatedly(afterCount(1)));
    expect(machine.add('a', 0)).toEqual([`+a [0,${END_OF_TIME}) = 1 early 0/-1`]);
    expect(machine.watermark(10)).toEqual([`+a [0,${END_OF_TIME}) = 1 on-time 1/0 last`]);
    expect(machine.add('a', 0)).toEqual([`late a@0 expired [0,${END_OF_TIME}) by 10 at 10`]);
    expect(machine.add('a', 4)).toEqual([`+a [4,${END_OF_TIME}) = 1 early 0/-1`]);
    expect(machine.add('a', 0, 1, -1)).toEqual([`late a@0 expired [0,${END_OF_TIME}) by 10 at 10`]);
    expect(machine.add('a', 1)).toEqual([`+a [4,${END_OF_TIME}) = 2 early 1/-1`]);
  });

  //   0         10   15   20        30      a@0 a@20, then a@8 and a@15: two windows, and they stay two
  //   [------------------)
  //                  [--------------)
  it('are two when a key has been silent for so long, whatever the watermark says, and take what is late for others', () => {
    const machine = bench();
    machine.add('a', 0);
    machine.add('a', 20);
    machine.add('a', 8);
    machine.watermark(16);
    machine.add('a', 15);
    expect(machine.add('a', 2)).toEqual([]);
    expect(machine.add('b', 2)).toEqual([`late b@2 expired [2,${END_OF_TIME}) by 14 at 16`]);
    const again = machine.restarted();
    for (const one of [machine, again]) {
      expect(one.watermark(25)).toEqual([`+a [0,${END_OF_TIME}) = 4 on-time 0/0 last`]);
      expect(one.watermark(30)).toEqual([`+a [20,${END_OF_TIME}) = 1 on-time 0/0 last`]);
    }
  });

  it('of a finished trigger stay closed until they are over, and are not prolonged by what they refuse', () => {
    const machine = bench({}, afterCount(1));
    expect(machine.add('a', 0)).toEqual([`+a [0,${END_OF_TIME}) = 1 early 0/-1 last`]);
    expect(machine.add('a', 8)).toEqual([`late a@8 closed [8,${END_OF_TIME}) by 0 at ${-END_OF_TIME}`]);
    const again = machine.restarted();
    for (const one of [machine, again]) {
      expect(one.watermark(10)).toEqual([]);
      expect(one.add('a', 8)).toEqual([`+a [8,${END_OF_TIME}) = 1 early 0/-1 last`]);
    }
  });

  it('leave nothing behind', () => {
    const machine = bench();
    for (let at = 0; at < 100; at++) {
      machine.add(`k${at}`, at);
      machine.watermark(at);
    }
    expect([...machine.machine.cut(1, 0).parts]).toHaveLength(10);
  });
});
