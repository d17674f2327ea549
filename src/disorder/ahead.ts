/**
 * Elements far ahead of all others: one wrong clock, and everything that follows is late. With an arrival time they are known at once:
 * they are further ahead of the clock than `maxFuture`, as `eventTime` tells them. Without one they are known by what follows: an
 * element that leaps ahead is set aside when the ten that follow all stay behind the middle of its leap, and believed as soon as one of
 * them does not. A leap is only looked at if it is longer than twenty times the mean lag.
 */
import { Histogram } from '../time/histogram.js';
import type { Timestamp } from '../time/timestamp.js';
import { BoundsMeter } from './bounds.js';

/** An element far ahead of the others. */
export interface AheadElement {
  /** Which element of the stream, the first being 1. */
  readonly element: number;
  /** Its timestamp. */
  readonly timestamp: Timestamp;
  /** How far ahead of the clock, or of all that came before it, in milliseconds. */
  readonly by: number;
  /** Where it came from, if `source` is given. */
  readonly source?: unknown;
}

/** What is far ahead in a stream. */
export interface Ahead {
  /** How many elements are. */
  readonly count: number;
  /** How many others are behind because of them alone. */
  readonly shadowed: number;
  /** The five worst, the furthest ahead first. */
  readonly worst: readonly AheadElement[];
}

const FOLLOWERS = 10;
const LEAP = 20;
const NAMED = 5;

/** An element that is not yet counted. */
interface Waiting {
  readonly timestamp: Timestamp;
  readonly behind: number;
}

interface Suspect extends Waiting {
  readonly told: AheadElement;
}

/** The one watermark as it would be without the elements that are far ahead. */
export class AheadGuard {
  readonly meter: BoundsMeter;
  #front: Timestamp;
  /** By how much those set aside are ahead, and the worst of them. */
  readonly #leads: Histogram;
  readonly #worst: AheadElement[] = [];
  #shadowed = 0;
  #clocked = false;
  /** The one that has leapt ahead, and the elements that have come since. */
  #suspect: Suspect | undefined = undefined;
  readonly #followers: Waiting[] = [];

  constructor(meter: BoundsMeter = new BoundsMeter(), front: Timestamp = -Infinity, leads: Histogram = new Histogram(4)) {
    this.meter = meter;
    this.#front = front;
    this.#leads = leads;
  }

  /** The highest timestamp that is believed. */
  get front(): Timestamp {
    return this.#front;
  }

  /** Known to be too far ahead of the clock. */
  setAside(element: AheadElement): void {
    this.#leads.add(element.by);
    const worst = this.#worst;
    const at = worst.findIndex(other => other.by < element.by);
    worst.splice(at < 0 ? worst.length : at, 0, element);
    if (worst.length > NAMED) worst.pop();
  }

  /** An element that came, with the clock if there is one; `behind`: how far it was behind everything, those far ahead included. */
  add(element: number, timestamp: Timestamp, source: unknown, clock: Timestamp | undefined, behind: number): void {
    this.#clocked = clock !== undefined;
    if (clock !== undefined) this.#count(timestamp, behind, clock);
    else if (this.#suspect) this.#follow(this.#suspect, element, timestamp, source, behind);
    else if (this.#leaps(timestamp)) {
      const told = { element, timestamp, by: timestamp - this.#front, ...(source === undefined ? {} : { source }) };
      this.#suspect = { timestamp, behind, told };
    } else this.#count(timestamp, behind);
  }

  /** What is far ahead, as far as is known; a leap from before the lags were known may turn out to be none. */
  found(): Ahead {
    const least = this.#clocked ? 0 : LEAP * this.meter.mean;
    const count = this.#leads.countAbove(least);
    return { count, shadowed: count === 0 ? 0 : this.#shadowed, worst: this.#worst.filter(({ by }) => by > least) };
  }

  /** As it stands when nothing more comes: who has leapt ahead last is believed. */
  settled(): AheadGuard {
    const settled = new AheadGuard(this.meter.copy(), this.#front, this.#leads);
    settled.#worst.push(...this.#worst);
    settled.#shadowed = this.#shadowed;
    settled.#clocked = this.#clocked;
    if (this.#suspect) settled.#countAll([this.#suspect, ...this.#followers]);
    return settled;
  }

  #leaps(timestamp: Timestamp): boolean {
    return timestamp - this.#front > LEAP * this.meter.mean && this.#front > -Infinity;
  }

  #follow(suspect: Suspect, element: number, timestamp: Timestamp, source: unknown, behind: number): void {
    const followers = this.#followers;
    if (timestamp - this.#front > suspect.told.by / 2) {
      this.#suspect = undefined;
      this.#count(suspect.timestamp, suspect.behind);
      this.#countAll(followers.splice(0));
      this.add(element, timestamp, source, undefined, behind);
    } else if (followers.push({ timestamp, behind }) === FOLLOWERS) {
      this.#suspect = undefined;
      this.setAside(suspect.told);
      this.#countAll(followers.splice(0));
    }
  }

  #countAll(waiting: readonly Waiting[]): void {
    for (const { timestamp, behind } of waiting) this.#count(timestamp, behind);
  }

  #count(timestamp: Timestamp, behindAll: number, clock?: Timestamp): void {
    if (behindAll > 0 && timestamp >= this.#front) this.#shadowed += 1;
    const behind = Math.max(this.#front - timestamp, 0);
    if (timestamp > this.#front) this.#front = timestamp;
    this.meter.add(behind, clock === undefined ? 0 : Math.max(clock - this.#front, 0));
  }
}
