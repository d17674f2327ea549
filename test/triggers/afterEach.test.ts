import { describe, expect, it } from 'vitest';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterEach as inOrder } from '../../src/triggers/afterEach.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { never } from '../../src/triggers/never.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { refusal } from '../support.js';
import { moments, run, session } from './support.js';

describe('afterEach', () => {
  it('goes through its parts in order', () => {
    expect(run(inOrder(afterCount(2), afterCount(1), afterCount(3)), 'e e e e e e e')).toBe('-FF--Xx');
    expect(run(inOrder(afterCount(1), afterProcessingTime(10)), 'e c5 e c15')).toBe('F--X');
    expect(run(inOrder(afterCount(2), repeatedly(afterCount(1))), 'e e e e')).toBe('-FFF');
    expect(inOrder(afterCount(2), never()).name).toBe('afterEach(afterCount(2), never())');
  });

  it('fires as its first part does, and finishes with the last of them', () => {
    expect(moments(inOrder(afterCount(1), never()))).toBe('any-time, never');
    expect(moments(inOrder(afterWatermark({ late: never() }), afterCount(1)))).toBe('at-end, at-end');
  });

  it('lets a part see only the elements of its own time', () => {
    expect(run(inOrder(afterCount(2), afterCount(2)), 'e e e e')).toBe('-F-X');
    const merging = session(inOrder(afterCount(2), afterCount(2)), 'e');
    expect(merging.run('e e e')).toBe('F-X');
  });

  it('goes on from the first unfinished part when sessions merge', () => {
    const trigger = inOrder(afterCount(2), afterCount(2));
    const merged = session(trigger, 'e e e').merge([session(trigger, 'e')], 120);
    expect(merged.run('e')).toBe('X');
    const fresh = session(trigger, 'e').merge([session(trigger, 'w1')], 120);
    expect(fresh.run('e e e')).toBe('F-X');
  });

  it('lets a part that a merge revives know what came meanwhile', () => {
    const trigger = inOrder(afterWatermark({ early: afterCount(2), late: never() }), never());
    const past = session(trigger, 'e w100 e');
    expect(past.merge([session(trigger, 'w1')], 200).run('e')).toBe('F');
  });

  it('refuses no parts, and what is no trigger', () => {
    expect(refusal(() => inOrder())).toBe('BAD_OPTION: afterEach: its arguments must be one trigger or more, but came as [].');
    expect(refusal(() => inOrder(afterCount(1), 5 as never))).toBe(
      "BAD_OPTION: afterEach: argument 2 must be a trigger, such as afterCount(10) or every('1s'), but came as 5.",
    );
  });
});
