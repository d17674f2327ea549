import type { Timestamp } from './timestamp.js';

/** A task that can be taken back. */
export interface Cancelable {
  /** Takes it back; after it has run, nothing. */
  unsubscribe(): void;
}

/**
 * Processing time. The library reads it only through this contract, and the engine never reads it at all:
 * there time is an argument. Real clocks move by themselves, test clocks when told to.
 */
export interface Clock {
  /** Now, in milliseconds since the epoch. */
  now(): Timestamp;
  /** Runs `task` once, as soon as `now() >= time`, never within this call. */
  at(time: Timestamp, task: () => void): Cancelable;
}
