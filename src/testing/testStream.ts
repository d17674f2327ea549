/** Event time by hand: elements, watermarks and the clock move exactly when a test says so. (Beam's TestStream.) */
import { Subscription, type Unsubscribable } from 'rxjs';
import { checkOptions, mustBe, show, TidemarkError } from '../errors.js';
import { EventStream } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { type Duration, millis } from '../time/duration.js';
import { checkTimestamp, START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import { type ManualClock, manualClock } from './manualClock.js';

/** What {@link testStream} takes. */
export interface TestStreamOptions {
  /** Where the clock stands at first: a timestamp or an ISO text. Times such as `'10:05'` are of its day. Default 1970-01-01T00:00Z. */
  readonly start?: Timestamp | string;
  /** The clock, if several streams are to share one. */
  readonly clock?: ManualClock;
  /** `processing`: an element's timestamp is the clock, and the watermark is the clock too. Default `event`. */
  readonly time?: 'event' | 'processing';
}

/** A stream that is fed step by step; every step is worked off before the call returns. */
export class TestStream<T> extends EventStream<T> {
  readonly #start: Timestamp;
  readonly #clock: ManualClock;
  readonly #processing: boolean;
  readonly #sinks = new Set<EventSink<T>>();
  #watermark: Watermark = START_OF_TIME;
  #heard = false;
  /** How it has ended. */
  #ended: string | undefined = undefined;

  constructor(options: TestStreamOptions = {}) {
    super('testStream');
    checkOptions(options, ['start', 'clock', 'time'], 'testStream');
    this.#start = typeof options.start === 'string' ? parseInstant(options.start, 0) : (options.start ?? 0);
    this.#clock = options.clock ?? manualClock(this.#start);
    this.#processing = options.time === 'processing';
  }

  override get clock(): ManualClock {
    return this.#clock;
  }

  /** How far its watermark has come. */
  get watermark(): Watermark {
    return this.#watermark;
  }

  override connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    this.#heard = true;
    this.#ended = undefined;
    this.#sinks.add(sink);
    const restored = context.state?.register('testStream', undefined, () => this.#watermark) as Watermark | undefined;
    if (restored !== undefined) this.#watermark = restored;
    const stream = this;
    context.lookout?.works(this, {
      get sent() {
        return stream.#watermark;
      },
    });
    return new Subscription(() => this.#sinks.delete(sink));
  }

  /** An element comes. `timestamp`: epoch milliseconds, an ISO text, or a time of day such as `'10:05'`; without it, the clock. */
  add(value: T, timestamp?: Timestamp | string): this {
    const time = this.#processing || timestamp === undefined ? this.#clock.now() : this.#instant(timestamp);
    checkTimestamp(time, 'testStream.add', value);
    if (this.#processing) this.#watermarkTo(time);
    return this.#each(sink => sink.next(value, time, 1));
  }

  /** A value that was said before is withdrawn. */
  retract(value: T, timestamp: Timestamp | string): this {
    const time = this.#instant(timestamp);
    return this.#each(sink => sink.next(value, time, -1));
  }

  /**
   * The watermark moves: no further element below this time.
   * @throws TidemarkError `BAD_OPTION` for a time before that of the watermark, which never goes back.
   */
  advanceWatermarkTo(time: Timestamp | string): this {
    this.#checkOpen();
    const to = this.#instant(time);
    if (to < this.#watermark)
      throw mustBe('testStream.advanceWatermarkTo: time', `${this.#watermark}, where the watermark is, or later`, time);
    return this.#watermarkTo(to);
  }

  /** The clock moves on by a duration, in one step. It does not go back: `BAD_OPTION`. */
  advanceProcessingTime(by: Duration): this {
    return this.advanceProcessingTimeTo(this.#clock.now() + millis(by, 'testStream.advanceProcessingTime'));
  }

  /** The clock moves to a time, in one step. It does not go back: `BAD_OPTION`. */
  advanceProcessingTimeTo(time: Timestamp | string): this {
    const to = this.#instant(time);
    if (this.#processing) this.#moveTogether(to);
    else this.#clock.advanceTo(to);
    return this;
  }

  /** The stream has been silent for long. */
  idle(): this {
    return this.#each(sink => sink.idle());
  }

  /** The stream fails. */
  error(error: unknown): this {
    return this.#end('error()', sink => sink.error(error));
  }

  /** The end of the stream: every window fires and expires. */
  complete(): this {
    return this.#end('complete()', sink => sink.complete());
  }

  /** Who listens from now on hears what comes then. */
  #end(how: string, step: (sink: EventSink<T>) => void): this {
    this.#each(step);
    this.#ended = how;
    return this;
  }

  /** Clock and watermark in one step, so that a window fires once: the watermark goes first, seeing the new clock. */
  #moveTogether(to: Timestamp): void {
    const before = this.#clock.at(-Infinity, () => this.#watermarkTo(to));
    this.#clock.advanceTo(to);
    before.unsubscribe();
  }

  #watermarkTo(time: Timestamp): this {
    if (time <= this.#watermark) return this;
    this.#watermark = time;
    return this.#each(sink => sink.watermark(time));
  }

  #each(step: (sink: EventSink<T>) => void): this {
    if (!this.#heard) {
      throw new TidemarkError('BAD_OPTION', 'testStream: nobody listens yet. Start the pipeline first: const panes = record(pipeline).');
    }
    this.#checkOpen();
    for (const sink of [...this.#sinks]) step(sink);
    return this;
  }

  #checkOpen(): void {
    if (this.#ended) throw new TidemarkError('BAD_OPTION', `testStream: nothing comes after ${this.#ended}. Put it before that.`);
  }

  #instant(time: Timestamp | string): Timestamp {
    if (typeof time === 'string') return parseInstant(time, this.#start);
    if (!Number.isSafeInteger(time)) throw mustBe('testStream: a time', 'a safe integer or a text', time, '', 'BAD_TIMESTAMP');
    return time;
  }
}

/** `'2024-03-31T10:00Z'`, or `'10:05'` / `'10:05:30.250'` on the day (UTC) of `start`. */
function parseInstant(text: string, start: Timestamp): Timestamp {
  const timeOfDay = /^\d{1,2}:\d{2}(:\d{2}(\.\d{1,3})?)?$/.test(text);
  const day = new Date(start).toISOString().slice(0, 10);
  const instant = Date.parse(timeOfDay ? `${day}T${text.padStart(text.indexOf(':') === 1 ? text.length + 1 : text.length, '0')}Z` : text);
  if (Number.isNaN(instant)) {
    throw new TidemarkError(
      'BAD_TIMESTAMP',
      `testStream: a time is a number of milliseconds, an ISO text such as '2024-03-31T10:00Z' or a time of day such as '10:05', but came as ${show(text)}.`,
    );
  }
  return instant;
}

/**
 * A stream for tests, fed step by step in virtual time: `add`, `advanceWatermarkTo`, `advanceProcessingTime`, `complete`.
 * Nothing moves by itself, and there is no future guard. Pipelines made of it run on its clock.
 *
 * @example
 * ```ts
 * import { count, tumbling, windowBy } from 'tidemark';
 * import { record, testStream } from 'tidemark/testing';
 *
 * const clicks = testStream<string>({ start: '2024-03-31T10:00Z' });
 * const panes = record(clicks.pipe(windowBy(tumbling('1h'), { aggregate: count() })));
 * clicks.add('a', '10:05').add('b', '10:59').advanceWatermarkTo('11:00');
 * console.log(panes.take().map(pane => pane.value)); // [2]
 * ```
 */
export function testStream<T>(options: TestStreamOptions = {}): TestStream<T> {
  return new TestStream<T>(options);
}
