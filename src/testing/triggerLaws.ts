/**
 * The laws of a trigger, checked on random lives of a window. They are what lets the engine keep its state as plain data, ask
 * it only when something happened, and refuse pipelines that would lose elements. The generator is seeded and its own.
 */
import { equal } from '../aggregates/equal.js';
import type { Moment, Trigger } from '../engine/trigger.js';
import { mustBe, show } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';
import { Breach, begins, lawBroken } from './laws.js';
import { below, mulberry32 } from './random.js';
import { type Event, Life, type Outcome } from './triggerLife.js';

/** What {@link assertTriggerLaws} needs to know. */
export interface TriggerLawsOptions<T> {
  /** Elements to choose from, with repetition. */
  readonly values: readonly T[];
  /** How many random lives of a window. Default: 200. */
  readonly runs?: number;
  /** Seed of the random lives; the same seed gives the same lives. Default: 1. */
  readonly seed?: number;
}

/** Window ends, time steps and intervals of the triggers under test should be of like size: windows here are so long. */
const LENGTH = 100;

/**
 * Checks that a trigger keeps the laws: `init` is fresh each time; the state is plain JSON, and a restart between any two steps
 * changes nothing; `shouldFire` changes nothing; a finished trigger does not fire; it fires not before `fires` and finishes not
 * before `finishes`; it has asked to be woken whenever time alone makes it due; and `merge` of a single session whose bounds
 * stay the same changes nothing.
 *
 * Windows are 100 ms long and time moves by up to 40 ms at a time, so give intervals and delays of that size.
 *
 * @throws Error that names the law, the seed and the steps that led there; TidemarkError `BAD_OPTION` without values.
 * @example
 * ```ts
 * import { defineTrigger } from 'tidemark';
 * import { assertTriggerLaws } from 'tidemark/testing';
 *
 * const alarm = defineTrigger<number, { due: boolean }>({
 *   name: 'alarm',
 *   fires: 'any-time',
 *   finishes: 'never',
 *   init: () => ({ due: false }),
 *   onElement: (state, degrees) => ({ due: state.due || degrees > 90 }),
 *   shouldFire: state => state.due,
 *   onFire: () => ({ due: false }),
 *   isFinished: () => false,
 *   merge: states => ({ due: states.some(state => state.due) }),
 * });
 *
 * assertTriggerLaws(alarm, { values: [20, 95] });
 * ```
 */
export function assertTriggerLaws<T, S>(trigger: Trigger<T, S>, options: TriggerLawsOptions<T>): void {
  const { values, runs = 200, seed = 1 } = begins('assertTriggerLaws', options);
  if (typeof trigger.name !== 'string' || trigger.name === '')
    throw mustBe('assertTriggerLaws: the name of the trigger', 'a text', trigger.name);
  const random = mulberry32(seed);
  for (let run = 0; run < runs; run++) {
    // Lives grow from run to run, so that the first failure is a short one.
    const events = randomEvents(values, random, 1 + Math.ceil((run * 14) / runs), run % 2 === 1);
    for (const [law, check] of Object.entries(LAWS)) {
      try {
        check(trigger, events, run % 2 === 1);
      } catch (error) {
        const steps = events.map(show).join('\n    ');
        throw lawBroken(
          `assertTriggerLaws: ${trigger.name}`,
          law,
          `seed ${seed}, run ${run + 1} of ${runs}`,
          `steps:\n    ${steps}`,
          error,
        );
      }
    }
  }
}

type Law = <T, S>(trigger: Trigger<T, S>, events: readonly Event<T>[], merging: boolean) => void;

const LAWS: Readonly<Record<string, Law>> = {
  'init is fresh each time': (trigger, events, merging) => {
    const before = JSON.stringify(trigger.init());
    new Life(trigger, merging, LENGTH).all(events);
    if (JSON.stringify(trigger.init()) !== before) throw new Breach(before, JSON.stringify(trigger.init()));
  },
  'the state is plain JSON': (trigger, events, merging) => {
    const life = new Life(trigger, merging, LENGTH);
    for (const event of events) {
      life.step(event);
      const copy: unknown = JSON.parse(JSON.stringify(life.state) ?? 'null');
      if (!equal(copy, life.state)) throw new Breach('a state that JSON keeps as it is', show(life.state));
    }
  },
  'shouldFire changes nothing': (trigger, events, merging) => {
    const life = new Life(trigger, merging, LENGTH);
    for (const event of events) {
      life.step(event);
      const before = JSON.stringify(life.state);
      const first = life.due();
      if (JSON.stringify(life.state) !== before) throw new Breach(before, JSON.stringify(life.state));
      if (life.due() !== first) throw new Breach(`${first} when asked again`, String(!first));
    }
  },
  'a restart changes nothing': (trigger, events, merging) => {
    const kept = new Life(trigger, merging, LENGTH);
    const restarted = new Life(trigger, merging, LENGTH);
    for (const event of events) {
      same(kept.step(event), restarted.step(event));
      restarted.restart();
    }
  },
  'a finished trigger does not fire': (trigger, events, merging) => {
    const life = new Life(trigger, merging, LENGTH);
    for (const event of events) {
      life.step(event);
      if (trigger.isFinished(life.state) && life.due()) throw new Breach('no firing of a finished trigger', 'one');
    }
  },
  'it fires not before `fires`': (trigger, events, merging) => {
    const life = new Life(trigger, merging, LENGTH);
    for (const event of events) {
      if (life.step(event).fired && !reached(trigger.fires, life)) throw new Breach(`the first firing ${trigger.fires}`, 'one before');
    }
  },
  'it finishes not before `finishes`': (trigger, events, merging) => {
    const life = new Life(trigger, merging, LENGTH);
    for (const event of events) {
      if (life.step(event).finished && !reached(trigger.finishes, life)) throw new Breach(`the end ${trigger.finishes}`, 'one before');
    }
  },
  'it asks to be woken': (trigger, events, merging) => {
    const life = new Life(trigger, merging, LENGTH);
    let before = false;
    for (const event of events) {
      const { asked } = life.step(event);
      const due = life.due();
      if (due && !before && !asked) throw new Breach('wakeAt() for every time at which it becomes due', 'a firing that nothing asked for');
      before = due;
    }
  },
  'merge of one session that stays as it is changes nothing': (trigger, events, merging) => {
    if (!merging) return;
    const kept = new Life(trigger, true, LENGTH);
    const merged = new Life(trigger, true, LENGTH);
    for (const event of events) {
      const outcome = kept.step(event);
      same(outcome, merged.step(event));
      // A merge may revive a finished trigger; one that is still due fires whenever somebody asks.
      if (outcome.finished || kept.due()) return;
      merged.merge([], merged.end);
    }
  },
};

function same(a: Outcome, b: Outcome): void {
  const print = ({ fired, finished }: Outcome): string => `${fired ? 'a firing' : 'no firing'}, ${finished ? 'finished' : 'not finished'}`;
  if (print(a) !== print(b)) throw new Breach(print(a), print(b));
}

function reached<T, S>(moment: Moment, life: Life<T, S>): boolean {
  return moment === 'any-time' || (moment === 'at-end' && life.watermark >= life.end);
}

/** Elements, steps of both clocks and, for sessions, merges with others that hold elements of their own. */
function randomEvents<T>(values: readonly T[], random: () => number, count: number, merging: boolean): Event<T>[] {
  const element = (): { value: T; timestamp: Timestamp } => ({
    value: values[below(random, values.length)] as T,
    timestamp: below(random, LENGTH),
  });
  return Array.from({ length: count }, (): Event<T> => {
    const choice = random();
    if (choice < 0.45) return { element: element() };
    if (choice < 0.65) return { watermark: below(random, 41) };
    if (choice < 0.85) return { clock: below(random, 41) };
    if (choice < 0.92 || !merging) return { watermark: below(random, 41), clock: below(random, 41) };
    return { merge: Array.from({ length: below(random, 3) }, element), longer: below(random, 41) };
  });
}
