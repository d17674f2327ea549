import { equal } from '../aggregates/equal.js';
import { retract } from '../engine/emitter.js';
import type { Pane } from '../engine/pane.js';
import { byEnd, type WindowEntry, type WindowMap } from '../engine/windowMap.js';
import { readOptions } from '../errors.js';
import { type EventOperator, eventOperator } from '../stream/eventStream.js';
import { type Duration, nonNegative } from '../time/duration.js';
import { END_OF_TIME, type Timestamp } from '../time/timestamp.js';
import { PaneStream, type PaneWork, refuseDeltas } from './paneStream.js';

/** What {@link materialize} takes. */
export interface MaterializeOptions {
  /** Event time: windows whose end lies more than that behind the watermark leave the view. Default `Infinity`. */
  readonly keep?: Duration;
}

/** The newest pane of each key and window. One live object: read it when it comes, and keep panes of it, not the view. */
export interface PaneView<K, V> {
  /** The pane of the window that holds an instant; where windows overlap, of the newest of them. */
  get(key: K, at: Timestamp): Pane<K, V> | undefined;
  /** All panes, or those of one key, in order of window start; stays as it is when the view changes. */
  panes(key?: K): IterableIterator<Pane<K, V>>;
  /** How many panes there are. */
  readonly size: number;
  /** How many changes there were. */
  readonly version: number;
  /** The last change: panes that were removed without one in their place, with `retraction` true, then the one that was set. */
  readonly changed: readonly Pane<K, V>[];
}

/**
 * A live view of the newest pane of each key and window. The same object is emitted after each change; its `version` tells.
 *
 * It never flickers. What is withdrawn stays until it is clear whether a pane takes its place, which is so when a pane of it (or, as
 * sessions grow, over it), a watermark, idleness or the end comes, or when nothing follows at once (in a microtask); then all goes in
 * one change, as does a pane with the sessions that it replaces. A pane older than the one shown is ignored. The end of the stream
 * removes nothing.
 *
 * @throws TidemarkError `BAD_OPTION`, `BAD_DURATION` at assembly.
 * @example
 * ```ts
 * import { afterCount, afterWatermark, count, eventTime, materialize, session, windowBy } from 'tidemark';
 *
 * eventTime([{ user: 'ann', at: 5 }], { timestamp: click => click.at })
 *   .pipe(
 *     windowBy(session('30m'), {
 *       key: click => click.user,
 *       aggregate: count(),
 *       trigger: afterWatermark({ early: afterCount(1) }),
 *       accumulation: 'retracting',
 *     }),
 *     materialize({ keep: '1d' }),
 *   )
 *   .subscribe(view => {
 *     for (const { window, value } of view.panes('ann')) console.log(window.start, value);
 *   });
 * ```
 */
export function materialize<K, V>(options: MaterializeOptions = {}): EventOperator<Pane<K, V>, PaneView<K, V>> {
  const { keep = Infinity } = readOptions(options, { keep: nonNegative }, 'materialize');
  return eventOperator('materialize', source => {
    refuseDeltas('materialize', source);
    return new PaneStream<K, V, PaneView<K, V>>('materialize', source, keep + 1, work);
  });
}

/** `pane` of an entry: what is shown; `count`: 1 if it is withdrawn. */
function work<K, V>(
  windows: WindowMap<K, V>,
  say: (pane: Pane<K, V>, view: PaneView<K, V>) => void,
  step: (task: () => void) => void,
): PaneWork<K, V> {
  const view = viewOf(windows);
  const withdrawn = new Set(windows.all().filter(entry => entry.count));
  /** One change: what is withdrawn goes, and `newest` is set. */
  const settle = (newest?: Pane<K, V>): void => {
    const changed: Pane<K, V>[] = [];
    for (const entry of withdrawn) {
      // What a later pane of this step may still replace stays until the step is over; this one replaces its own and what it overlaps.
      if (newest && !(equal(entry.key, newest.key) && entry.window.start < newest.window.end && newest.window.start < entry.window.end))
        continue;
      withdrawn.delete(entry);
      if (entry.pane) changed.push(retract(entry.pane));
      windows.drop(entry);
    }
    if (newest) {
      changed.push(newest);
      Object.assign(windows.open(newest), { pane: newest, count: 0 });
    }
    if (!changed[0]) return;
    view.changed = changed;
    windows.version++;
    say(newest ?? changed[0], view);
  };
  const later = (): void => queueMicrotask(() => step(settle));
  later();
  return {
    pane(pane) {
      const entry = windows.get(pane);
      const shown = entry?.pane?.index ?? -1;
      if (pane.retraction) {
        if (!entry || pane.index !== shown) return;
        windows.touch(entry);
        entry.count = 1;
        if (withdrawn.size === 0) later();
        withdrawn.add(entry);
      } else if (pane.index < shown && !entry?.count) {
        settle();
      } else {
        for (const old of windows.absorb(pane)) withdrawn.add(old);
        if (entry) withdrawn.delete(entry);
        settle(pane);
      }
    },
    advance(time) {
      // The end of the stream is no reason to forget.
      if (time < END_OF_TIME) for (const entry of windows.expired(time)) withdrawn.add(entry);
      settle();
    },
    settle,
  };
}

function viewOf<K, V>(windows: WindowMap<K, V>): PaneView<K, V> & { changed: readonly Pane<K, V>[] } {
  const shown = (entries: WindowEntry<K, V>[]): Pane<K, V>[] =>
    entries.sort((a, b) => a.window.start - b.window.start || byEnd(a, b)).map(entry => entry.pane as Pane<K, V>);
  return {
    get: (key, at) => shown(windows.of(key).filter(({ window }) => window.start <= at && at < window.end)).at(-1),
    panes: (...of: [key?: K]) => shown(of.length > 0 ? windows.of(of[0] as K) : windows.all()).values(),
    get size() {
      return windows.size;
    },
    get version() {
      return windows.version;
    },
    changed: [],
  };
}
