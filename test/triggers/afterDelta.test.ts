import { describe, expect, it } from 'vitest';
import type { Trigger } from '../../src/engine/trigger.js';
import { assertTriggerLaws } from '../../src/testing/triggerLaws.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterDelta, type DeltaState } from '../../src/triggers/afterDelta.js';
import { afterFirst } from '../../src/triggers/afterFirst.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { refusal } from '../support.js';
import { Driver, moments } from './support.js';

const away = (from: number, to: number): number => to - from;

/** What it does with each value: `F` it fires. */
function fed(values: readonly number[], trigger = afterDelta(5, away)): string {
  const driver = new Driver(trigger);
  return values
    .map(value => {
      driver.state = JSON.parse(JSON.stringify(trigger.onElement(driver.state, value, 0, driver))) as DeltaState<number>;
      if (!trigger.shouldFire(driver.state, driver)) return '-';
      driver.state = trigger.onFire(driver.state, driver);
      return 'F';
    })
    .join('');
}

describe('afterDelta', () => {
  it('fires for an element beyond the threshold, from the one that it fired for last', () => {
    expect(fed([10, 12, 15, 16, 20, 21, 22])).toBe('---F--F');
    expect(fed([0, -100, 6, 11, 12])).toBe('--F-F');
    expect([afterDelta(5, away).name, moments(afterDelta(5, away))]).toEqual(['afterDelta(5)', 'any-time, never']);
  });

  it('needs no clock, and is not due twice for one element', () => {
    const driver = new Driver(afterDelta(0, () => 1));
    expect(driver.run('e w10 c10 e w20 e')).toBe('---F-F');
    expect(driver.wakes).toEqual([]);
  });

  it('goes on from the earliest session that has a reference when sessions merge', () => {
    const { merge } = afterDelta(5, away);
    const context = new Driver(afterDelta(5, away));
    const states = [
      { from: [], due: [] },
      { from: [3], due: [] },
      { from: [9], due: [20] },
    ];
    expect(merge(states, context)).toEqual({ from: [3], due: [20] });
    expect(merge([{ from: [], due: [] }], context)).toEqual({ from: [], due: [] });
  });

  it('keeps its reference when a sibling has fired', () => {
    expect(afterDelta(5, away).clear?.({ from: [1], due: [9] })).toEqual({ from: [1], due: [] });
  });

  it('obeys the laws of triggers, alone and within others', () => {
    const values = [0, 1, 4, 9, -3];
    const delta = afterDelta(2, away);
    const triggers: readonly Trigger<number>[] = [
      delta,
      repeatedly(delta),
      repeatedly(afterFirst(delta, afterCount(3))),
      afterWatermark({ early: delta }),
    ];
    for (const trigger of triggers) assertTriggerLaws(trigger, { values, seed: 7 });
  });

  it('refuses what is no number, when it is made and on the stream', () => {
    expect(refusal(() => afterDelta(Number.NaN, away))).toBe('BAD_OPTION: afterDelta: threshold must be a finite number, but came as NaN.');
    expect(refusal(() => afterDelta(1, 5 as never))).toBe('BAD_OPTION: afterDelta: distance must be a function, but came as 5.');
    expect(
      refusal(() =>
        fed(
          [1, 2],
          afterDelta(1, () => Number.NaN),
        ),
      ),
    ).toBe('BAD_VALUE: afterDelta: distance must be a number, but came as NaN.');
  });
});
