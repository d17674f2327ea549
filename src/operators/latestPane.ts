import { equal } from '../aggregates/equal.js';
import type { Pane } from '../engine/pane.js';
import { checkFunction, readOptions } from '../errors.js';
import { type EventOperator, eventOperator } from '../stream/eventStream.js';
import { latenessOf, PaneStream } from './paneStream.js';

/** What {@link latestPane} takes. */
export interface LatestPaneOptions<V> {
  /** Whether two values are the same to whoever looks at them. Default: equality by structure. */
  readonly equals?: (a: V, b: V) => boolean;
}

/**
 * Drops each pane whose value equals that of the last one said for its key and window, whatever its timing, so that nothing is
 * redrawn in vain. A pane that replaces sessions is never dropped. A window is forgotten when it has expired or its last pane has come.
 *
 * @throws TidemarkError `BAD_OPTION` at assembly when no `windowBy` stands upstream, or when it does not accumulate; on the
 * stream whatever `equals` throws.
 * @example
 * ```ts
 * import { afterWatermark, every, eventTime, latestPane, max, tumbling, windowBy } from 'tidemark';
 *
 * eventTime([{ price: 3, at: 5 }], { timestamp: trade => trade.at })
 *   .pipe(
 *     windowBy(tumbling('1m'), { aggregate: max(trade => trade.price), trigger: afterWatermark({ early: every('1s') }) }),
 *     latestPane(),
 *   )
 *   .subscribe(({ window, value }) => console.log(window.start, value));
 * ```
 */
export function latestPane<K, V>(options: LatestPaneOptions<NoInfer<V>> = {}): EventOperator<Pane<K, V>, Pane<K, V>> {
  readOptions(options, { equals: checkFunction }, 'latestPane');
  const { equals = equal } = options;
  return eventOperator('latestPane', source => {
    const lateness = latenessOf('latestPane', source, 'Use materialize().');
    return new PaneStream<K, V, Pane<K, V>>('latestPane', source, lateness, (windows, say) => ({
      pane(pane) {
        const entry = windows.get(pane) ?? windows.open(pane);
        const before = entry.pane;
        if (pane.isLast) windows.drop(pane);
        if (pane.replaces.length === 0 && before && equals(before.value, pane.value)) return;
        windows.absorb(pane);
        if (!pane.isLast) {
          windows.touch(entry);
          entry.pane = pane;
        }
        say(pane);
      },
      advance: time => void windows.expired(time),
    }));
  });
}
