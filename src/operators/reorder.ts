import type { Observer } from 'rxjs';
import { checkDrops, dropCounts } from '../engine/drops.js';
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import { Reordering } from '../engine/reordering.js';
import { checkObserver, checkOptions } from '../errors.js';
import { type EventOperator, eventOperator } from '../stream/eventStream.js';
import { type Duration, nonNegative } from '../time/duration.js';
import { named, ShapedStream } from './shapedStream.js';

/** What {@link reorder} takes. */
export interface ReorderOptions<T> {
  /**
   * The longest that an element is held back, in event time: it goes on at the latest when one that is later by this has come, even if
   * the watermark is not there yet. Default `Infinity`: when the watermark is.
   */
  readonly within?: Duration;
  /** Receives elements that came after a later one had gone on; only its `next` is called. They are counted in any case. */
  readonly late?: Partial<Observer<LateRecord<NoInfer<T>>>>;
  /** Counts what came too late, as `expired`; see `dropCounts()`. */
  readonly drops?: DropCounts;
  /** Identifies this operator's state in snapshots and explanations. */
  readonly name?: string;
}

/**
 * Puts elements in order of event time, those of equal times in order of arrival: for what looks at neighbours, such as `pairwise`,
 * `scan` or `distinctUntilChanged`. (Windows need no order.)
 *
 * An element is held until the watermark has reached its timestamp, or one later by `within` has come; at the end of the stream all
 * go on. One that comes after a later one has gone on is late. What has gone on is a promise as well: the watermark downstream is the one
 * upstream, or the timestamp of the last element if that is further.
 *
 * @throws TidemarkError at assembly `BAD_OPTION`, `BAD_DURATION`; on the stream `EVENT_TIME_LOST`.
 * @example
 * ```ts
 * import { map, pairwise } from 'rxjs';
 * import { boundedOutOfOrderness, eventTime, reorder } from 'tidemark';
 *
 * const readings = [{ at: 1_000, km: 1 }, { at: 3_000, km: 4 }, { at: 2_000, km: 2 }];
 * eventTime(readings, { timestamp: r => r.at, watermark: boundedOutOfOrderness('5s') })
 *   .pipe(reorder(), pairwise(), map(([a, b]) => b.km - a.km))
 *   .subscribe(km => console.log(km)); // 1, 2
 * ```
 */
export function reorder<T>(options: ReorderOptions<T> = {}): EventOperator<T, T> {
  const kind = named('reorder', options?.name);
  checkOptions(options, ['within', 'late', 'drops', 'name'], kind);
  const within = nonNegative(options.within ?? Infinity, `${kind}: within`);
  const { late, drops, name } = options;
  if (late !== undefined) checkObserver(late, `${kind}: late`);
  if (drops !== undefined) checkDrops(drops, `${kind}: drops`);
  return eventOperator<T, T>(
    kind,
    source =>
      new ShapedStream<T>(
        source,
        { operator: 'reorder', name, late },
        (output, saved, cuts) => new Reordering(within, drops ?? dropCounts(), output, saved, cuts),
      ),
  );
}
