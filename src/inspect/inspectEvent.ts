/** What happens in a run, one type for each kind: what a tool that shows a pipeline at work needs. */
import type { CompletedCheckpoint } from '../checkpoint/events.js';
import type { LateRecord, Pane } from '../engine/pane.js';
import type { JobEvent } from '../job/jobEvent.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';

/** What events of operators have. */
export interface OfOperator {
  /** The operator: its name, else what it is. */
  readonly operator: string;
  /** Processing time. */
  readonly at: Timestamp;
  /** How many of its kind and operator were left out since the last one, since they came too fast. */
  readonly left: number;
}

/** An element has come into the job. Those that come as an array are told of when the array is taken, the last of them for all. */
export interface ElementEvent extends OfOperator {
  /** By which it is told from others. */
  readonly type: 'element';
  /** What it is. */
  readonly value: unknown;
  /** Its event time. */
  readonly timestamp: Timestamp;
}

/** A source or windows have said how far time is. */
export interface WatermarkEvent extends OfOperator {
  /** By which it is told from others. */
  readonly type: 'watermark';
  /** How far. */
  readonly watermark: Watermark;
}

/** Windows have said a pane. */
export interface PaneEvent extends OfOperator {
  /** By which it is told from others. */
  readonly type: 'pane';
  /** The pane. */
  readonly pane: Pane<unknown, unknown>;
}

/** An element did not count. */
export interface DropEvent extends OfOperator {
  /** By which it is told from others. */
  readonly type: 'drop';
  /** Which, and why. */
  readonly record: LateRecord<unknown>;
}

/** A source, or all of the sources of windows, has fallen idle: nothing is waited for. */
export interface IdleEvent extends OfOperator {
  /** By which it is told from others. */
  readonly type: 'idle';
}

/** A checkpoint is durable and committed. */
export interface SnapshotEvent {
  /** By which it is told from others. */
  readonly type: 'snapshot';
  /** Processing time. */
  readonly at: Timestamp;
  /** Which, how large, and how long it took. */
  readonly checkpoint: CompletedCheckpoint;
}

/** Anything else that has happened to the job. */
export interface JobHappening {
  /** By which it is told from others. */
  readonly type: 'job';
  /** Processing time. */
  readonly at: Timestamp;
  /** As `job.events` has it. */
  readonly event: JobEvent;
}

/** What has happened in a job; see `inspect`. */
export type InspectEvent = ElementEvent | WatermarkEvent | PaneEvent | DropEvent | IdleEvent | SnapshotEvent | JobHappening;
