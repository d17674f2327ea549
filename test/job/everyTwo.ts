/** A trigger whose state has a form of its own, so that it may change from one program to the next. */
import { defineTrigger, type StateVersion, type Trigger } from '../../src/index.js';
import type { Reading } from './everyOperator.js';

/** Fires at every second element. `key`: under which its state has the count. */
export function everyTwo(key: string, state?: StateVersion<any>): Trigger<Reading, any> {
  return defineTrigger<Reading, any>({
    name: 'everyTwo',
    fires: 'any-time',
    finishes: 'never',
    init: () => ({ [key]: 0 }),
    onElement: state => ({ [key]: state[key] + 1 }),
    shouldFire: state => state[key] >= 2,
    onFire: () => ({ [key]: 0 }),
    isFinished: () => false,
    merge: states => ({ [key]: Math.max(...states.map(state => state[key])) }),
    ...(state && { state }),
  });
}
