import { Subscription, type Unsubscribable } from 'rxjs';
import { eventTimeLost } from '../errors.js';
import { type EventOperator, EventStream, eventOperator } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import type { Timestamp } from '../time/timestamp.js';

/** One change of what a stream has said so far: a value comes, or one that was said before is withdrawn. */
export interface Change<T> {
  /** What comes or goes; of panes, a withdrawn one has `retraction` true, too. */
  readonly value: T;
  /** Its event time, in milliseconds since the epoch. */
  readonly timestamp: Timestamp;
  /** 1: the value is new. -1: it was said before, and no longer holds. */
  readonly diff: 1 | -1;
}

/**
 * Shows what is new and what is withdrawn: each value with its event time and `diff`, 1 or -1. The sum of the diffs of equal values is
 * how many of them hold. For whoever writes rows of a retracting join, or values that a `map` made of the panes of retracting windows,
 * to somewhere outside: a plain subscriber sees a withdrawn value once more, with nothing to tell it from a new one.
 *
 * Changes are values of their own, never withdrawn: windows behind it count them, whatever their `diff`. (Differential dataflow's
 * collections; `mz_diff` of Materialize's SUBSCRIBE, Flink's toChangelogStream.)
 *
 * @throws TidemarkError on the stream `EVENT_TIME_LOST`, for a value without event time.
 * @example
 * ```ts
 * import { map } from 'rxjs';
 * import { changes, eventTime, session, sum, windowBy } from 'tidemark';
 *
 * const table = new Map<number, number>(); // how many visits are so long
 * eventTime([{ at: 0, pages: 2 }], { timestamp: visit => visit.at })
 *   .pipe(
 *     windowBy(session('30m'), { aggregate: sum(visit => visit.pages), accumulation: 'retracting', allowedLateness: '1d' }),
 *     map(pane => pane.value),
 *     changes(),
 *   )
 *   .subscribe(({ value, diff }) => table.set(value, (table.get(value) ?? 0) + diff));
 * ```
 */
export function changes<T>(): EventOperator<T, Change<T>> {
  return eventOperator<T, Change<T>>('changes', source => new ChangeStream<T>(source));
}

class ChangeStream<T> extends EventStream<Change<T>> {
  constructor(source: EventStream<T>) {
    super('changes', [source]);
  }

  override get retracts(): boolean {
    return false;
  }

  override checkEnd(): void {}

  override connect(sink: EventSink<Change<T>>, context: RuntimeContext): Unsubscribable {
    const { kind } = this;
    const all = new Subscription();
    const input: EventSink<T> = {
      get closed() {
        return all.closed || sink.closed;
      },
      next(value, timestamp, diff) {
        if (all.closed) return;
        if (timestamp === timestamp) {
          sink.next({ value, timestamp, diff }, timestamp, 1);
        } else {
          all.unsubscribe();
          sink.error(eventTimeLost(kind, value));
        }
      },
      watermark: time => void (all.closed || sink.watermark(time)),
      idle: () => void (all.closed || sink.idle()),
      error: error => void (all.closed || sink.error(error)),
      complete: () => void (all.closed || sink.complete()),
    };
    all.add((this.inputs[0] as EventStream<T>).connect(input, context));
    return all;
  }
}
