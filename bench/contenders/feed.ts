/**
 * A contender that is fed in arrays, call by call, as a decoder or a Kafka consumer feeds it. What is asked between two
 * calls (how much memory, how long the call took) is asked of this.
 */
import { Digest } from './digest.js';

export interface Feed<T> {
  /** What came out so far. */
  readonly digest: Digest;
  /** Takes in events; whatever they complete is in the digest when the call returns. */
  batch(events: readonly T[]): void;
  /** No further event comes: everything that is open is completed. */
  end(): void;
}

/** All events in one call. */
export function inOne<T>(feed: Feed<T>, events: readonly T[]): Digest {
  feed.batch(events);
  feed.end();
  return feed.digest;
}

/** All events in arrays, a call for each. */
export function inArrays<T>(feed: Feed<T>, chunks: readonly (readonly T[])[]): Digest {
  for (const chunk of chunks) feed.batch(chunk);
  feed.end();
  return feed.digest;
}

/** Several contenders that each take every event. What came out is the sum of what came out of each. */
export function together<T>(feeds: readonly Feed<T>[]): Feed<T> {
  return {
    get digest() {
      const whole = new Digest();
      for (const { digest } of feeds) {
        whole.results += digest.results;
        whole.checksum = (whole.checksum + digest.checksum) | 0;
      }
      return whole;
    },
    batch: events => {
      for (const feed of feeds) feed.batch(events);
    },
    end: () => {
      for (const feed of feeds) feed.end();
    },
  };
}
