/**
 * Sessions in the plain way: for each key the list of its open sessions, an event's own interval merged into it, and a heap
 * with a timer for each end that a session ever had; a timer whose session has grown or is gone is skipped when it comes up.
 */
import { DISORDER } from '../workloads/events.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';
import { TimerHeap } from './heap.js';
import type { Lambdas, Sum } from './windowMaps.js';

interface Session<K> extends Sum {
  readonly key: K;
  start: number;
  end: number;
  /** Fired, or merged into another. */
  gone: boolean;
}

/** What a session has summed up. */
export type SessionResult = (sum: Sum) => number;

export class SessionsByHand<T, K> implements Feed<T> {
  readonly digest = new Digest();
  readonly #gap: number;
  readonly #lambdas: Lambdas<T, K>;
  readonly #result: SessionResult;
  readonly #disorder: number;
  readonly #sessions = new Map<K, Session<K>[]>();
  readonly #timers = new TimerHeap<Session<K>>();
  #watermark = -Infinity;

  constructor(gap: number, lambdas: Lambdas<T, K>, result: SessionResult = sum => sum.sum, disorder: number = DISORDER) {
    this.#gap = gap;
    this.#lambdas = lambdas;
    this.#result = result;
    this.#disorder = disorder;
  }

  batch(events: readonly T[]): void {
    const { timestamp } = this.#lambdas;
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as T;
      const time = timestamp(event);
      this.#add(event, time);
      if (time - this.#disorder > this.#watermark) {
        this.#watermark = time - this.#disorder;
        this.#fire(this.#watermark);
      }
    }
  }

  end(): void {
    this.#fire(Infinity);
  }

  #add(event: T, time: number): void {
    const { key, add } = this.#lambdas;
    const k = key(event);
    const end = time + this.#gap;
    let list = this.#sessions.get(k);
    let into: Session<K> | undefined;
    if (list !== undefined) into = this.#mergeAll(list, time, end);
    if (into === undefined) {
      if (end <= this.#watermark) return; // too late
      into = { key: k, start: time, end, gone: false, sum: 0, count: 0 };
      if (list === undefined) this.#sessions.set(k, (list = []));
      list.push(into);
      this.#timers.push({ time: end, what: into });
    }
    add(into, event);
  }

  /** Merges the open sessions that overlap [start, end) with it and with each other. */
  #mergeAll(list: Session<K>[], start: number, end: number): Session<K> | undefined {
    let into: Session<K> | undefined;
    for (let i = 0; i < list.length; i++) {
      const session = list[i] as Session<K>;
      if (session.start >= end || start >= session.end) continue;
      if (into === undefined) {
        into = session;
        continue;
      }
      into.sum += session.sum;
      into.count += session.count;
      if (session.start < into.start) into.start = session.start;
      if (session.end > into.end) this.#extend(into, session.end);
      session.gone = true;
      list.splice(i--, 1);
    }
    if (into === undefined) return undefined;
    if (start < into.start) into.start = start;
    if (end > into.end) this.#extend(into, end);
    return into;
  }

  #extend(session: Session<K>, end: number): void {
    session.end = end;
    this.#timers.push({ time: end, what: session });
  }

  #fire(watermark: number): void {
    for (let timer = this.#timers.due(watermark); timer !== undefined; timer = this.#timers.due(watermark)) {
      const session = timer.what;
      if (session.gone || session.end !== timer.time) continue;
      session.gone = true;
      const list = this.#sessions.get(session.key) as Session<K>[];
      if (list.length === 1) this.#sessions.delete(session.key);
      else list.splice(list.indexOf(session), 1);
      deliver({ key: session.key, window: { start: session.start, end: session.end }, value: this.#result(session) }, this.digest);
    }
  }
}

/** The length of a session is part of the result. */
export function deliver<K>(pane: { key: K; window: { start: number; end: number }; value: number }, digest: Digest): void {
  digest.add(pane.window.start, pane.key, pane.value * 31 + (pane.window.end - pane.window.start));
}
