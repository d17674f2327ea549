/** The contract of watermark strategies: frozen configuration here, running logic with plain memory in generators. */
import type { Timestamp, Watermark } from './timestamp.js';

/**
 * Says how far event time has come, from the elements of one source. (Flink's WatermarkStrategy.)
 *
 * @example
 * ```ts
 * import type { WatermarkStrategy } from 'tidemark';
 *
 * // Every element says itself how far its device has come.
 * const declared: WatermarkStrategy<{ upTo: number }> = {
 *   name: 'declared',
 *   create: memory => {
 *     let upTo = typeof memory === 'number' ? memory : Number.MIN_SAFE_INTEGER;
 *     return {
 *       onEvent: (_timestamp, value) => (upTo = Math.max(upTo, value.upTo)),
 *       memory: () => upTo,
 *     };
 *   },
 * };
 * ```
 */
export interface WatermarkStrategy<in T = any> {
  /** Shown in explanations: `boundedOutOfOrderness(5m)`. */
  readonly name: string;
  /** Given: the watermark is always the highest timestamp less this many milliseconds, so that a source can reckon it in its own loop. */
  readonly bound?: number;
  /** The logic for one source, anew or from the memory of a snapshot. */
  create(memory?: unknown): WatermarkGenerator<T>;
}

/** The running logic of a strategy for one source. */
export interface WatermarkGenerator<in T = any> {
  /** An element has come; returns the watermark behind it. A lower one than before is ignored. */
  onEvent(timestamp: Timestamp, value: T): Watermark;
  /** All that it remembers, as plain data. */
  memory(): unknown;
}
