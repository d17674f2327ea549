/** What those who follow a view hear. */
import type { Watermark } from '../time/timestamp.js';
import type { ViewEntry } from './answer.js';

/**
 * One step of a view that is followed. Whoever takes each of them holds what the view holds: `reset` empties it, `entry` adds an entry, `key`
 * puts `entries` in place of all of its key, and of a `watermark` (those of `ready` and `key` count too) entries go whose `expires` it has reached.
 */
export type ViewChange<K, V> =
  /** Forget everything: a snapshot follows. */
  | { readonly type: 'reset' }
  /** It is in the snapshot. */
  | {
      readonly type: 'entry';
      /** To be added. */
      readonly entry: ViewEntry<K, V>;
    }
  /** The snapshot is complete: all of it was so at one instant, at this watermark. What follows are changes since. */
  | {
      readonly type: 'ready';
      /** That of the instant. */
      readonly watermark: Watermark;
      /** What to go on from, behind it. */
      readonly cursor: string;
    }
  /** The windows of a key as they are now; none: it is gone. */
  | {
      readonly type: 'key';
      /** Which one. */
      readonly key: K;
      /** All of its windows. */
      readonly entries: readonly ViewEntry<K, V>[];
      /** How far event time is there. */
      readonly watermark: Watermark;
      /** What to go on from, behind it. */
      readonly cursor: string;
    }
  /** Time has gone on: entries whose `expires` it has reached are gone. */
  | {
      readonly type: 'watermark';
      /** How far event time is. */
      readonly watermark: Watermark;
      /** What to go on from, behind it. */
      readonly cursor: string;
    };
