/**
 * What is inside an asynchronous operator: a row of elements in order of arrival, with the watermarks that came between them.
 * An element waits, is called, is ready, and leaves; a watermark leaves when it stands first, so it never passes an element that came before it.
 *
 * Ordered, an element leaves when it stands first, too. Unordered, it leaves as soon as it is ready: an element that was in time when it
 * came, having a timestamp not below the watermark before it, is in time before that watermark as well; one that was late waits until
 * that watermark has left, and so is judged downstream as if nothing had been asynchronous. (Flink's unordered mode lets nothing pass a
 * watermark. Ours come with the elements, so that would be order once more.)
 *
 * A watermark stands with the element before it; when that leaves, with the one before, so that no two stand side by side and none first.
 */
import { START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { AsyncCounts } from './asyncCounts.js';

/** Where goes what leaves. */
export interface HeldOutput<R> {
  value(result: R, timestamp: Timestamp): void;
  watermark(time: Watermark): void;
  idle(): void;
}

/** No watermark. */
const NONE = NaN;

/** An element in the row. */
export class Place<T, R> {
  prev: Place<T, R> | undefined = undefined;
  next: Place<T, R> | undefined = undefined;
  readonly value: T;
  readonly timestamp: Timestamp;
  /** The watermark that came before. */
  readonly after: Watermark;
  /** The watermark that came behind, before the next element; NaN: none. */
  mark: Watermark = NONE;
  /** Behind the watermark, nothing came for a while. */
  idle = false;
  ready = false;
  result: R | undefined = undefined;

  constructor(value: T, timestamp: Timestamp, after: Watermark) {
    this.value = value;
    this.timestamp = timestamp;
    this.after = after;
  }
}

/** One place as plain data. */
export type PlaceSnapshot<T> =
  | { readonly value: T; readonly timestamp: Timestamp }
  | { readonly watermark: Watermark; readonly idle: boolean };

/** All state as plain data: results that have not left are not part of it. */
export interface HeldSnapshot<T> {
  readonly sent: Watermark;
  readonly resting: boolean;
  readonly row: readonly PlaceSnapshot<T>[];
}

export class HeldBack<T, R> {
  readonly #ordered: boolean;
  readonly #output: HeldOutput<R>;
  readonly #counts: AsyncCounts;
  /** The element that came first. */
  first: Place<T, R> | undefined = undefined;
  #last: Place<T, R> | undefined = undefined;
  /** The first element that waits. */
  #waiting: Place<T, R> | undefined = undefined;
  #waits = 0;
  #size = 0;
  /** The last watermark that came. */
  #heard: Watermark = START_OF_TIME;
  /** The last watermark that left. */
  sent: Watermark = START_OF_TIME;
  /** Idleness was the last thing that left. Then nothing is inside. */
  #resting = false;
  /** The watermark that stands before all elements and is about to leave; NaN: none. */
  #leaving: Watermark = NONE;
  #leavingIdle = false;

  constructor(ordered: boolean, output: HeldOutput<R>, counts: AsyncCounts) {
    this.#ordered = ordered;
    this.#output = output;
    this.#counts = counts;
  }

  /** How many elements are inside. */
  get size(): number {
    return this.#size;
  }

  /** The last watermark that came. */
  get heard(): Watermark {
    return this.#heard;
  }

  /** An element comes, and waits. */
  enter(value: T, timestamp: Timestamp): void {
    // It ends the idleness: who waits for us downstream must know before its result is there.
    if (this.#resting) this.#leave(this.sent, false);
    const place = new Place<T, R>(value, timestamp, this.#heard);
    const last = this.#last;
    if (last) {
      last.idle = false;
      last.next = place;
      place.prev = last;
    } else this.first = place;
    this.#last = place;
    this.#waiting ??= place;
    this.#count(1, 1);
  }

  watermark(time: Watermark): void {
    const moved = time > this.#heard;
    if (moved) this.#heard = time;
    const last = this.#last;
    if (!last) this.#leave(this.#heard, false);
    else if (moved || last.mark === last.mark) {
      last.mark = this.#heard;
      last.idle = false;
    }
  }

  idle(): void {
    const last = this.#last;
    if (!last) this.#leave(this.#heard, true);
    else {
      last.mark = this.#heard;
      last.idle = true;
    }
  }

  /** The next element that waits, which is called now. */
  take(): Place<T, R> | undefined {
    const place = this.#waiting;
    if (!place) return undefined;
    this.#waiting = place.next;
    this.#count(0, -1);
    return place;
  }

  /** Takes out the element that waits for longest. */
  dropOldest(): Place<T, R> | undefined {
    const place = this.take();
    if (!place) return undefined;
    this.#remove(place);
    this.#leaveMark();
    return place;
  }

  /** The result of an element is there: what may leave now does. */
  settle(place: Place<T, R>, result: R): void {
    place.ready = true;
    place.result = result;
    if (this.#ordered) {
      for (let first = this.first; first?.ready; first = this.first) {
        this.#release(first);
        this.#leaveMark();
      }
      return;
    }
    if (place.timestamp < place.after && place.after > this.sent) return;
    this.#release(place);
    while (this.#leaveMark()) this.#releaseRun();
  }

  /** Forgets all of it. */
  clear(): void {
    this.#count(-this.#size, -this.#waits);
    this.first = this.#last = this.#waiting = undefined;
    this.#leaving = NONE;
  }

  snapshot(): HeldSnapshot<T> {
    const row: PlaceSnapshot<T>[] = [];
    for (let place = this.first; place; place = place.next) {
      const { value, timestamp, mark, idle } = place;
      row.push({ value, timestamp });
      if (mark === mark) row.push({ watermark: mark, idle });
    }
    return { sent: this.sent, resting: this.#resting, row };
  }

  /** Takes over what `snapshot` said; all elements wait. */
  restore({ sent, resting, row }: HeldSnapshot<T>): void {
    this.sent = this.#heard = sent;
    for (const place of row) {
      if ('timestamp' in place) this.enter(place.value, place.timestamp);
      else {
        this.watermark(place.watermark);
        if (place.idle) this.idle();
      }
    }
    this.#resting = resting;
  }

  /** The elements that stand before the next watermark and are ready: none is held back any more. (Whoever hears of one may clear the row.) */
  #releaseRun(): void {
    let place = this.first;
    while (place && this.#size > 0) {
      const { next, mark } = place;
      if (place.ready) this.#release(place);
      place = mark === mark ? undefined : next;
    }
  }

  #release(place: Place<T, R>): void {
    this.#remove(place);
    this.#output.value(place.result as R, place.timestamp);
  }

  /** Lets go of the watermark that all before it has left; false: there is none. */
  #leaveMark(): boolean {
    const mark = this.#leaving;
    if (mark !== mark) return false;
    this.#leaving = NONE;
    this.#leave(mark, this.#leavingIdle);
    return true;
  }

  #leave(watermark: Watermark, idle: boolean): void {
    if (watermark > this.sent || (this.#resting && !idle)) {
      this.sent = watermark;
      this.#resting = false;
      this.#output.watermark(watermark);
    }
    if (idle && !this.#resting) {
      this.#resting = true;
      this.#output.idle();
    }
  }

  /** Takes an element out; its watermark, a later one than that before it, stays. */
  #remove(place: Place<T, R>): void {
    const { prev, next, mark, idle } = place;
    if (prev) prev.next = next;
    else this.first = next;
    if (next) next.prev = prev;
    else this.#last = prev;
    // What has grown old would keep younger neighbours from being collected.
    place.prev = place.next = undefined;
    this.#count(-1, 0);
    if (mark !== mark) return;
    if (prev) {
      prev.mark = mark;
      prev.idle = idle;
    } else {
      this.#leaving = mark;
      this.#leavingIdle = idle;
    }
  }

  #count(size: number, waits: number): void {
    this.#size += size;
    this.#waits += waits;
    this.#counts.held += size;
    this.#counts.waiting += waits;
  }
}
