/** Where a machine stands: the watermark and the clock of this step and of the one before, and whom the trigger is asked about. */
import type { TimerQueue } from '../state/timers.js';
import { START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import { type Cell, NO_WAKES } from './cell.js';
import type { TriggerContext } from './trigger.js';

/** Where a time goes for which a cell asks. */
type Timers<K, R> = Pick<TimerQueue<Cell<K, R>>, 'schedule'>;

/** The trigger context of a machine: one object, set to a cell before each call of a trigger. */
export class Step<K, R> implements TriggerContext {
  watermark: Watermark = START_OF_TIME;
  previousWatermark: Watermark = START_OF_TIME;
  processingTime: Timestamp = START_OF_TIME;
  previousProcessingTime: Timestamp = START_OF_TIME;
  start: Timestamp = 0;
  end: Timestamp = 0;
  readonly merging: boolean;
  /** Cells to ask again, by watermark and by clock. */
  readonly #events: Timers<K, R>;
  readonly #clock: Timers<K, R>;
  #cell: Cell<K, R> | undefined;

  constructor(merging: boolean, events: Timers<K, R>, clock: Timers<K, R>) {
    this.merging = merging;
    this.#events = events;
    this.#clock = clock;
  }

  /** Sets the context to a cell, with its bounds, and returns it. */
  of(cell: Cell<K, R>): this {
    this.#cell = cell;
    this.start = cell.start;
    this.end = cell.end;
    return this;
  }

  /** Whether the watermark passes `time` in this very step. */
  passes(time: Timestamp): boolean {
    return this.previousWatermark < time && time <= this.watermark;
  }

  wakeAt(domain: 'event' | 'processing', time: Timestamp): void {
    const cell = this.#cell as Cell<K, R>;
    if (time <= (domain === 'event' ? this.watermark : this.processingTime) || cell.wakes[domain].includes(time)) return;
    if (cell.wakes === NO_WAKES) cell.wakes = { event: [], processing: [] };
    cell.wakes[domain].push(time);
    (domain === 'event' ? this.#events : this.#clock).schedule(time, cell);
  }

  /** The times up to the present have come: they may be asked for again. */
  woken({ wakes }: Cell<K, R>): void {
    keepAfter(this.watermark, wakes.event);
    keepAfter(this.processingTime, wakes.processing);
  }

  /** The step is over: before and now are the same. */
  settle(): void {
    this.previousWatermark = this.watermark;
    this.previousProcessingTime = this.processingTime;
  }
}

function keepAfter(now: Timestamp, times: Timestamp[]): void {
  let kept = 0;
  for (let i = 0; i < times.length; i++) if ((times[i] as Timestamp) > now) times[kept++] = times[i] as Timestamp;
  while (times.length > kept) times.pop();
}
