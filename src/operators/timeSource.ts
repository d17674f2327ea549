/**
 * Where event time begins: stamps each value, guards against the future, and says the watermark: of the one source, or the
 * minimum over its sources that are not idle. A value that comes while another is on its way through the graph is queued.
 */
import type { Unsubscribable } from 'rxjs';
import { dropCounts } from '../engine/drops.js';
import type { DropCounts, Stretch } from '../engine/machine.js';
import { located, type TidemarkError } from '../errors.js';
import { KeyMap } from '../state/keys.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { Turnstile } from '../stream/turnstile.js';
import type { Cancelable } from '../time/clock.js';
import { type Input, Inputs } from '../time/inputs.js';
import type { WatermarkGenerator } from '../time/strategy.js';
import {
  areSeconds,
  badTimestamp,
  before,
  checkTimestamp,
  END_OF_TIME,
  floorTo,
  START_OF_TIME,
  type Timestamp,
  type Watermark,
} from '../time/timestamp.js';
import type { SourceSpec } from './eventTime.js';
import type { SourceEntry } from './sourceEntry.js';

/** One source of the stream. */
export interface SourceState<T> extends Input {
  readonly id: unknown;
  /** How many elements have come from it in this run. */
  seen: number;
  readonly generator: WatermarkGenerator<T>;
  /** Clock at its last element. */
  heard: Timestamp;
}

/** All that a source must remember. */
interface TimeSourceSnapshot {
  readonly watermark: Watermark;
  readonly drops: DropCounts;
  readonly sources: readonly { id: unknown; memory: unknown; watermark: Watermark; idle: boolean; heard: Timestamp }[];
}

/** A stretch, as its owner sees it. */
type Lent<T> = { -readonly [P in keyof Stretch<T>]: Stretch<T>[P] };

const NONE: readonly never[] = [];
/** When so many are all too far ahead of the clock, and nobody hears of it, something is wrong with all. */
const MOST_AHEAD = 100;

export class TimeSource<T> implements SourceEntry<T> {
  upstream: Unsubscribable | undefined = undefined;
  front: (() => Timestamp) | undefined = undefined;
  readonly spec: SourceSpec<T>;
  sink: EventSink<T>;
  readonly #context: RuntimeContext;
  readonly drops: DropCounts;
  readonly inputs: Inputs<SourceState<T>> = new Inputs<SourceState<T>>();
  readonly #byId: KeyMap<unknown, SourceState<T>> = new KeyMap<unknown, SourceState<T>>();
  /** The one source of a stream without `source`. */
  readonly #only: SourceState<T> | undefined;
  readonly #usesClock: boolean;
  /** What is lent to a sink that has a loop of its own; undefined: elements must come singly. */
  readonly #stretch: Lent<T> | undefined;
  readonly #turnstile: Turnstile = new Turnstile();
  #stopped = false;
  /** Timestamps up to here are not too far ahead; the clock is read again only for one beyond. -Infinity: none has been accepted. */
  #horizon: Timestamp = -Infinity;
  /** While none has been accepted and nobody hears of those turned away: the error of the last of them. */
  #wrong: TidemarkError | undefined = undefined;
  #timer: Cancelable | undefined = undefined;

  constructor(spec: SourceSpec<T>, sink: EventSink<T>, context: RuntimeContext) {
    this.spec = spec;
    this.sink = sink;
    this.#context = context;
    this.drops = spec.drops ?? dropCounts();
    this.#usesClock = spec.idleAfter !== Infinity || spec.tick !== undefined;
    if (spec.maxFuture === Infinity) this.#horizon = Infinity;
    const restored = context.state?.register('eventTime', spec.name, () => this.#snapshot(), spec) as TimeSourceSnapshot | undefined;
    if (restored) this.#restore(restored);
    else for (const id of spec.sources) this.#join(id);
    if (!spec.source) this.#only = this.#byId.get(undefined) ?? this.#join(undefined);
    const { timestamp: timestampOf, strategy } = spec;
    if (sink.run && this.#only && timestampOf && !this.#usesClock && strategy.bound !== undefined) {
      const { watermark } = this.#only;
      this.#stretch = { values: NONE, timestampOf, bound: strategy.bound, horizon: 0, watermark, at: 0, to: 0, time: undefined };
    }
    this.#arm();
  }

  get closed(): boolean {
    return this.#stopped || this.sink.closed;
  }

  next(value: T): void {
    if (this.#stopped) return;
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.next(value));
      return;
    }
    this.#turnstile.busy = true;
    try {
      this.#enter(value);
    } catch (error) {
      this.#fail(error);
    }
    this.#turnstile.leave();
  }

  all(values: readonly T[], arrivals?: readonly Timestamp[]): void {
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.all(values, arrivals));
      return;
    }
    this.#turnstile.busy = true;
    try {
      this.#enterAll(values, this.spec.tick && arrivals);
    } catch (error) {
      this.#fail(error);
    }
    this.#turnstile.leave();
  }

  error(error: unknown): void {
    if (this.#turnstile.busy) this.#turnstile.wait(() => this.error(error));
    else this.#fail(error);
  }

  complete(): void {
    if (this.#stopped) return;
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.complete());
      return;
    }
    if (this.#wrong) {
      this.#fail(this.#wrong);
      return;
    }
    this.stop();
    this.sink.complete();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.unsubscribe();
  }

  /** Values one after the other: as many as the sink takes by its own loop, the others singly. `arrivals`: of a clock-driven stream. */
  #enterAll(values: readonly T[], arrivals?: readonly Timestamp[] | 0): void {
    const stretch = this.#stretch;
    const sink = this.sink;
    if (stretch === undefined) {
      for (let at = 0; at < values.length && !this.closed; at++)
        this.#enter(values[at] as T, arrivals ? this.#present(arrivals[at]) : undefined);
      return;
    }
    const source = this.#only as SourceState<T>;
    stretch.values = values;
    stretch.to = values.length;
    for (stretch.at = 0; stretch.at < values.length && !this.closed; ) {
      // The last instant of all comes alone: its watermark must not end the stream.
      stretch.horizon = this.#horizon < END_OF_TIME ? this.#horizon : END_OF_TIME - 1;
      stretch.watermark = source.watermark;
      const from = stretch.at;
      sink.run?.(stretch);
      source.seen += stretch.at - from;
      if (stretch.watermark > source.watermark) this.inputs.advance(source, stretch.watermark);
      if (stretch.at === values.length || this.closed) break;
      const { time } = stretch;
      stretch.time = undefined;
      this.#enter(values[stretch.at++] as T, time);
    }
    stretch.values = NONE;
  }

  /** One value; `time`: its timestamp, if that has been asked for already. */
  #enter(value: T, time?: Timestamp): void {
    const timestamp = time ?? (this.spec.timestamp ? this.spec.timestamp(value) : this.#present());
    // As Number.isSafeInteger, in fewer instructions.
    if (typeof timestamp !== 'number' || Math.floor(timestamp) !== timestamp || timestamp > END_OF_TIME || timestamp < START_OF_TIME)
      throw badTimestamp(timestamp, `${this.spec.kind}: timestamp`, value);
    const spec = this.spec;
    const { bound } = spec.strategy;
    if (timestamp > this.#horizon && this.#isTooFarAhead(value, timestamp)) return;
    const source = this.#only ?? this.#sourceOf(value);
    if (this.#usesClock) source.heard = this.#context.clock.now();
    source.seen++;
    // An arrival-time watermark precedes its element: it is the clock, and the element comes at that time.
    if (spec.tick !== undefined) this.#move(source, timestamp);
    this.sink.next(value, timestamp, 1);
    const watermark = bound === undefined ? this.#ask(source, timestamp, value) : before(timestamp - bound);
    if (watermark > source.watermark || source.idle) this.#move(source, watermark);
    if (this.#usesClock && this.#timer === undefined) this.#arm();
  }

  /** The watermark of the user's strategy. */
  #ask(source: SourceState<T>, timestamp: Timestamp, value: T): Watermark {
    const watermark = source.generator.onEvent(timestamp, value);
    checkTimestamp(watermark, `${this.spec.kind}: the watermark of ${this.spec.strategy.name}`, value);
    return before(watermark);
  }

  #move(source: SourceState<T>, watermark: Watermark): void {
    if (this.inputs.advance(source, watermark) && !this.#stopped) this.sink.watermark(this.inputs.watermark);
  }

  /** The clock as a timestamp: whole milliseconds, never going back. */
  #present(now: Timestamp = this.#context.clock.now()): Timestamp {
    return Math.max(Math.floor(now), this.inputs.watermark);
  }

  #sourceOf(value: T): SourceState<T> {
    const id = this.spec.source?.(value);
    try {
      return this.#byId.get(id) ?? this.#join(id);
    } catch (error) {
      throw located(error, `${this.spec.kind}: source`, value);
    }
  }

  #join(id: unknown, memory?: unknown): SourceState<T> {
    const heard = this.#usesClock ? this.#context.clock.now() : 0;
    const generator = this.spec.strategy.create(memory);
    const source: SourceState<T> = { id, seen: 0, generator, heard, watermark: START_OF_TIME, idle: false, at: 0 };
    this.#byId.set(id, source);
    this.inputs.join(source);
    return source;
  }

  #isTooFarAhead(value: T, timestamp: Timestamp): boolean {
    const { kind, maxFuture, late, drops } = this.spec;
    const now = this.#context.clock.now();
    const first = this.#horizon === -Infinity;
    const wrong = (): TidemarkError => badTimestamp(timestamp, `${kind}: timestamp`, value);
    if (timestamp <= now + maxFuture) {
      if (first && areSeconds(timestamp, now)) throw wrong();
      this.#horizon = now + maxFuture;
      this.#wrong = undefined;
      return false;
    }
    if (first && !late && !drops) this.#wrong = wrong();
    if (++this.drops.future === MOST_AHEAD && this.#wrong) throw this.#wrong;
    const { watermark } = this.inputs;
    const record = { value, timestamp, reason: 'future', watermark, window: undefined, by: timestamp - now, retraction: false } as const;
    late?.next?.(record);
    this.#context.lookout?.drops(this, record);
    return true;
  }

  /** Sets the timer: for the next tick of a clock-driven stream, or for the first source that may fall idle. */
  #arm(): void {
    const { tick, idleAfter } = this.spec;
    if (this.#stopped || !this.#usesClock) return;
    const { clock } = this.#context;
    let time = tick === undefined ? Infinity : floorTo(clock.now(), tick, 0) + tick;
    for (const source of this.inputs.all()) if (!source.idle) time = Math.min(time, source.heard + idleAfter);
    // None is active: the next element sets the timer.
    this.#timer = time === Infinity ? undefined : clock.at(time, () => this.#wake());
  }

  #wake(): void {
    if (this.#stopped) return;
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.#wake());
      return;
    }
    this.#turnstile.busy = true;
    try {
      if (this.spec.tick !== undefined) for (const source of [...this.inputs.all()]) this.#move(source, this.#present(this.front?.()));
      this.#rest();
    } catch (error) {
      this.#fail(error);
    }
    this.#turnstile.leave();
    this.#arm();
  }

  /** Lets the silent sources fall idle. */
  #rest(): void {
    const now = this.#context.clock.now();
    const silent = this.inputs.all().filter(source => !source.idle && now - source.heard >= this.spec.idleAfter);
    if (silent.length === 0) return;
    let moved = false;
    for (const source of silent) moved = this.inputs.rest(source) || moved;
    if (moved) this.sink.watermark(this.inputs.watermark);
    if (this.inputs.idle && !this.#stopped) this.sink.idle();
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.upstream?.unsubscribe();
    this.sink.error(error);
  }

  #snapshot(): TimeSourceSnapshot {
    const sources = this.inputs
      .all()
      .map(({ id, generator, watermark, idle, heard }) => ({ id, memory: generator.memory(), watermark, idle, heard }));
    return { watermark: this.inputs.watermark, drops: { ...this.drops }, sources };
  }

  #restore(snapshot: TimeSourceSnapshot): void {
    Object.assign(this.drops, snapshot.drops);
    this.#horizon = this.#context.clock.now() + this.spec.maxFuture;
    for (const { id, memory, watermark, idle, heard } of snapshot.sources) {
      const source = this.#join(id, memory);
      source.heard = heard;
      this.inputs.advance(source, watermark);
      if (idle) this.inputs.rest(source);
    }
    this.inputs.restore(snapshot.watermark);
  }
}
