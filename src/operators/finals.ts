import type { Pane } from '../engine/pane.js';
import { byEnd } from '../engine/windowMap.js';
import { type EventOperator, eventOperator } from '../stream/eventStream.js';
import { latenessOf, PaneStream } from './paneStream.js';

/**
 * The last word of each key and window, and nothing else: one pane, with `isLast` true, said once the window has expired (its
 * end plus the allowed lateness of `windowBy`), or with the watermark after its trigger has finished. For files, invoices, mails: what cannot be taken back.
 *
 * Until then the newest pane is remembered. The watermark stays behind by the allowed lateness, so that no final is late for
 * windows downstream. What is left when the stream completes is said first.
 *
 * @throws TidemarkError `BAD_OPTION` at assembly when no `windowBy` stands upstream, or when it discards.
 * @example
 * ```ts
 * import { afterWatermark, count, every, eventTime, finals, tumbling, windowBy } from 'tidemark';
 *
 * eventTime([{ user: 'ann', at: 5 }], { timestamp: click => click.at })
 *   .pipe(
 *     windowBy(tumbling('1h'), {
 *       key: click => click.user,
 *       aggregate: count(),
 *       trigger: afterWatermark({ early: every('1s') }),
 *       allowedLateness: '2h',
 *     }),
 *     finals(),
 *   )
 *   .subscribe(({ key, value }) => console.log(key, value));
 * ```
 */
export function finals<K, V>(): EventOperator<Pane<K, V>, Pane<K, V>> {
  return eventOperator('finals', source => {
    const delay = latenessOf('finals', source);
    // Windows that never expire are said at the end, so that they need an expiry all the same.
    return new PaneStream<K, V, Pane<K, V>>('finals', source, Math.min(delay, Number.MAX_VALUE), (windows, say) => {
      // What it replaces has never been said here.
      const conclude = (pane: Pane<K, V>): void => say({ ...pane, isLast: true, replaces: [] });
      for (const entry of windows.all()) if (entry.pane) windows.hold(entry, entry.pane);
      // Windows whose last pane has come: said with the watermark behind it, so that all of one step come in order.
      const finished = windows.all().filter(({ pane }) => pane?.isLast);
      return {
        delay,
        pane(pane) {
          windows.absorb(pane);
          // The entry stays when its pane is withdrawn, and with it the order in which windows were first seen.
          const entry = windows.open(pane);
          if (pane.retraction) {
            if (entry.pane?.index === pane.index) entry.pane = undefined;
          } else {
            windows.hold(entry, pane);
            if (pane.isLast) finished.push(entry);
          }
        },
        advance(time) {
          const done = finished.splice(0).flatMap(entry => windows.drop(entry) ?? []);
          for (const { pane } of [...done, ...windows.expired(time)].sort(byEnd)) if (pane) conclude(pane);
        },
      };
    });
  });
}
