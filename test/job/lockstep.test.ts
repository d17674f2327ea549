import { describe, expect, it } from 'vitest';
import { Lockstep, type LockstepDriver } from '../../src/job/lockstep.js';
import type { SourceTarget } from '../../src/stream/sink.js';

function lanes(number: number, { arrivesAfter = Infinity, singly = false, batches = false } = {}) {
  const said: string[] = [];
  const closed = new Set<number>();
  const targets = Array.from({ length: number }, (_, lane): SourceTarget<unknown> => {
    const say = (what: string) => void said.push(`${lane}:${what}`);
    return {
      get closed() {
        return closed.has(lane);
      },
      next: value => say(String(value)),
      all: values => say(`[${values.join(' ')}]`),
      error: () => say('error'),
      complete: () => say('done'),
    };
  });
  let count = 0;
  const driver: LockstepDriver = {
    move: () => void said.push('move'),
    turn: work => work(),
    took(elements) {
      count += elements;
    },
    get arrived() {
      return said.filter(text => /^\d:\d/.test(text)).length >= arrivesAfter * number;
    },
    failed: error => void said.push(`failed ${String(error)}`),
  };
  return { source: new Lockstep<unknown>(targets, driver, singly, batches), said, closed, count: () => count };
}

describe('Lockstep', () => {
  it('gives each slice to all lanes at one instant', () => {
    const { source, said, count } = lanes(3);
    source.all([1, 2]);
    source.next(3);
    source.complete();
    source.complete();
    expect(said).toEqual(['move', '0:[1 2]', '1:[1 2]', '2:[1 2]', 'move', '0:[3]', '1:[3]', '2:[3]', '0:done', '1:done', '2:done']);
    expect([count(), source.closed]).toEqual([3, true]);
  });

  it('passes by a lane that has enough, and is closed when all have', () => {
    const { source, said, closed } = lanes(2);
    closed.add(0);
    source.all([1]);
    expect(said).toEqual(['move', '1:[1]']);
    expect(source.closed).toBe(false);
    closed.add(1);
    expect(source.closed).toBe(true);
  });

  it('gives elements singly where any of them may be the last', () => {
    const { source, said, count } = lanes(2, { singly: true, arrivesAfter: 2 });
    source.all([1, 2, 3]);
    expect(said).toEqual(['move', '0:1', '1:1', '0:2', '1:2']);
    expect(count()).toBe(2);
  });

  it('counts the elements in batches', () => {
    const { source, count } = lanes(1, { batches: true });
    source.all([[1, 2], [3]]);
    expect(count()).toBe(3);
  });

  it('tells the driver of an error, and no lane', () => {
    const { source, said } = lanes(2);
    source.error('torn');
    expect(said).toEqual(['failed torn']);
  });
});
