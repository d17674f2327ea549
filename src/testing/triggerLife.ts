/** One life of a window under a trigger, asked as the engine asks: after elements, at the end of the window, and when woken. */
import type { Trigger, TriggerContext } from '../engine/trigger.js';
import type { Timestamp } from '../time/timestamp.js';

/** What happens to the window. Times are by how much a clock moves on. */
export type Event<T> =
  | { readonly element: { readonly value: T; readonly timestamp: Timestamp } }
  | { readonly watermark?: number; readonly clock?: number }
  /** Merges with a session that holds these elements and has never fired, into one that ends so much later. */
  | { readonly merge: readonly { readonly value: T; readonly timestamp: Timestamp }[]; readonly longer: number };

/** What came of a step. */
export interface Outcome {
  /** Whether something happened for which the engine asks the trigger. */
  readonly asked: boolean;
  readonly fired: boolean;
  readonly finished: boolean;
}

export class Life<T, S> implements TriggerContext {
  readonly start: Timestamp = 0;
  end: Timestamp;
  watermark: Timestamp = 0;
  previousWatermark: Timestamp = 0;
  processingTime: Timestamp = 0;
  previousProcessingTime: Timestamp = 0;
  readonly merging: boolean;
  state: S;
  readonly #trigger: Trigger<T, S>;
  #wakes: { readonly domain: 'event' | 'processing'; readonly time: Timestamp }[] = [];

  constructor(trigger: Trigger<T, S>, merging: boolean, end: Timestamp) {
    this.#trigger = trigger;
    this.merging = merging;
    this.end = end;
    this.state = trigger.init();
  }

  wakeAt(domain: 'event' | 'processing', time: Timestamp): void {
    if (time > (domain === 'event' ? this.watermark : this.processingTime)) this.#wakes.push({ domain, time });
  }

  all(events: readonly Event<T>[]): void {
    for (const event of events) this.step(event);
  }

  /** One step, and the firing that may come of it. A window whose trigger has finished hears of nothing more, but can merge. */
  step(event: Event<T>): Outcome {
    this.previousWatermark = this.watermark;
    this.previousProcessingTime = this.processingTime;
    const asked = this.#happen(event);
    const fired = asked && !this.#finished && this.due();
    if (fired) this.state = this.#trigger.onFire(this.state, this);
    return { asked, fired, finished: this.#finished };
  }

  due(): boolean {
    return this.#trigger.shouldFire(this.state, this);
  }

  /** The state goes to disk and comes back. */
  restart(): void {
    this.state = JSON.parse(JSON.stringify(this.state)) as S;
  }

  /** Becomes one with others. What this window asked for is forgotten, since the engine may have kept another's timers. */
  merge(others: readonly S[], end: Timestamp): void {
    this.end = end;
    this.#wakes = [];
    this.state = this.#trigger.merge([this.state, ...others], this);
  }

  get #finished(): boolean {
    return this.#trigger.isFinished(this.state);
  }

  #happen(event: Event<T>): boolean {
    if ('element' in event) {
      const { value, timestamp } = event.element;
      if (!this.#finished) this.state = this.#trigger.onElement(this.state, value, timestamp, this);
      return true;
    }
    if ('merge' in event) {
      let other = this.#trigger.init();
      for (const { value, timestamp } of event.merge) other = this.#trigger.onElement(other, value, timestamp, this);
      this.merge([other], this.end + event.longer);
      return true;
    }
    return this.#advance(event.watermark ?? 0, event.clock ?? 0);
  }

  #advance(watermark: number, clock: number): boolean {
    this.watermark += watermark;
    this.processingTime += clock;
    const due = this.#wakes.filter(({ domain, time }) => time <= (domain === 'event' ? this.watermark : this.processingTime));
    this.#wakes = this.#wakes.filter(wake => !due.includes(wake));
    return due.length > 0 || (this.previousWatermark < this.end && this.end <= this.watermark);
  }
}
