/** The pauses before a call is made again: fixed, or growing by a factor. (Flink's fixed and exponential delay of asynchronous retries.) */

/** How long to pause, all in milliseconds. */
export interface Backoff {
  readonly delay: number;
  /** By what each pause is longer than the one before. */
  readonly factor: number;
  /** No pause is longer. */
  readonly most: number;
}

/** The pause before the `retry`th repetition, counted from 1: whole milliseconds. */
export function backoff({ delay, factor, most }: Backoff, retry: number): number {
  // Apart, since a factor to a high power may be infinite.
  return delay === 0 ? 0 : Math.min(Math.round(delay * factor ** (retry - 1)), most);
}
