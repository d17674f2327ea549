import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import type { Trigger } from '../../src/engine/trigger.js';
import { TidemarkError } from '../../src/errors.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { assertTriggerLaws } from '../../src/testing/triggerLaws.js';
import { afterAll } from '../../src/triggers/afterAll.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterDelta } from '../../src/triggers/afterDelta.js';
import { afterEach as inOrder } from '../../src/triggers/afterEach.js';
import { afterFirst } from '../../src/triggers/afterFirst.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterQuiet } from '../../src/triggers/afterQuiet.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { every } from '../../src/triggers/every.js';
import { everyEventTime } from '../../src/triggers/everyEventTime.js';
import { never } from '../../src/triggers/never.js';
import { orFinally } from '../../src/triggers/orFinally.js';
import { processingTimeout } from '../../src/triggers/processingTimeout.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { refusal } from '../support.js';
import { Driver, moments, run, session } from './support.js';

const keepsCounting = { shouldClearOnTimeout: false };
const resets = { resetTimerOnNewRecord: true };

describe('processingTimeout', () => {
  it('fires with the trigger inside, again and again, and else when an element has waited for so long', () => {
    const trigger = processingTimeout(afterCount(3), 10);
    expect(run(trigger, 'e e e e e e')).toBe('--F--F');
    expect(run(trigger, 'c5 e c8 e c14 c15 c40')).toBe('-----F-');
    expect([trigger.name, moments(trigger)]).toEqual(['processingTimeout(afterCount(3), 10)', 'any-time, never']);
  });

  it('begins anew, with the trigger inside, after either firing', () => {
    expect(run(processingTimeout(afterCount(3), 10), 'e e c10 e e c19 c20 e e e')).toBe('--F---F--F');
    expect(run(processingTimeout(afterCount(2), 10), 'e c9 e e c18 c19')).toBe('--F--F');
  });

  it('counts from the last element if it is to be set by each', () => {
    expect(run(processingTimeout(afterCount(9), 10, resets), 'e c9 e c10 c18 c19 c40')).toBe('-----F-');
  });

  it('lets the trigger inside go on counting, and is over until that has fired', () => {
    const trigger = processingTimeout(afterCount(3), 10, keepsCounting);
    expect(run(trigger, 'e e c10 e')).toBe('--FF');
    expect(run(trigger, 'e c10 e c20 c30 e e c39 c40')).toBe('-F---F--F');
    expect(trigger.name).toBe('processingTimeout(afterCount(3), 10, shouldClearOnTimeout false)');
  });

  it('lets it go on counting, and begins anew with the next element if each sets it', () => {
    const trigger = processingTimeout(afterCount(4), 10, { ...resets, ...keepsCounting });
    expect(run(trigger, 'e c10 e c15 e c24 c25 e')).toBe('-F----FF');
    expect(trigger.name).toBe('processingTimeout(afterCount(4), 10, resetTimerOnNewRecord, shouldClearOnTimeout false)');
  });

  it('leaves a timeout of 0 to each element', () => {
    expect(run(processingTimeout(never(), 0), 'e e')).toBe('FF');
    expect(run(processingTimeout(never(), 0, keepsCounting), 'e e')).toBe('F-');
  });

  it('goes on with what the trigger inside remembers across its firings', () => {
    expect(run(processingTimeout(inOrder(afterCount(1), repeatedly(afterCount(3))), 10), 'e e e e e c10 e e e')).toBe('F--F-F--F');
    expect(run(processingTimeout(afterWatermark({ late: afterCount(2) }), 10), 'e w100 e c10 e e')).toBe('-F-F-F');
  });

  it('is the composition over triggers that fire once', () => {
    const once = fc.constantFrom<Trigger<number>>(
      afterCount(1),
      afterCount(3),
      afterProcessingTime(15),
      every(20),
      everyEventTime(20),
      afterFirst(afterCount(4), every(30)),
      afterAll(afterCount(2), afterProcessingTime(10)),
    );
    const steps = fc.array(
      fc.oneof(
        fc.constant('e'),
        fc.nat(9).map(by => `w${by}`),
        fc.nat(9).map(by => `c${by}`),
      ),
      { minLength: 1, maxLength: 40, size: 'max' },
    );
    fc.assert(
      fc.property(once, fc.integer({ min: 0, max: 30 }), steps, fc.boolean(), (trigger, delay, drawn, reset) => {
        // Clocks go on.
        const at = { c: 0, w: 0 };
        const moves = drawn.map(step => (step === 'e' ? step : `${step[0]}${(at[step[0] as 'c'] += Number(step.slice(1)))}`)).join(' ');
        const parts = repeatedly(afterFirst(trigger, (reset ? afterQuiet : afterProcessingTime)(delay)));
        expect(run(processingTimeout(trigger, delay, { resetTimerOnNewRecord: reset }), moves)).toBe(run(parts, moves));
      }),
      { numRuns: 500 },
    );
  });

  it('takes the earliest timeout when sessions merge; one that is over does not hide another', () => {
    const trigger = processingTimeout(afterCount(4), 10, keepsCounting);
    expect(
      session(trigger, 'c5 e')
        .merge([session(trigger, 'c3 e')], 120)
        .run('c12 c13'),
    ).toBe('-F');
    const waits = session(trigger, 'c13 e');
    expect(session(trigger, 'c3 e c13').merge([waits], 120).run('c22 c23 c40 e e')).toBe('-F--F');
    const over = session(trigger, 'c3 e c13');
    expect(session(trigger, 'c3 e c13').merge([over], 120).run('e c40 e')).toBe('--F');
    expect(
      session(trigger, 'e e')
        .merge([session(trigger, 'e')], 120)
        .run('e'),
    ).toBe('F');
  });

  it('forgets what a sibling has shown', () => {
    const trigger = processingTimeout(afterCount(3), 10);
    const driver = new Driver(trigger);
    driver.run('e e');
    driver.state = trigger.clear?.(driver.state) ?? driver.state;
    expect(driver.run('c10 e e e')).toBe('---F');
  });

  it('asks to be woken for its timeout, and once while elements move it', () => {
    const driver = new Driver(processingTimeout(afterCount(9), 10, resets));
    driver.run('c1 e c3 e c5 e c11');
    expect(driver.wakes).toEqual(['c11', 'c15']);
  });

  it('obeys the laws of triggers, alone and within others', () => {
    const away = (from: number, to: number): number => Math.abs(to - from);
    const inner: readonly Trigger<number>[] = [
      afterCount(3),
      every(30),
      afterDelta(2, away),
      afterWatermark({ late: afterCount(2) }),
      inOrder(afterCount(1), afterProcessingTime(20), repeatedly(afterCount(2))),
      orFinally(repeatedly(afterCount(2)), afterProcessingTime(35)),
      never(),
    ];
    for (const trigger of inner) {
      for (const options of [{}, resets, keepsCounting, { ...resets, ...keepsCounting }]) {
        const timed = processingTimeout(trigger, 25, options);
        const triggers: readonly Trigger<number>[] = [
          timed,
          repeatedly(timed),
          afterWatermark({ early: timed, late: timed }),
          processingTimeout(timed, 40),
        ];
        for (const each of triggers) assertTriggerLaws(each, { values: [1, 2, 9], runs: 60, seed: 3 });
      }
    }
  });

  it('never finishes, whatever is inside, so it is safe for any lateness', () => {
    const over = (trigger: Trigger): string =>
      refusal(() => {
        windowBy(tumbling(10), { aggregate: count(), allowedLateness: 5, trigger });
        throw new TidemarkError('BAD_OPTION', 'it is taken');
      });
    expect(over(afterCount(3))).toMatch(/^UNSAFE_TRIGGER/);
    expect(over(processingTimeout(afterCount(3), 10))).toBe('BAD_OPTION: it is taken');
    expect(over(orFinally(processingTimeout(afterCount(3), 10), afterCount(9)))).toMatch(/^UNSAFE_TRIGGER/);
  });

  it('refuses what is no trigger, no time and no option', () => {
    expect(refusal(() => processingTimeout(afterCount as never, 10))).toMatch(/^BAD_OPTION: processingTimeout: trigger must be a trigger/);
    expect(refusal(() => processingTimeout(never(), -1))).toBe(
      'BAD_OPTION: processingTimeout: interval must be zero or longer, but came as -1.',
    );
    expect(refusal(() => processingTimeout(never(), 'soon' as never))).toMatch(/^BAD_DURATION: processingTimeout: interval/);
    expect(refusal(() => processingTimeout(never(), 1, { resetTimer: true } as never))).toBe(
      'BAD_OPTION: processingTimeout: there is no option "resetTimer". There are: resetTimerOnNewRecord, shouldClearOnTimeout.',
    );
    expect(refusal(() => processingTimeout(never(), 1, { shouldClearOnTimeout: 0 } as never))).toBe(
      'BAD_OPTION: processingTimeout: shouldClearOnTimeout must be true or false, but came as 0.',
    );
  });
});
