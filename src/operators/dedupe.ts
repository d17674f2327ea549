import type { Observer } from 'rxjs';
import { Deduplication } from '../engine/deduplication.js';
import { checkDrops, dropCounts } from '../engine/drops.js';
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import { checkFunction, checkObserver, checkOptions, TidemarkError } from '../errors.js';
import { type EventOperator, eventOperator } from '../stream/eventStream.js';
import { type Duration, nonNegative } from '../time/duration.js';
import { named, ShapedStream } from './shapedStream.js';

/** What {@link dedupe} takes. */
export interface DedupeOptions<T> {
  /** What makes two elements the same. Compared by value: primitives, Dates, arrays and plain objects. */
  readonly id: (value: T) => unknown;
  /**
   * How far apart in event time elements of one id may lie and still be the same, and how far behind the watermark ids are remembered.
   * `Infinity`: for ever; memory grows with the ids.
   */
  readonly within: Duration;
  /** Receives elements so late that it is forgotten whether they had come before; only its `next` is called. They are counted in any case. */
  readonly late?: Partial<Observer<LateRecord<NoInfer<T>>>>;
  /** Receives the duplicates; only its `next` is called. They are counted in any case. */
  readonly duplicates?: Partial<Observer<NoInfer<T>>>;
  /** Counts what did not go on, as `duplicate` and as `expired`; see `dropCounts()`. */
  readonly drops?: DropCounts;
  /** Identifies this operator's state in snapshots and explanations. */
  readonly name?: string;
}

/**
 * Lets through one element of those that are the same, the first to come: for sources that repeat themselves.
 *
 * An element is a duplicate if one with its id has gone on whose timestamp is at most `within` away, before or after. So no two elements
 * of one id that go on are that close, and near each duplicate is one that went on. An id is forgotten once the watermark is more
 * than `within` past its timestamp. An element that is not known and more than that behind the watermark may have come before or not:
 * it goes to `late`, so that nothing counts twice. Let `within` be no shorter than the allowed lateness of the windows behind.
 *
 * @throws TidemarkError at assembly `BAD_OPTION`, `BAD_DURATION`, and `RETRACTION_UNSUPPORTED` behind a retracting window; on the stream
 * `EVENT_TIME_LOST`, `BAD_KEY` for an id without identity, and whatever `id` throws.
 * @example
 * ```ts
 * import { dedupe, eventTime } from 'tidemark';
 *
 * const orders = [{ shop: 'Oslo', no: 1, at: 5 }, { shop: 'Oslo', no: 1, at: 5 }, { shop: 'Rome', no: 1, at: 9 }];
 * eventTime(orders, { timestamp: order => order.at })
 *   .pipe(dedupe({ id: order => [order.shop, order.no], within: '1h' }))
 *   .subscribe(order => console.log(order.shop)); // Oslo, Rome
 * ```
 */
export function dedupe<T>(options: DedupeOptions<T>): EventOperator<T, T> {
  const kind = named('dedupe', options?.name);
  checkOptions(options, ['id', 'within', 'late', 'duplicates', 'drops', 'name'], kind);
  const { id, late, duplicates, drops, name } = options;
  checkFunction(id, `${kind}: id`);
  const within = nonNegative(options.within, `${kind}: within`);
  if (late !== undefined) checkObserver(late, `${kind}: late`);
  if (drops !== undefined) checkDrops(drops, `${kind}: drops`);
  if (duplicates !== undefined) checkObserver(duplicates, `${kind}: duplicates`);
  return eventOperator<T, T>(kind, source => {
    if (source.retracts) throw cannotTakeBack(kind);
    const once = (value: T, diff: 1 | -1): unknown => {
      if (diff < 0) throw cannotTakeBack(kind);
      return id(value);
    };
    return new ShapedStream<T>(
      source,
      { operator: 'dedupe', name, late, duplicates },
      (output, saved, cuts) => new Deduplication(once, within, drops ?? dropCounts(), output, saved, cuts),
    );
  });
}

/** Which of the same elements is withdrawn, the one that went on or one that did not, cannot be known. */
function cannotTakeBack(kind: string): TidemarkError {
  return new TidemarkError(
    'RETRACTION_UNSUPPORTED',
    `${kind}: a retracting window stands before, but what is withdrawn may be a duplicate. Put it in front of the windows, or behind finals().`,
  );
}
