/**
 * What the operators on panes have in common: the protocol around them, their state, and what stands upstream.
 * Each call is one step: what comes during a step (a subscriber that feeds the source) is queued, and what a step throws ends
 * the stream. After each step the watermark goes on, as far as no pane is held back.
 */
import { Subscription, type Unsubscribable } from 'rxjs';
import type { Pane } from '../engine/pane.js';
import { WindowMap } from '../engine/windowMap.js';
import { eventTimeLost, mustBe } from '../errors.js';
import { EventStream } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { Turnstile } from '../stream/turnstile.js';
import type { Clock } from '../time/clock.js';
import { END_OF_TIME, START_OF_TIME, shift, type Watermark } from '../time/timestamp.js';
import { WindowStream } from './windowBy.js';

/** One operator at work. */
export interface PaneWork<K, V> {
  /** By how much its watermark stays behind. Default 0. */
  readonly delay?: number;
  pane(pane: Pane<K, V>): void;
  /** The watermark moves; at the end of the stream to END_OF_TIME. */
  advance(time: Watermark): void;
  /** Nothing follows for a while. */
  settle?(): void;
}

/** Makes an operator of its state, which is as the snapshot had it, and of what it needs. */
export type PaneMaker<K, V, R> = (
  windows: WindowMap<K, V>,
  /** Emits a pane, or another value with its event time. */
  say: (pane: Pane<K, V>, value?: R) => void,
  /** For what happens by itself: does it as a step. */
  step: (task: () => void) => void,
  clock: Clock,
  /** The subscription. */
  all: Subscription,
) => PaneWork<K, V>;

/** What a snapshot has besides windows. */
interface PaneRest {
  readonly time: Watermark;
  readonly sent: Watermark;
  readonly resting: boolean;
  /** What they have besides parts. */
  readonly windows: unknown;
}

export class PaneStream<K, V, R> extends EventStream<R> {
  readonly #lateness: number;
  readonly #make: PaneMaker<K, V, R>;

  /** `lateness`: how long after its end a window is remembered. */
  constructor(kind: string, source: EventStream<Pane<K, V>>, lateness: number, make: PaneMaker<K, V, R>) {
    super(kind, [source]);
    this.#lateness = lateness;
    this.#make = make;
  }

  override get retracts(): boolean {
    return false;
  }

  override checkEnd(): void {}

  override connect(sink: EventSink<R>, context: RuntimeContext): Unsubscribable {
    const { kind } = this;
    const all = new Subscription();
    const windows = new WindowMap<K, V>(this.#lateness);
    let time = START_OF_TIME;
    let sent = START_OF_TIME;
    // Downstream believes that nothing comes; a pane that is held back tells it otherwise by the watermark.
    let resting = false;
    const restored = context.state?.registerParts(kind, this.name, (number, since) => {
      const { rest, parts } = windows.cut(number, since);
      return { rest: { time, sent, resting, windows: rest } satisfies PaneRest, parts };
    });
    if (restored) {
      const rest = restored.rest as PaneRest;
      ({ time, sent, resting } = rest);
      windows.restore({ rest: rest.windows, parts: restored.parts });
    }
    const turnstile = new Turnstile();
    /** `wakes`: the task ends a rest. */
    const step = (task: () => void, wakes = false): void => {
      if (turnstile.busy) {
        turnstile.wait(() => step(task, wakes));
        return;
      }
      if (all.closed) return;
      turnstile.busy = true;
      const over = wakes && resting;
      if (over) resting = false;
      try {
        task();
        const reached = windows.bound(shift(time, -(work.delay ?? 0)));
        if ((reached > sent || over) && !all.closed) sink.watermark((sent = Math.max(sent, reached)));
      } catch (error) {
        fail(error);
      }
      turnstile.leave();
    };
    const fail = (error: unknown): void => {
      all.unsubscribe();
      sink.error(error);
    };
    const say = (pane: Pane<K, V>, value: unknown = pane): void => {
      if (!all.closed) sink.next(value as R, pane.timestamp, 1);
    };
    const work = this.#make(windows, say, step, context.clock, all);
    context.lookout?.works(this, { delay: work.delay ?? 0, times: () => [time, sent] });
    const input: EventSink<Pane<K, V>> = {
      get closed() {
        return all.closed || sink.closed;
      },
      next: (pane, timestamp) =>
        step(() => {
          if (timestamp !== timestamp) throw eventTimeLost(kind, pane);
          work.pane(pane);
        }, true),
      watermark: to =>
        step(() => {
          if (to > time) time = to;
          work.advance(time);
        }, true),
      idle: () =>
        step(() => {
          work.settle?.();
          resting = true;
          sink.idle();
        }),
      error: error => step(() => fail(error)),
      complete: () =>
        step(() => {
          work.advance(END_OF_TIME);
          all.unsubscribe();
          sink.complete();
        }),
    };
    all.add((this.inputs[0] as EventStream<Pane<K, V>>).connect(input, context));
    return all;
  }
}

/** Refuses windows upstream that discard: their panes, each shown alone, would pass for the whole. */
export function refuseDeltas(where: string, source: EventStream<any>): void {
  if (!(source instanceof WindowStream)) for (const input of source.inputs) refuseDeltas(where, input);
  else if (source.spec.accumulation === 'discarding')
    throw mustBe(`${where}: accumulation upstream`, "'accumulating'", 'discarding', 'Set it in windowBy().');
}

/**
 * The largest allowed lateness of the windows upstream. Refuses, in the name of `where`, a stream that shows none, windows that
 * discard, and, with a `cure`, a stream that retracts.
 */
export function latenessOf(where: string, source: EventStream<any>, cure?: string): number {
  refuseDeltas(where, source);
  if (cure !== undefined && source.retracts) throw mustBe(`${where}: accumulation upstream`, "'accumulating'", 'retracting', cure);
  if (source instanceof WindowStream) return source.spec.allowedLateness;
  if (source.inputs.length === 0) throw mustBe(`${where}: its source`, 'made by windowBy()', source.kind);
  return Math.max(...source.inputs.map(input => latenessOf(where, input)));
}
