import { describe, expect, it } from 'vitest';
import { defaultTrigger } from '../../src/engine/defaultTrigger.js';
import type { Trigger } from '../../src/engine/trigger.js';
import { assertTriggerLaws } from '../../src/testing/triggerLaws.js';
import { afterAll as together } from '../../src/triggers/afterAll.js';
import { afterCount, type CountState } from '../../src/triggers/afterCount.js';
import { afterEach as inOrder } from '../../src/triggers/afterEach.js';
import { afterFirst } from '../../src/triggers/afterFirst.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterQuiet } from '../../src/triggers/afterQuiet.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { defineTrigger } from '../../src/triggers/defineTrigger.js';
import { every } from '../../src/triggers/every.js';
import { everyEventTime } from '../../src/triggers/everyEventTime.js';
import { never } from '../../src/triggers/never.js';
import { orFinally } from '../../src/triggers/orFinally.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { refusal } from '../support.js';

const values = [1, 2, 3];

/** Counts to three and fires once: keeps all laws. */
const three: Trigger<number, CountState> = {
  name: 'three',
  fires: 'any-time',
  finishes: 'any-time',
  init: () => ({ n: 0, done: false }),
  onElement: state => ({ ...state, n: state.n + 1 }),
  shouldFire: state => !state.done && state.n >= 3,
  onFire: () => ({ n: 0, done: true }),
  isFinished: state => state.done,
  merge: states =>
    states.some(state => state.done) ? { n: 0, done: true } : { n: states.reduce((n, state) => n + state.n, 0), done: false },
};

/** Fires 30 ms after the first element, once: keeps all laws. */
const soon = afterProcessingTime(30);

/** The law that a broken trigger is found to break. */
function broken(trigger: Trigger<number>, seed = 1): string | undefined {
  try {
    assertTriggerLaws(trigger, { values, seed });
  } catch (error) {
    return /breaks the law "(.*)" \(seed/.exec((error as Error).message)?.[1] ?? String(error);
  }
  return undefined;
}

describe('assertTriggerLaws', () => {
  const ours: Trigger[] = [
    defaultTrigger,
    afterWatermark(),
    afterWatermark({ early: afterCount(2), late: never() }),
    afterWatermark({ early: every(10), late: afterCount(2) }),
    afterWatermark({ early: everyEventTime(10), late: afterProcessingTime(15) }),
    afterCount(1),
    afterCount(3),
    afterProcessingTime(0),
    soon,
    afterQuiet(0),
    afterQuiet(20),
    every(10),
    every(25),
    everyEventTime(10),
    everyEventTime(30),
    never(),
    repeatedly(afterCount(2)),
    repeatedly(every(20)),
    repeatedly(afterQuiet(10)),
    inOrder(afterCount(2), afterProcessingTime(10)),
    inOrder(afterCount(1), repeatedly(afterCount(2))),
    inOrder(every(20), everyEventTime(20), afterWatermark({ late: never() })),
    afterFirst(afterCount(4), afterProcessingTime(30)),
    afterFirst(repeatedly(afterCount(4)), every(30)),
    together(afterCount(2), afterProcessingTime(10)),
    repeatedly(together(afterCount(2), afterProcessingTime(10))),
    orFinally(repeatedly(afterCount(2)), afterWatermark()),
    orFinally(repeatedly(every(10)), afterProcessingTime(60)),
    repeatedly(orFinally(repeatedly(afterCount(2)), afterCount(7))),
    afterWatermark({ early: repeatedly(afterFirst(afterCount(3), afterQuiet(20))), late: inOrder(afterCount(1), every(10)) }),
    afterWatermark({ early: orFinally(repeatedly(afterCount(2)), afterQuiet(10)), late: together(afterCount(2), every(10)) }),
  ];

  it.each(ours.map(trigger => [trigger.name, trigger] as const))('holds for %s', (_name, trigger) => {
    assertTriggerLaws(trigger, { values, runs: 300 });
    assertTriggerLaws(trigger, { values, runs: 300, seed: 2024 });
  });

  it('holds for one of your own', () => {
    assertTriggerLaws(three, { values });
    assertTriggerLaws(defineTrigger(three), { values });
  });

  it('finds an init that hands out the same state again', () => {
    const shared = { n: 0, done: false };
    const counting = { ...three, init: () => shared, onElement: (state: CountState) => Object.assign(state, { n: state.n + 1 }) };
    expect(broken(counting)).toBe('init is fresh each time');
  });

  it('finds state that is no JSON', () => {
    expect(broken({ ...three, init: () => ({ n: 0, done: false, seen: new Set() }) })).toBe('the state is plain JSON');
    expect(broken({ ...three, init: () => ({ n: 0, done: false, at: Number.NEGATIVE_INFINITY }) })).toBe('the state is plain JSON');
    expect(broken({ ...three, init: () => ({ n: 0, done: false, at: undefined }) })).toBe('the state is plain JSON');
  });

  it('finds a shouldFire that changes the state', () => {
    expect(broken({ ...three, shouldFire: (state: CountState) => !state.done && ++state.n > 5 })).toBe('shouldFire changes nothing');
  });

  it('finds memory outside of the state', () => {
    const hidden = (): Trigger<number, CountState> => {
      let asked = 0;
      return { ...three, shouldFire: () => asked++ % 2 === 1 };
    };
    expect(broken(hidden())).toBe('shouldFire changes nothing');
    const byState = new WeakMap<object, number>();
    const remembering: Trigger<number, { v: number }> = {
      name: 'remembering',
      fires: 'any-time',
      init: () => ({ v: 0 }),
      finishes: 'never',
      isFinished: () => false,
      merge: ([state]) => state as { v: number },
      onElement(state) {
        byState.set(state, (byState.get(state) ?? 0) + 1);
        return state;
      },
      shouldFire: state => (byState.get(state) ?? 0) >= 2,
      onFire: () => ({ v: 0 }),
    };
    expect(broken(remembering)).toBe('a restart changes nothing');
  });

  it('finds a finished trigger that fires', () => {
    expect(
      broken({ ...three, onFire: (state: CountState) => ({ ...state, done: true }), shouldFire: (state: CountState) => state.n >= 3 }),
    ).toBe('a finished trigger does not fire');
  });

  it('finds moments that are not true', () => {
    expect(broken({ ...three, fires: 'at-end' })).toBe('it fires not before `fires`');
    expect(broken({ ...afterWatermark({ late: never() }), fires: 'never' })).toBe('it fires not before `fires`');
    expect(broken({ ...three, finishes: 'never' })).toBe('it finishes not before `finishes`');
    expect(broken({ ...three, finishes: 'at-end' })).toBe('it finishes not before `finishes`');
  });

  it('finds a deadline for which nobody is woken', () => {
    const silent: Trigger = { ...soon, onElement: (state, value, time, context) => soon.onElement(state, value, time, mute(context)) };
    expect(broken(silent)).toBe('it asks to be woken');
    const forgets: Trigger = { ...soon, merge: (states, context) => soon.merge(states, mute(context)) };
    expect(['it asks to be woken', 'merge of one session that stays as it is changes nothing']).toContain(broken(forgets));
  });

  it('finds a merge that forgets', () => {
    expect(broken({ ...three, merge: () => ({ n: 0, done: false }) })).toBe('merge of one session that stays as it is changes nothing');
  });

  it('says the law, the seed, the steps, what was expected and what came', () => {
    expect(() => assertTriggerLaws({ ...three, finishes: 'never' }, { values: ['v'] as never[], seed: 3, runs: 50 })).toThrow(
      /^assertTriggerLaws: three breaks the law "it finishes not before `finishes`" \(seed 3, run \d+ of 50\)\n {2}steps:\n( {4}\{.*\}\n)+ {2}expected: the end never\n {2}got: one before$/,
    );
  });

  it('passes on what a method throws, as the cause', () => {
    const failing = { ...three, onElement: () => Promise.reject.call(undefined as never) as never };
    expect(() => assertTriggerLaws(failing, { values })).toThrow(/ {2}threw: TypeError/);
  });

  it('repeats itself for a seed', () => {
    const message = (seed: number) => refusalText(() => assertTriggerLaws({ ...three, finishes: 'never' }, { values, seed }));
    expect(message(5)).toBe(message(5));
    expect(message(5)).not.toBe(message(6));
  });

  it('refuses no values, no runs and no name', () => {
    expect(refusal(() => assertTriggerLaws(three, { values: [] }))).toBe(
      'BAD_OPTION: assertTriggerLaws: values must be an array of at least one element, but came as [].',
    );
    expect(refusal(() => assertTriggerLaws(three, { values, runs: 0 }))).toBe(
      'BAD_OPTION: assertTriggerLaws: runs must be a whole number of at least 1, but came as 0.',
    );
    expect(refusal(() => assertTriggerLaws({ ...three, name: '' }, { values }))).toBe(
      'BAD_OPTION: assertTriggerLaws: the name of the trigger must be a text, but came as "".',
    );
  });
});

/** The context, deaf to wakeAt. */
function mute<C extends object>(context: C): C {
  return new Proxy(context, { get: (target, name) => (name === 'wakeAt' ? () => {} : Reflect.get(target, name)) });
}

function refusalText(act: () => void): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
