/** A tiny driver for triggers: one window, steps as words, and what came of each step as one letter. */
import { expect } from 'vitest';
import type { Trigger, TriggerContext } from '../../src/engine/trigger.js';

/** The window [0, 100) under a trigger, asked at every step, with its state going through JSON each time. */
export class Driver<S> implements TriggerContext {
  readonly start = 0;
  end = 100;
  watermark = 0;
  previousWatermark = 0;
  processingTime = 0;
  previousProcessingTime = 0;
  readonly merging: boolean;
  /** What was asked for by `wakeAt`, in order. */
  readonly wakes: string[] = [];
  state: S;
  private readonly trigger: Trigger<number, S>;

  constructor(trigger: Trigger<number, S>, merging = false) {
    this.trigger = trigger;
    this.merging = merging;
    this.state = trigger.init();
  }

  wakeAt(domain: 'event' | 'processing', time: number): void {
    this.wakes.push(`${domain === 'event' ? 'w' : 'c'}${time}`);
  }

  /**
   * Steps: `e` an element at 0, `e7` one at 7; `w20` the watermark moves to 20; `c30` the clock moves to 30; `w20c30` both.
   * Gives a letter for each: `-` nothing, `F` it fires, `X` it fires and has finished, `x` it has finished (and hears nothing more).
   */
  run(steps: string): string {
    return steps
      .split(' ')
      .map(step => this.step(step))
      .join('');
  }

  /** Becomes one window with others. */
  merge(others: readonly Driver<S>[], end: number): this {
    this.end = end;
    this.state = this.trigger.merge([this.state, ...others.map(other => other.state)], this);
    return this;
  }

  get finished(): boolean {
    return this.trigger.isFinished(this.state);
  }

  private step(step: string): string {
    const [, element, time, watermark, clock] = /^(?:(e)(-?\d+)?|(?:w(-?\d+))?(?:c(-?\d+))?)$/.exec(step) ?? [];
    this.previousWatermark = this.watermark;
    this.previousProcessingTime = this.processingTime;
    if (watermark) this.watermark = Number(watermark);
    if (clock) this.processingTime = Number(clock);
    if (this.finished) return 'x';
    if (element) this.state = this.trigger.onElement(this.state, 1, Number(time ?? 0), this);
    const copy = JSON.parse(JSON.stringify(this.state)) as S;
    expect(copy).toStrictEqual(this.state);
    this.state = copy;
    if (!this.trigger.shouldFire(this.state, this)) return '-';
    this.state = this.trigger.onFire(this.state, this);
    return this.finished ? 'X' : 'F';
  }
}

/** What comes of each step. */
export function run(trigger: Trigger<number>, steps: string): string {
  return new Driver(trigger).run(steps);
}

/** A session under a trigger, after some steps. */
export function session<S>(trigger: Trigger<number, S>, steps: string): Driver<S> {
  const driver = new Driver(trigger, true);
  driver.run(steps);
  return driver;
}

/** The moments at which a trigger says that it can fire and finish. */
export function moments(trigger: Trigger<number>): string {
  return `${trigger.fires}, ${trigger.finishes}`;
}
