/**
 * Triggers say when a window emits a pane: a small algebra of frozen values (Beam's triggers) whose state is plain data
 * that the engine keeps. Each node is finished or not; a root trigger that has finished closes its window.
 *
 * The engine asks `shouldFire` after each element of the window, when the watermark passes its end or its expiry, and
 * when a time asked for by `wakeAt` has come; at most one firing comes of one step.
 */
import type { StateVersion } from '../aggregates/aggregate.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { MachineFactory } from './machine.js';

/** When something can happen at the earliest, in the life of a window. Ordered: `any-time` < `at-end` < `never`. */
export type Moment = 'any-time' | 'at-end' | 'never';

/** What has to come before a trigger is due. */
export type TriggerWait =
  /** The watermark or the clock has to reach a time. */
  | { readonly for: 'watermark' | 'clock'; readonly time: Timestamp }
  /** So many more elements of the window have to come. */
  | { readonly for: 'elements'; readonly count: number }
  /** Nothing is new since it fired last: an element has to come, and then whatever the trigger is about. */
  | { readonly for: 'news' }
  /** It never fires, or never again. */
  | { readonly for: 'never' }
  /** A trigger that does not say. */
  | { readonly for: 'trigger'; readonly name: string }
  /** One of several, or all of them. */
  | { readonly for: 'any' | 'all'; readonly of: readonly TriggerWait[] };

/** What a trigger sees when it is called. One object is reused: read it, do not keep it. */
export interface TriggerContext {
  /** Where the window begins. */
  readonly start: Timestamp;
  /** Where it ends: no longer part of it. */
  readonly end: Timestamp;
  /** The watermark in this step. */
  readonly watermark: Watermark;
  /** The watermark before it: another one only in a step that moves the watermark. */
  readonly previousWatermark: Watermark;
  /** The processing-time clock in this step. */
  readonly processingTime: Timestamp;
  /** The processing-time clock before it. */
  readonly previousProcessingTime: Timestamp;
  /** True for windows that may merge, such as sessions. */
  readonly merging: boolean;
  /** Asks for a call of `shouldFire` as soon as that clock has reached `time`. May be asked too often, never too seldom. */
  wakeAt(domain: 'event' | 'processing', time: Timestamp): void;
}

/**
 * When a window fires. State in, state out: methods may change and return the state that they are given.
 * State must be plain data (JSON). Make your own by `defineTrigger`, and check it with `assertTriggerLaws` of `tidemark/testing`.
 */
export interface Trigger<in T = any, S = any> {
  /** Shown in explanations and compared on restore: `afterCount(10)`. */
  readonly name: string;
  /** The earliest moment at which it can fire. */
  readonly fires: Moment;
  /** The earliest moment at which it can be finished; `never` makes it safe for any allowed lateness. */
  readonly finishes: Moment;
  /** The state of a window without elements. */
  init(): S;
  /** An element of the window has come. */
  onElement(state: S, value: T, timestamp: Timestamp, context: TriggerContext): S;
  /** Whether the window is to fire in this step. Changes nothing, but may ask to be woken; who has parts asks them all. */
  shouldFire(state: S, context: TriggerContext): boolean;
  /** The window fires because of this trigger; it may finish. */
  onFire(state: S, context: TriggerContext): S;
  /** Whether this trigger will never fire again, save that a merge revives it. */
  isFinished(state: S): boolean;
  /** The state of a session that several (one or more) became; the context is that of the result. */
  merge(states: readonly S[], context: TriggerContext): S;
  /** What has to come before it is due, while it has not finished, for explanations; changes nothing, and asks for nothing. Default: that is not known. */
  waits?(state: S, context: TriggerContext): TriggerWait;
  /** A pane has been emitted by a sibling: forget what was seen of it, keep what is finished. Default: `init()` unless finished. */
  clear?(state: S): S;
  /** Which version of its state it is about, and how to make it of older ones; for a trigger that stands alone, not within another one. */
  readonly state?: StateVersion<S>;
  /** By the time the watermark has passed the end of the window, all that came in time has been shown: nothing need be held back downstream. */
  readonly showsAtEnd?: true;
  /** The default trigger, `afterWatermark()`: the assigner's own machine does it fastest. */
  readonly isDefault?: true;
  /**
   * What computes windows with this trigger; `defineTrigger` sets it.
   * @internal
   */
  readonly machine?: MachineFactory;
  /**
   * Refuses a trigger that may finish before its window expires; `defineTrigger` sets it.
   * @internal
   */
  readonly checkFinishing?: (trigger: Trigger, allowedLateness: number, where: string) => void;
}
