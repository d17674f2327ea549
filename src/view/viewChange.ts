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
  | { readonly type: 'entry'; readonly entry: ViewEntry<K, V> }
  /** The snapshot is complete: all of it was so at one instant, at this watermark. What follows are changes since. */
  | { readonly type: 'ready'; readonly watermark: Watermark; readonly cursor: string }
  /** The windows of a key as they are now; none: it is gone. */
  | {
      readonly type: 'key';
      readonly key: K;
      readonly entries: readonly ViewEntry<K, V>[];
      readonly watermark: Watermark;
      /** What to go on from, behind it. */
      readonly cursor: string;
    }
  | { readonly type: 'watermark'; readonly watermark: Watermark; readonly cursor: string };
