/**
 * A windowing machine inside a stream: hands it elements, watermarks and the time of the clock, and passes on what it says.
 * A call that comes while another is being worked on (a subscriber that feeds the source) is queued, not recursed.
 */
import type { Observer, Unsubscribable } from 'rxjs';
import { dropCounts } from '../engine/drops.js';
import type { DropCounts, MachineFactory, MachineOutput, Stretch, WindowingSpec, WindowMachine } from '../engine/machine.js';
import type { LateRecord, Pane } from '../engine/pane.js';
import type { WindowsAtWork } from '../engine/windowsAtWork.js';
import { cannotRemove, eventTimeLost, keyMissing, located, otherSpec } from '../errors.js';
import type { StateCut } from '../state/cut.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { Turnstile } from '../stream/turnstile.js';
import type { Cancelable } from '../time/clock.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';

/** What a snapshot has besides the parts of the machine. */
interface WindowRest {
  readonly spec: string;
  readonly state: unknown;
  readonly resting: boolean;
  readonly sent: Watermark;
}

export class WindowSink<T, K, R> implements EventSink<T>, MachineOutput<T, K, R>, WindowsAtWork<T, K, R> {
  /** Nothing more is wanted, from here or from downstream; a field, since sources that loop look at it for each element. */
  closed = false;
  readonly run: ((stretch: Stretch<T>) => void) | undefined;
  /** What to let go of when this operator fails. */
  upstream: Unsubscribable | undefined = undefined;
  readonly kind: string;
  readonly spec: WindowingSpec<T, K, R>;
  machine: WindowMachine<T>;
  sink: EventSink<Pane<K, R>>;
  readonly #context: RuntimeContext;
  readonly #lateObserver: Partial<Observer<LateRecord<T>>> | undefined;
  /** The next element is the first, and must have a key: one that is not there is most likely misspelt. */
  #keyed: boolean;
  readonly #turnstile: Turnstile = new Turnstile();
  /** How far it has said that time is. */
  sent: Watermark = START_OF_TIME;
  /** Downstream believes that nothing comes. */
  #resting = false;
  #timer: Cancelable | undefined = undefined;
  #timerFor: Timestamp = Infinity;

  constructor(
    kind: string,
    name: string | undefined,
    spec: WindowingSpec<T, K, R>,
    machine: MachineFactory,
    late: Partial<Observer<LateRecord<T>>> | undefined,
    drops: DropCounts | undefined,
    keyed: boolean,
    sink: EventSink<Pane<K, R>>,
    context: RuntimeContext,
  ) {
    this.kind = kind;
    this.spec = spec;
    this.sink = sink;
    this.#context = context;
    this.#lateObserver = late;
    const described = windowText(spec);
    const restored = context.state?.registerParts('windowBy', name, (number, since) => this.#cut(described, number, since), spec);
    const rest = restored?.rest as WindowRest | undefined;
    this.#keyed = keyed && !rest;
    if (rest && rest.spec !== described) throw otherSpec(kind, rest.spec, described);
    const make = context.working?.machine(name ?? kind, spec) ?? machine;
    this.machine = make(spec, this, drops ?? dropCounts(), restored && { ...restored, rest: rest?.state });
    context.job?.windows?.(name, this);
    if (rest) ({ resting: this.#resting, sent: this.sent } = rest);
    if (this.machine.run) this.run = stretch => this.#run(stretch);
    if (this.machine.usesClock) this.#arm();
  }

  get busy(): boolean {
    return !this.closed && this.#turnstile.busy;
  }

  next(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    if (this.closed) return;
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.next(value, timestamp, diff));
      return;
    }
    this.#turnstile.busy = true;
    try {
      if (timestamp !== timestamp) throw eventTimeLost(this.kind, value);
      if (this.#keyed) this.#checkKey(value);
      if (diff === -1 && !this.spec.aggregate.remove) throw cannotRemove(this.kind, 'a value is withdrawn');
      if (this.machine.usesClock) this.#tick();
      if (!this.closed) this.machine.element(value, timestamp, diff);
      if (this.#resting) this.#wakeDownstream();
    } catch (error) {
      this.#fail(located(error, this.kind, value));
    }
    this.#leave();
  }

  #run(stretch: Stretch<T>): void {
    if (this.#turnstile.busy) return;
    this.#turnstile.busy = true;
    try {
      for (let before = -1; stretch.at > before && stretch.at < stretch.to && !this.closed; ) {
        before = stretch.at;
        if (this.#keyed) this.#checkKey(stretch.values[before] as T);
        this.machine.run?.(stretch);
        if (!this.#turnstile.crowded) continue;
        this.#leave();
        this.#turnstile.busy = true;
      }
    } catch (error) {
      this.#fail(located(error, this.kind, stretch.values[stretch.at]));
    }
    this.#leave();
  }

  watermark(time: Watermark): void {
    if (this.closed || (time <= this.machine.watermark && !this.#resting)) return;
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.watermark(time));
      return;
    }
    this.#turnstile.busy = true;
    if (time > this.machine.watermark) this.#advance(time);
    if (this.#resting) this.#wakeDownstream();
    this.#leave();
  }

  idle(): void {
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.idle());
    } else if (!this.closed) {
      this.#resting = true;
      this.sink.idle();
    }
  }

  error(error: unknown): void {
    this.stop();
    this.sink.error(error);
  }

  complete(): void {
    if (this.closed) return;
    if (this.#turnstile.busy) {
      this.#turnstile.wait(() => this.complete());
      return;
    }
    this.#turnstile.busy = true;
    this.#advance(END_OF_TIME);
    if (this.closed) return;
    this.stop();
    this.sink.complete();
  }

  /** Nothing more is wanted. */
  stop(): void {
    this.closed = true;
    this.#turnstile.clear();
    this.#timer?.unsubscribe();
  }

  pane(pane: Pane<K, R>): void {
    this.sink.next(pane, pane.timestamp, pane.retraction ? -1 : 1);
    if (this.sink.closed) this.closed = true;
  }

  late(record: LateRecord<T>): void {
    this.#lateObserver?.next?.(record);
    this.#context.lookout?.drops(this, record);
  }

  reached(time: Watermark): void {
    if (time <= this.sent || this.closed) return;
    this.sent = time;
    this.sink.watermark(time);
    if (this.sink.closed) this.closed = true;
  }

  #cut(spec: string, number: number, since: number): StateCut {
    const { rest: state, parts } = this.machine.cut(number, since);
    return { rest: { spec, state, resting: this.#resting, sent: this.sent } satisfies WindowRest, parts };
  }

  #checkKey(value: T): void {
    this.#keyed = false;
    if (this.spec.key(value) === undefined) throw keyMissing();
  }

  /** Something came after a rest. Downstream must hear of it, though no pane may come of it: so it is told again how far time is. */
  #wakeDownstream(): void {
    this.#resting = false;
    if (!this.closed) this.sink.watermark(this.sent);
  }

  /** Moves the clock of the machine to the present, before anything else happens in it. */
  #tick(): void {
    const now = this.#now();
    if (now > this.machine.processingTime) this.#advance(this.machine.watermark, now);
  }

  /** The clock as the machine may see it: it never goes back there. */
  #now(): Timestamp {
    const { usesClock, processingTime } = this.machine;
    return usesClock ? Math.max(this.#context.clock.now(), processingTime) : processingTime;
  }

  #advance(watermark: Watermark, now?: Timestamp): void {
    try {
      this.machine.advance(watermark, now ?? this.#now());
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The end of a call: what came meanwhile is next, and the clock is asked for the next wake-up. */
  #leave(): void {
    this.#turnstile.leave();
    if (this.machine.usesClock) this.#arm();
  }

  #arm(): void {
    const time = this.machine.nextWake();
    if (this.closed || time >= this.#timerFor) return;
    this.#timer?.unsubscribe();
    this.#timerFor = time;
    this.#timer = this.#context.clock.at(time, () => this.#wake());
  }

  #wake(): void {
    if (this.closed) return;
    this.#timerFor = Infinity;
    if (this.#turnstile.busy) return; // a clock that is moved from within a call: the call arms anew when it is over
    this.#turnstile.busy = true;
    this.#tick();
    this.#leave();
  }

  #fail(error: unknown): void {
    if (this.closed) return;
    this.stop();
    this.upstream?.unsubscribe();
    this.sink.error(error);
  }
}

/** The specification as a text: a snapshot is restored into the same one only. */
export function windowText(spec: WindowingSpec<any, any, any>): string {
  const { assigner, aggregate, trigger, accumulation, allowedLateness, onTime, closing, timestampCombiner } = spec;
  const name = trigger?.name ?? 'afterWatermark()';
  return `${assigner.name}, ${aggregate.name ?? 'aggregate'}, ${name}, ${accumulation}, lateness ${allowedLateness}, on time ${onTime}, closing ${closing}, ${timestampCombiner}`;
}
