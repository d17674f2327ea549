/**
 * The asynchronous operator at work: elements, watermarks, idleness and the end go into the row of `HeldBack`, and calls are made
 * for its elements, so many at a time. Everything that happens, a result as well as an element, is a step; steps take turns.
 */
import type { Observer, Unsubscribable } from 'rxjs';
import { HeldBack, type HeldSnapshot, type Place } from '../engine/heldBack.js';
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import { eventTimeLost, show, TidemarkError } from '../errors.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import { Turnstile } from '../stream/turnstile.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import { AsyncCall, type CallSpec } from './asyncCall.js';

/** The checked options of an asynchronous operator. */
export interface AsyncSpec<T, R> extends CallSpec<T, R> {
  readonly name: string | undefined;
  readonly concurrency: number;
  readonly ordered: boolean;
  readonly capacity: number;
  /** What to do with more than that: drop what has waited for longest, or fail. */
  readonly drops: boolean;
  readonly late: Partial<Observer<LateRecord<T>>> | undefined;
  readonly dropCounts: DropCounts;
}

/** All state as plain data: results are not part of it, calls are made again. */
interface AsyncSnapshot<T> {
  readonly row: HeldSnapshot<T>;
  readonly overflow: number;
  readonly done: boolean;
}

/** In a job so many elements for each call that may be made are let in; the source waits with the others. */
const ROOM = 4;

export class AsyncSink<T, R> implements EventSink<T> {
  /** What to let go of when this operator fails. */
  upstream: Unsubscribable | undefined = undefined;
  readonly spec: AsyncSpec<T, R>;
  readonly #sink: EventSink<R>;
  readonly #context: RuntimeContext;
  readonly held: HeldBack<T, R>;
  readonly calls: Set<AsyncCall<T, R>> = new Set();
  readonly #turnstile: Turnstile = new Turnstile();
  readonly #inTurn = (task: () => void): void => this.#step(task);
  /** Lets a job read on. */
  readonly #relieve: (() => void) | undefined;
  #stopped = false;
  /** The source has completed. */
  #done = false;

  constructor(spec: AsyncSpec<T, R>, sink: EventSink<R>, context: RuntimeContext) {
    this.spec = spec;
    this.#sink = sink;
    this.#context = context;
    this.held = new HeldBack<T, R>(
      spec.ordered,
      {
        value: (result, timestamp) => this.#say(() => sink.next(result, timestamp, 1)),
        watermark: time => this.#say(() => sink.watermark(time)),
        idle: () => this.#say(() => sink.idle()),
      },
      spec.counts,
    );
    const most = Math.min(spec.capacity, ROOM * spec.concurrency);
    this.#relieve = context.job?.room(() => (this.#stopped ? Infinity : most - this.held.size));
    const restored = context.state?.register('mapAsync', spec.name, () => this.#snapshot()) as AsyncSnapshot<T> | undefined;
    if (!restored) return;
    this.held.restore(restored.row);
    this.#done = restored.done;
    spec.dropCounts.overflow = restored.overflow;
  }

  get closed(): boolean {
    return this.#stopped || this.#sink.closed;
  }

  /** Makes the calls for what a snapshot brought along, before anything new comes. */
  resume(): void {
    this.#step(() => this.#pump());
  }

  next(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    this.#input(() => {
      if (timestamp !== timestamp) throw eventTimeLost(this.spec.kind, value);
      if (diff === -1) throw cannotWithdraw(this.spec.kind);
      if (this.held.size >= this.spec.capacity && !this.spec.drops) throw overflow(this.spec, value);
      this.held.enter(value, timestamp);
      if (this.held.size > this.spec.capacity) this.#drop();
      this.#pump();
    });
  }

  watermark(time: Watermark): void {
    this.#input(() => this.held.watermark(time));
  }

  idle(): void {
    this.#input(() => this.held.idle());
  }

  error(error: unknown): void {
    this.#input(() => this.#fail(error));
  }

  complete(): void {
    this.#input(() => {
      this.#done = true;
      this.#pump();
    });
  }

  /** Nothing more is wanted. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.held.clear();
    this.spec.counts.inFlight -= this.calls.size;
    for (const call of this.calls) call.cancel();
    this.calls.clear();
  }

  /** A source that had completed before a restart has nothing more to say. */
  #input(task: () => void): void {
    this.#step(() => {
      if (!this.#done) task();
    });
  }

  #step(task: () => void): void {
    const turnstile = this.#turnstile;
    if (this.#stopped) return;
    if (turnstile.busy) {
      turnstile.wait(() => this.#step(task));
      return;
    }
    turnstile.busy = true;
    try {
      task();
    } catch (error) {
      this.#fail(error);
    }
    turnstile.leave();
  }

  /** Makes as many calls as may be made; without any to make, the end may have come. */
  #pump(): void {
    const { concurrency } = this.spec;
    while (this.calls.size < concurrency) {
      const place = this.held.take();
      if (!place) break;
      this.#call(place);
    }
    if (!this.#done || this.held.size > 0 || this.#stopped) return;
    this.stop();
    this.#sink.complete();
  }

  #call(place: Place<T, R>): void {
    const { counts } = this.spec;
    const call: AsyncCall<T, R> = new AsyncCall(this.spec, place.value, place.timestamp, this.#context.clock, this.#inTurn, result => {
      this.calls.delete(call);
      counts.inFlight--;
      this.held.settle(place, result);
      this.#relieve?.();
      this.#pump();
    });
    this.calls.add(call);
    counts.inFlight++;
    call.start();
  }

  /** What has waited for longest gives way; if nothing waits, the newcomer. */
  #drop(): void {
    const { late, dropCounts } = this.spec;
    const { value, timestamp } = this.held.dropOldest() as Place<T, R>;
    dropCounts.overflow++;
    const watermark = this.held.heard;
    const by = Math.max(0, watermark - timestamp);
    const record = { value, timestamp, reason: 'overflow', watermark, window: undefined, by, retraction: false } as const;
    late?.next?.(record);
    this.#context.lookout?.drops(this, record);
  }

  #say(call: () => void): void {
    call();
    if (this.#sink.closed) this.stop();
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.upstream?.unsubscribe();
    this.#sink.error(error);
  }

  #snapshot(): AsyncSnapshot<T> {
    return { row: this.held.snapshot(), overflow: this.spec.dropCounts.overflow, done: this.#done };
  }
}

export function cannotWithdraw(kind: string): TidemarkError {
  return new TidemarkError(
    'RETRACTION_UNSUPPORTED',
    `${kind}: a value is withdrawn, but a second call for it may give another result than the first. Put mapAsync before the windows that retract, or let them accumulate.`,
  );
}

function overflow({ kind, capacity }: AsyncSpec<any, any>, value: unknown): TidemarkError {
  return new TidemarkError(
    'OVERFLOW',
    `${kind}: ${show(value)} came while ${capacity} elements, as many as may be, were inside. Raise capacity or concurrency, or let go of what waits longest by overflow: 'drop-oldest'.`,
  );
}
