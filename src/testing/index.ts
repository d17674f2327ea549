/**
 * Streams, clocks and laws for tests: virtual time, no sleeping.
 *
 * @module tidemark/testing
 */

/* Virtual time */

/* Laws */
export { type AggregateLawsOptions, assertAggregateLaws } from './aggregateLaws.js';
export { type AssignerLawsOptions, assertAssignerLaws } from './assignerLaws.js';
export { type ManualClock, manualClock } from './manualClock.js';
export { type Recording, record, type Snapshot } from './record.js';
/* Traces */
export { type RunTraceOptions, runTrace, type TraceFailure } from './runTrace.js';
export { settled } from './settled.js';
export { type StateLaw, stateBackendContract } from './stateBackendContract.js';
export { type StorageLaw, storageContract } from './storageContract.js';
export { type TestStream, type TestStreamOptions, testStream } from './testStream.js';
export type { Trace, TraceElement, TracePane, TraceSpec, TraceStep, TraceTrigger, TraceWindow } from './trace.js';
export { assertTriggerLaws, type TriggerLawsOptions } from './triggerLaws.js';
