/**
 * What lets go of elements of a window when it fires. (Flink's Evictor.) With an evictor a window keeps all its elements, and
 * aggregates them anew for each pane; `defineEvictor` brings along what that takes, so that other pipelines do not carry it.
 */
import type { Aggregate } from '../aggregates/aggregate.js';
import type { Timestamp } from '../time/timestamp.js';
import type { MachineFactory, WindowingSpec } from './machine.js';
import type { TimeWindow } from './window.js';

/** An element that a window keeps. */
export interface KeptElement<out T> {
  /** The element itself. */
  readonly value: T;
  /** Its event time. */
  readonly timestamp: Timestamp;
}

/** Whether elements go before the aggregate of a pane is computed, so that it lacks them, or after it. */
export type EvictionTime = 'before' | 'after';

/** What an evictor is made of. */
export interface EvictorMethods<in T> {
  /** Shown in errors: `keepCount(3)`. */
  readonly name: string;
  /** Default `before`. */
  readonly when?: EvictionTime;
  /** Gives those that stay, in their order; the others are gone for good. `elements` is in order of arrival and must not be changed. */
  evict<E extends T>(elements: readonly KeptElement<E>[], window: TimeWindow): readonly KeptElement<E>[];
}

/** Says which elements of a window stay when it fires; made by `keepCount`, `keepTime`, `keepDelta` and `defineEvictor`. */
export interface Evictor<in T = any> extends EvictorMethods<T> {
  readonly when: EvictionTime;
  /**
   * What computes such windows.
   *
   * @internal
   */
  readonly machine: MachineFactory;
  /**
   * The aggregate as one that keeps the elements, and what says the result of what it keeps.
   *
   * @internal
   */
  over<E extends T, R>(aggregate: Aggregate<E, any, R>): Required<Pick<WindowingSpec<E, unknown, R>, 'aggregate' | 'resultIn'>>;
}
