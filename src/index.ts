/**
 * Event-time windows over out-of-order data, on RxJS.
 *
 * @module tidemark
 */

/* Streams with event time */

/* Aggregates */
export type { Aggregate, ResultOf, Rows, StateVersion } from './aggregates/aggregate.js';
export { allOf } from './aggregates/allOf.js';
export { type ApproximateDistinctOptions, approximateDistinct } from './aggregates/approximateDistinct.js';
export {
  type ApproximateFrequent,
  type ApproximateMostFrequentOptions,
  approximateMostFrequent,
} from './aggregates/approximateMostFrequent.js';
export { collect } from './aggregates/collect.js';
export { count } from './aggregates/count.js';
export { distinct } from './aggregates/distinct.js';
export { distinctValues } from './aggregates/distinctValues.js';
export { exactSum } from './aggregates/exactSum.js';
export { exponentialBuckets } from './aggregates/exponentialBuckets.js';
export { first } from './aggregates/first.js';
export { type Bucket, histogram } from './aggregates/histogram.js';
export { last } from './aggregates/last.js';
export { linearBuckets } from './aggregates/linearBuckets.js';
export { max } from './aggregates/max.js';
export { maxBy } from './aggregates/maxBy.js';
export { mean } from './aggregates/mean.js';
export { min } from './aggregates/min.js';
export { minBy } from './aggregates/minBy.js';
export { type Frequent, mostFrequent } from './aggregates/mostFrequent.js';
export { type Candle, type OhlcOptions, ohlc, type VolumeCandle } from './aggregates/ohlc.js';
export { type QuantilesOptions, quantiles } from './aggregates/quantiles.js';
export { reduce } from './aggregates/reduce.js';
export { rowAggregate } from './aggregates/rows.js';
export { sum } from './aggregates/sum.js';
export { type TopKOptions, topK } from './aggregates/topK.js';
export { type VarianceOptions, variance } from './aggregates/variance.js';
/* Jobs */
export type { CompletedCheckpoint, CoordinatorEvent } from './checkpoint/events.js';
export type { CheckpointSink, SinkClaim, SinkMode } from './checkpoint/participants.js';
export { type Savepoint, type SavepointOperator, type SavepointSink, type SavepointSource, savepointFrom } from './checkpoint/savepoint.js';
/* Durable state */
export type { CheckpointStorage, ChunkEntry, StorageCapabilities } from './checkpoint/storage.js';
/* What if */
export type { Delta } from './compare/alike.js';
export type { ComparedPane, PaneDifference, UnstablePane } from './compare/difference.js';
export type { ComparedOperator, ComparedOption, PaneCounts, WhatIfEnd, WhatIfReport } from './compare/report.js';
/* Disorder */
export type { DisorderAdvice } from './disorder/advice.js';
export type { Ahead, AheadElement } from './disorder/ahead.js';
export type { BoundRow, Bounds, Suggestion } from './disorder/bounds.js';
export { drawDisorder } from './disorder/drawDisorder.js';
export { type DisorderMeter, type DisorderOptions, measureDisorder } from './disorder/measureDisorder.js';
export { DisorderReport } from './disorder/report.js';
export type { SourceDisorder } from './disorder/sourceFronts.js';
/* Panes */
export { type AsyncCounts, asyncCounts } from './engine/asyncCounts.js';
export { dropCounts } from './engine/drops.js';
export type { EvictionTime, Evictor, EvictorMethods, KeptElement } from './engine/evictor.js';
export type { JoinLateRecord, JoinType, LeftOf, RightOf } from './engine/joinSpec.js';
export type { ClosingBehavior, DropCounts, OnTimeBehavior, TimestampCombiner } from './engine/machine.js';
export { type AccumulationMode, type DropReason, type LateRecord, type Pane, type PaneTiming, paneId } from './engine/pane.js';
export type { StateHandle } from './engine/stateHandle.js';
export { type StateOptions, stateOn } from './engine/stateOn.js';
export type { SaidPane } from './engine/stateReader.js';
export type { Moment, Trigger, TriggerContext, TriggerWait } from './engine/trigger.js';
export type { Slicing, TimeWindow, WindowAssigner } from './engine/window.js';
export type { OpenState, WorkingState } from './engine/workingState.js';
/* Errors */
export { type ErrorCode, TidemarkError } from './errors.js';
/* Evictors */
export { defineEvictor } from './evictors/defineEvictor.js';
export { keepCount } from './evictors/keepCount.js';
export { keepDelta } from './evictors/keepDelta.js';
export { keepTime } from './evictors/keepTime.js';
export type { EvictorOptions } from './evictors/options.js';
/* Explanations */
export { explain } from './explain/explain.js';
export type { Explanation, WindowStatus } from './explain/explanation.js';
export type {
  Closed,
  Dropped,
  Expired,
  Fired,
  HeldBack,
  Hold,
  IdleAll,
  InFlight,
  NoElements,
  NotRunning,
  Reason,
  ReasonText,
  TriggerWaiting,
  WatermarkBehind,
} from './explain/reason.js';
export type { Inspectable } from './explain/runGraph.js';
export { type OperatorWatermark, type SourceWatermark, watermarks } from './explain/watermarks.js';
/* Inspection */
export { type Inspected, type InspectOptions, inspect } from './inspect/inspect.js';
export type {
  DropEvent,
  ElementEvent,
  IdleEvent,
  InspectEvent,
  JobHappening,
  OfOperator,
  PaneEvent,
  SnapshotEvent,
  WatermarkEvent,
} from './inspect/inspectEvent.js';
export { type KeptEvents, keepEvents } from './inspect/keepEvents.js';
export { prometheusText } from './inspect/prometheusText.js';
/* Jobs */
export { type AtMostOnce, atMostOnce } from './job/atMostOnce.js';
export type { Captured, CapturedRow } from './job/captured.js';
export { defineSink, type SinkContext, type SinkDefinition, type SinkWork } from './job/defineSink.js';
export { type Fork, type ForkOptions, fork } from './job/fork.js';
export type { FormChange, Verdict } from './job/forms.js';
export type { Pipelines } from './job/graph.js';
export type { HostedRun, HostStay, JobHost } from './job/host.js';
export type { Job, StopOptions } from './job/job.js';
export type { JobEvent, JobState, JobStatus } from './job/jobEvent.js';
export { type Journaled, type JournaledOptions, journaled } from './job/journaled.js';
export { memory } from './job/memory.js';
export type { Plan, PlanLine, PlanOutcome } from './job/plan.js';
export { type PlanOptions, plan, type StoredJob } from './job/planFor.js';
export {
  type Replayable,
  type ReplayBatch,
  type ReplayReader,
  type ReplaySource,
  type ResetOptions,
  replayable,
} from './job/replayable.js';
export type { RestartOptions } from './job/restarts.js';
export { type CheckpointOptions, type RunOptions, run } from './job/run.js';
export type { SinkChoice, SinkMapping } from './job/sinkMapping.js';
export { listSavepoints, loadSavepoint, storeSavepoint } from './job/storedSavepoints.js';
export { type Delivery, type ToCallbackOptions, toCallback } from './job/toCallback.js';
export { type MapLike, type ToMapOptions, toMap } from './job/toMap.js';
export type { WhatIf, WhatIfProgress } from './job/trial.js';
export { type WhatIfOptions, type WhatIfUntil, whatIf } from './job/whatIf.js';
/* Changes */
export type { KafkaLag, KafkaStuck, KafkaTransaction, PartitionLag } from './kafka/lag.js';
export { type Change, changes } from './operators/changes.js';
/* Joins */
export { type CoGroupOptions, coGroup, type Groups } from './operators/coGroup.js';
export { type DedupeOptions, dedupe } from './operators/dedupe.js';
export { type ElementOf, type EventTimeCommon, type EventTimeOptions, eventTime } from './operators/eventTime.js';
/* Views of panes */
export { finals } from './operators/finals.js';
export { type IntervalJoinOptions, intervalJoin } from './operators/intervalJoin.js';
export { type JoinOptions, joinWith } from './operators/joinWith.js';
export { type LatestPaneOptions, latestPane } from './operators/latestPane.js';
export { type AsyncRetry, type MapAsyncOptions, mapAsync } from './operators/mapAsync.js';
export { type MaterializeOptions, materialize, type PaneView } from './operators/materialize.js';
export { type ReorderOptions, reorder } from './operators/reorder.js';
export type { SideOptions } from './operators/sides.js';
export { type Branches, split } from './operators/split.js';
export { stage } from './operators/stage.js';
export { union } from './operators/union.js';
export { type UpdatesOptions, updates } from './operators/updates.js';
/* Windows */
export { type WindowOptions, windowBy } from './operators/windowBy.js';
export type { StateBackend, StateChange, StateTable } from './state/stateBackend.js';
export { memoryStorage } from './storages/memoryStorage.js';
export { type EventOperator, EventStream, type EventTimed, type Step } from './stream/eventStream.js';
/* Watermarks */
export { type AdaptiveOptions, adaptive } from './time/adaptive.js';
export { type ArrivalTime, arrivalTime } from './time/arrivalTime.js';
export { ascending } from './time/ascending.js';
export { boundedOutOfOrderness } from './time/boundedOutOfOrderness.js';
/* Time */
export type { Cancelable, Clock } from './time/clock.js';
export type { Duration } from './time/duration.js';
export { punctuated } from './time/punctuated.js';
export type { WatermarkGenerator, WatermarkStrategy } from './time/strategy.js';
export { END_OF_TIME, START_OF_TIME, type Timestamp, type Watermark } from './time/timestamp.js';
/* Triggers */
export { afterAll } from './triggers/afterAll.js';
export { afterCount } from './triggers/afterCount.js';
export { afterDelta } from './triggers/afterDelta.js';
export { afterEach } from './triggers/afterEach.js';
export { afterFirst } from './triggers/afterFirst.js';
export { afterProcessingTime } from './triggers/afterProcessingTime.js';
export { afterQuiet } from './triggers/afterQuiet.js';
export { type AfterWatermarkOptions, afterWatermark } from './triggers/afterWatermark.js';
export { defineTrigger } from './triggers/defineTrigger.js';
export { every } from './triggers/every.js';
export { everyEventTime } from './triggers/everyEventTime.js';
export { never } from './triggers/never.js';
export { orFinally } from './triggers/orFinally.js';
export { type ProcessingTimeoutOptions, processingTimeout } from './triggers/processingTimeout.js';
export { repeatedly } from './triggers/repeatedly.js';
/* Views of the state of a job */
export type { NoEntry, ReadLevel, ViewAnswer, ViewEntry, ViewMoment, ViewPage, ViewWindows } from './view/answer.js';
export type { JobView, View } from './view/jobView.js';
export type { LocalView } from './view/localView.js';
export type { Snapshot } from './view/snapshot.js';
export { snapshotOf } from './view/snapshotOf.js';
export { type ViewHandle, type ViewHandleOptions, view } from './view/view.js';
export type { ViewChange } from './view/viewChange.js';
export type { ChangesOptions, EntriesOptions, ViewOptions, WindowsOptions } from './view/viewOptions.js';
export { type CalendarOptions, days, months, type Weekday, type WeekOptions, weeks, type YearOptions, years } from './windows/calendar.js';
export { type CombinedAssigner, combined } from './windows/combined.js';
export { countWindow } from './windows/countWindow.js';
export { type CumulativeOptions, cumulative } from './windows/cumulative.js';
export { defineAssigner } from './windows/defineAssigner.js';
export { globalWindow } from './windows/globalWindow.js';
export { type SessionOptions, session } from './windows/session.js';
export { type SlidingOptions, sliding } from './windows/sliding.js';
export type { TtlOptions } from './windows/ttl.js';
export { type TumblingOptions, tumbling } from './windows/tumbling.js';
