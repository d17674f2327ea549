/**
 * What is inside an asynchronous operator: a row of elements in order of arrival, with the watermarks that came between them.
 * An element waits, is called, is ready, and leaves; a watermark leaves when it stands first, so it never passes an element that came before it.
 *
 * Ordered, an element leaves when it stands first, too. Unordered, it leaves as soon as it is ready: an element that was in time when it
 * came, having a timestamp not below the watermark before it, is in time before that watermark as well; one that was late waits until
 * that watermark has left, and so is judged downstream as if nothing had been asynchronous. (Flink's unordered mode lets nothing pass a
 * watermark. Ours come with the elements, so that would be order once more.)
 *
 * Invariant: no two watermarks stand side by side, and none stands first.
 */
import { START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { AsyncCounts } from './asyncCounts.js';

/** Where goes what leaves. */
export interface HeldOutput<R> {
  value(result: R, timestamp: Timestamp): void;
  watermark(time: Watermark): void;
  idle(): void;
}

/** A place in the row: of an element, or of a watermark. */
export class Place<T, R> {
  prev: Place<T, R> | undefined = undefined;
  next: Place<T, R> | undefined = undefined;
  /** An element, not a watermark. */
  readonly element: boolean;
  /** The element itself. */
  readonly value: T;
  /** The timestamp of the element, or the watermark. */
  time: Timestamp;
  /** The watermark that came before. */
  readonly after: Watermark;
  /** Behind the watermark, nothing came for a while. */
  idle = false;
  ready = false;
  result: R | undefined = undefined;

  constructor(element: boolean, value: T, time: Timestamp, after: Watermark) {
    this.element = element;
    this.value = value;
    this.time = time;
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
  #first: Place<T, R> | undefined = undefined;
  #last: Place<T, R> | undefined = undefined;
  /** The first element that waits. */
  #waiting: Place<T, R> | undefined = undefined;
  #waits = 0;
  #size = 0;
  /** The last watermark that came. */
  #heard: Watermark = START_OF_TIME;
  /** The last watermark that left. */
  #sent: Watermark = START_OF_TIME;
  /** Idleness was the last thing that left. Then nothing is inside. */
  #resting = false;

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
    if (this.#resting) this.#leave(this.#sent, false);
    if (this.#last && !this.#last.element) this.#last.idle = false;
    const place = new Place<T, R>(true, value, timestamp, this.#heard);
    this.#append(place);
    this.#waiting ??= place;
    this.#count(1, 1);
  }

  watermark(time: Watermark): void {
    const moved = time > this.#heard;
    if (moved) this.#heard = time;
    const last = this.#last;
    if (!last) this.#leave(this.#heard, false);
    else if (last.element) {
      if (moved) this.#mark(false);
    } else {
      last.time = this.#heard;
      last.idle = false;
    }
  }

  idle(): void {
    const last = this.#last;
    if (!last) this.#leave(this.#heard, true);
    else if (last.element) this.#mark(true);
    else last.idle = true;
  }

  /** The next element that waits, which is called now. */
  take(): Place<T, R> | undefined {
    const place = this.#waiting;
    if (!place) return undefined;
    this.#waiting = nextElement(place.next);
    this.#count(0, -1);
    return place;
  }

  /** Takes out the element that waits for longest. */
  dropOldest(): Place<T, R> | undefined {
    const place = this.take();
    if (place) this.#remove(place);
    return place;
  }

  /** The result of an element is there: what may leave now does. */
  settle(place: Place<T, R>, result: R): void {
    place.ready = true;
    place.result = result;
    if (this.#ordered) {
      for (let first = this.#first; first && (first.ready || !first.element); first = this.#first) this.#release(first);
      return;
    }
    if (place.time < place.after && place.after > this.#sent) return;
    this.#release(place);
    for (let first = this.#first; first && !first.element; first = this.#first) {
      this.#release(first);
      this.#releaseRun();
    }
  }

  /** Forgets all of it. */
  clear(): void {
    this.#count(-this.#size, -this.#waits);
    this.#first = this.#last = this.#waiting = undefined;
  }

  snapshot(): HeldSnapshot<T> {
    const row: PlaceSnapshot<T>[] = [];
    for (let place = this.#first; place; place = place.next) {
      const { element, value, time, idle } = place;
      row.push(element ? { value, timestamp: time } : { watermark: time, idle });
    }
    return { sent: this.#sent, resting: this.#resting, row };
  }

  /** Takes over what `snapshot` said; all elements wait. */
  restore({ sent, resting, row }: HeldSnapshot<T>): void {
    this.#sent = this.#heard = sent;
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
    for (let place = this.#first; place?.element && this.#size > 0; ) {
      const { next } = place;
      if (place.ready) this.#release(place);
      place = next;
    }
  }

  #release(place: Place<T, R>): void {
    this.#remove(place);
    if (place.element) this.#output.value(place.result as R, place.time);
    else this.#leave(place.time, place.idle);
  }

  #leave(watermark: Watermark, idle: boolean): void {
    if (watermark > this.#sent || (this.#resting && !idle)) {
      this.#sent = watermark;
      this.#resting = false;
      this.#output.watermark(watermark);
    }
    if (idle && !this.#resting) {
      this.#resting = true;
      this.#output.idle();
    }
  }

  #mark(idle: boolean): void {
    const mark = new Place<T, R>(false, undefined as T, this.#heard, this.#heard);
    mark.idle = idle;
    this.#append(mark);
  }

  #append(place: Place<T, R>): void {
    const last = this.#last;
    place.prev = last;
    if (last) last.next = place;
    else this.#first = place;
    this.#last = place;
  }

  #remove(place: Place<T, R>): void {
    const { prev, next } = place;
    if (prev) prev.next = next;
    else this.#first = next;
    if (next) next.prev = prev;
    else this.#last = prev;
    if (!place.element) return;
    this.#count(-1, 0);
    // Two watermarks that have become neighbours are one, the later one.
    if (prev && next && !prev.element && !next.element) this.#remove(prev);
  }

  #count(size: number, waits: number): void {
    this.#size += size;
    this.#waits += waits;
    this.#counts.held += size;
    this.#counts.waiting += waits;
  }
}

function nextElement<T, R>(from: Place<T, R> | undefined): Place<T, R> | undefined {
  return from && !from.element ? from.next : from;
}
