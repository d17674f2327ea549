/** Machines of all kinds, and steps for them. */
import fc from 'fast-check';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { afterAll } from '../../src/triggers/afterAll.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterEach } from '../../src/triggers/afterEach.js';
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
import { cumulative } from '../../src/windows/cumulative.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import type { Item, MachineStep, Options } from './machineRun.js';

/** A machine, and what it computes. */
export interface Choice {
  readonly assigner: WindowAssigner<Item>;
  readonly trigger: Trigger<Item> | undefined;
  readonly factory: MachineFactory;
}

const TRIGGERS: readonly (Trigger<Item> | undefined)[] = [
  undefined,
  never(),
  repeatedly(afterQuiet(3)),
  afterWatermark({ early: afterCount(2), late: afterCount(2) }),
  afterWatermark({ early: every(4), late: afterProcessingTime(2) }),
  repeatedly(afterFirst(afterCount(3), everyEventTime(4))),
  repeatedly(afterAll(afterCount(2), afterQuiet(3))),
  afterEach(afterCount(1), afterProcessingTime(2), repeatedly(afterCount(2))),
  orFinally(repeatedly(afterCount(2)), afterProcessingTime(6)),
  processingTimeout(afterCount(3), 4, { resetTimerOnNewRecord: true, shouldClearOnTimeout: false }),
];
const ALIGNED: readonly WindowAssigner<Item>[] = [tumbling(5), sliding(6, 4), sliding(2, 5), cumulative(9, 3), globalWindow()];
const SESSIONS: readonly WindowAssigner<Item>[] = [
  session(3),
  session(4, { mergeTouching: true }),
  session((item: Item) => 1 + (item.value & 7)),
];

export const choices: fc.Arbitrary<Choice> = fc.oneof(
  fc.constantFrom(...ALIGNED, ...SESSIONS).map(assigner => ({ assigner, trigger: undefined, factory: assigner.machine as MachineFactory })),
  fc.record({
    assigner: fc.constantFrom(...ALIGNED, ...SESSIONS),
    trigger: fc.constantFrom(...TRIGGERS),
    factory: fc.constant(generalMachine),
  }),
);

export const options: fc.Arbitrary<Options> = fc.record({
  accumulation: fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const),
  allowedLateness: fc.constantFrom(0, 4, 20),
  closing: fc.constantFrom('always' as const, 'ifChanged' as const, 'never' as const),
  timestampCombiner: fc.constantFrom('endOfWindow' as const, 'earliest' as const, 'latest' as const),
});

export const item = fc.record({
  key: fc.constantFrom('a', 'b'),
  value: fc.integer({ min: -5, max: 5 }),
  at: fc.integer({ min: -5, max: 20 }),
});
export const steps: fc.Arbitrary<MachineStep[]> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: item.map((one): MachineStep => ({ item: one, diff: 1 })) },
      { weight: 2, arbitrary: fc.integer({ min: -5, max: 35 }).map((watermark): MachineStep => ({ watermark })) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 }).map((clock): MachineStep => ({ clock })) },
    ),
    { minLength: 1, maxLength: 30, size: 'max' },
  )
  .map(drawn => [...drawn, { watermark: END_OF_TIME }]);
