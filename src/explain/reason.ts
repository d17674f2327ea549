/** Why there is no result: each reason is data by its code, and a sentence by `String(reason)`. */
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import type { TriggerWait } from '../engine/trigger.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';

/** What all reasons have. */
export interface ReasonText {
  /** The operator that it is about: its name, else what it is. */
  readonly operator: string;
  /** What is the case, as a sentence. */
  readonly text: string;
  /** What can be done about it; empty: nothing need be. */
  readonly hint: string;
  /** Both. */
  toString(): string;
}

/** A source, or one of several in one stream, has not come as far as is waited for. */
export interface WatermarkBehind extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'watermark-behind';
  /** Which of the sources of the stream, as its option `source` says; undefined: it has one. */
  readonly input: unknown;
  /** How far it is. */
  readonly watermark: Watermark;
  /** How far it must come. */
  readonly until: Watermark;
  /** The highest event time that has come from it; undefined: none has, or its strategy does not tell. */
  readonly lastEvent: Timestamp | undefined;
  /** How many elements have come from it in this run. */
  readonly elements: number;
  /** For how long nothing has come from it, by the clock of the run; undefined: that is not known. */
  readonly silentFor: number | undefined;
  /** In how many milliseconds it holds back nobody any more, if it stays silent; undefined: never. */
  readonly idleIn: number | undefined;
  /** How many more sources of the stream are behind, that have no reason of their own. */
  readonly others: number;
}

/** All inputs of an operator are idle: time stands still. */
export interface IdleAll extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'idle-all';
  /** How far it has come. */
  readonly watermark: Watermark;
  /** How far it must come. */
  readonly until: Watermark;
  /** How many inputs there are. */
  readonly inputs: number;
}

/** Asynchronous calls are not over, and a watermark does not pass the elements before it. */
export interface InFlight extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'in-flight';
  /** How far it has gone on. */
  readonly watermark: Watermark;
  /** How far it must go on. */
  readonly until: Watermark;
  /** How many elements are inside: waiting, in flight, or held back by the order. */
  readonly inside: number;
  /** How many calls are in flight. */
  readonly calls: number;
  /** The event time of the element that came first. */
  readonly oldest: Timestamp | undefined;
}

/** An operator holds the watermark back, since something of that time is still to come out of it. */
export interface HeldBack extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'held-back';
  /** How far it has said that time is. */
  readonly watermark: Watermark;
  /** How far it must come. */
  readonly until: Watermark;
  /** How far time has come at the operator. */
  readonly heard: Watermark;
}

/** The window waits for its trigger, which is not, or not only, about the end of the window. */
export interface TriggerWaiting extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'trigger-waiting';
  /** Its name. */
  readonly trigger: string;
  /** What has to come. */
  readonly waits: TriggerWait;
}

/** No element of the key has come to the window, or none counted. */
export interface NoElements extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'no-elements';
}

/** Elements did not count. */
export interface Dropped extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'dropped';
  /** How many in this run, by why. */
  readonly counts: Partial<DropCounts>;
  /** The last of them, as far as they may have been of the key and the window in question. */
  readonly records: readonly LateRecord<unknown>[];
}

/** The window is past its end and its lateness: it is forgotten, and what comes for it is dropped. */
export interface Expired extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'expired';
  /** When it expired, in event time. */
  readonly at: Timestamp;
  /** How far time is. */
  readonly watermark: Watermark;
}

/** The trigger has finished, and with it the window. */
export interface Closed extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'closed';
  /** Its name. */
  readonly trigger: string;
}

/** All that came has been shown. */
export interface Fired extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'fired';
  /** How many panes there were. */
  readonly panes: number;
}

/** The job is not at work. */
export interface NotRunning extends ReasonText {
  /** By which it is told from others. */
  readonly code: 'not-running';
  /** Where it is in its life. */
  readonly state: string;
}

/** Why there is, or is no result. */
export type Reason =
  | WatermarkBehind
  | IdleAll
  | InFlight
  | HeldBack
  | TriggerWaiting
  | NoElements
  | Dropped
  | Expired
  | Closed
  | Fired
  | NotRunning;

/** What holds a watermark back. */
export type Hold = WatermarkBehind | IdleAll | InFlight | HeldBack;

class Told {
  declare readonly text: string;
  declare readonly hint: string;

  toString(): string {
    return this.hint === '' ? this.text : `${this.text} ${this.hint}`;
  }
}

/** Reasons as lines; what can be done is said once, however many say so. */
export function linesOf(reasons: readonly ReasonText[]): string[] {
  return reasons.map(({ text, hint }, i) => {
    const again = hint === '' || reasons.slice(i + 1).some(other => other.hint === hint);
    return `  ${again ? text : `${text} ${hint}`}`;
  });
}

/** Makes data a reason. */
export function reason<R extends Reason>(data: Omit<R, 'toString'>): R {
  return Object.assign(new Told(), data) as unknown as R;
}
