import type { Pane } from '../engine/pane.js';
import { byEnd, type WindowEntry, type WindowMap } from '../engine/windowMap.js';
import { mustBe, readOptions } from '../errors.js';
import { TimerQueue } from '../state/timers.js';
import { type EventOperator, eventOperator } from '../stream/eventStream.js';
import type { Cancelable } from '../time/clock.js';
import { type Duration, positive } from '../time/duration.js';
import { latenessOf, type PaneMaker, PaneStream } from './paneStream.js';

/** What {@link updates} takes. */
export interface UpdatesOptions {
  /** Processing time that lies between two early panes of a key and window at least. Default: none. */
  readonly every?: Duration;
  /** How many early panes a key and window may say. Default: any number. */
  readonly maxPerWindow?: number;
}

/**
 * Thins out early panes, per key and window: at most one per `every`, the first at once and then the newest when the interval is
 * over; and at most `maxPerWindow`. On-time, late and last panes pass at once, instead of an early one that is held back. What is
 * held back beyond the maximum is said when the watermark reaches the end of its window, unless the on-time pane came: the
 * newest value of a window always comes out. A session that has grown counts on.
 *
 * @throws TidemarkError `BAD_OPTION`, `BAD_DURATION` at assembly; also when no `windowBy` stands upstream, or when it does not
 * accumulate.
 * @example
 * ```ts
 * import { afterCount, afterWatermark, count, eventTime, tumbling, updates, windowBy } from 'tidemark';
 *
 * eventTime([{ user: 'ann', at: 5 }], { timestamp: click => click.at })
 *   .pipe(
 *     windowBy(tumbling('1h'), { key: click => click.user, aggregate: count(), trigger: afterWatermark({ early: afterCount(1) }) }),
 *     updates({ every: '1s' }),
 *   )
 *   .subscribe(({ key, value, timing }) => console.log(timing, key, value));
 * ```
 */
export function updates<K, V>(options: UpdatesOptions = {}): EventOperator<Pane<K, V>, Pane<K, V>> {
  const { every = 0, maxPerWindow = Infinity } = readOptions(options, { every: positive, maxPerWindow: readMost }, 'updates');
  return eventOperator('updates', source => {
    latenessOf('updates', source, "Set 'accumulating', or use materialize().");
    return new PaneStream('updates', source, 0, thinning<K, V>(every, maxPerWindow));
  });
}

function readMost(most: number, where: string): number {
  if (most >= 0 && (most === Infinity || Number.isSafeInteger(most))) return most;
  throw mustBe(where, 'a whole number, zero or more', most);
}

/** `count` of an entry: early panes said; `next`: when another one may be said; `pane`: what is held back. */
function thinning<K, V>(every: number, most: number): PaneMaker<K, V, Pane<K, V>> {
  return (windows, say, step, clock, all) => {
    /** Entries by `next`; each that is held back, once. */
    const queue = new TimerQueue<WindowEntry<K, V>>();
    let timer: Cancelable | undefined;
    let timerFor = Infinity;
    const arm = (): void => {
      const time = queue.next();
      if (time >= timerFor) return;
      timer?.unsubscribe();
      timerFor = time;
      timer = clock.at(time, () => step(wake));
    };
    /** Says a pane that is held back, or sees to it that it will be said. */
    const tend = (entry: WindowEntry<K, V>): void => {
      const { pane, next } = entry;
      const now = clock.now();
      if (!pane || entry.count >= most) return;
      if (next > now) {
        queue.schedule(next, entry);
        return;
      }
      windows.touch(entry);
      entry.pane = undefined;
      entry.count++;
      entry.next = now + every;
      say(pane);
    };
    const wake = (): void => {
      timerFor = Infinity;
      const ready: WindowEntry<K, V>[] = [];
      queue.take(clock.now(), entry => void ready.push(entry));
      ready.sort(byEnd).forEach(tend);
      arm();
    };
    all.add(() => timer?.unsubscribe());
    for (const entry of windows.all()) {
      if (!entry.pane) continue;
      windows.hold(entry, entry.pane);
      queue.schedule(entry.next, entry);
    }
    arm();
    return {
      pane(pane) {
        const entry = windows.open(pane);
        const held = entry.pane;
        const newest = inherit(windows, entry, pane);
        if (pane.timing !== 'early' || pane.isLast) {
          windows.drop(pane);
          say(newest);
        } else {
          windows.hold(entry, newest);
          if (!held) tend(entry);
          arm();
        }
      },
      advance(time) {
        for (const { pane } of windows.expired(time)) if (pane) say(pane);
      },
    };
  };
}

/**
 * The sessions that a pane replaces count on in its own. What a pane that is held back was to replace is still shown, so that
 * whatever comes in its place must name it.
 */
function inherit<K, V>(windows: WindowMap<K, V>, entry: WindowEntry<K, V>, pane: Pane<K, V>): Pane<K, V> {
  const replaces = [...(entry.pane?.replaces ?? []), ...pane.replaces];
  for (const old of windows.absorb(pane)) {
    replaces.push(...(old.pane?.replaces ?? []));
    entry.count += old.count;
    entry.next = Math.max(entry.next, old.next);
  }
  return { ...pane, replaces };
}
