/**
 * What the watermark would be if each source had its own: the minimum over those that are not idle, as `eventTime` forms it with
 * `source`. The minimum for bound 0, less a bound, is what it would be for that bound; so one measurement is good for all.
 */
import { KeyMap } from '../state/keys.js';
import { Histogram } from '../time/histogram.js';
import { type Input, Inputs } from '../time/inputs.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp } from '../time/timestamp.js';
import { BoundsMeter } from './bounds.js';

/** Buckets of the lags within a source are at most 1 / 16 wide, so that there may be many sources. */
const BITS = 4;

/** One source, by itself. */
export interface SourceDisorder {
  /** What the function `source` gave for its elements. */
  readonly source: unknown;
  /** How many elements came from it. */
  readonly elements: number;
  /** Those behind the highest timestamp of their own source. */
  readonly outOfOrder: number;
  /** The furthest behind it, in milliseconds: the bound with which nothing of it is late. */
  readonly longest: number;
  /** The least bound for 99 % of its elements, in milliseconds, at most 6.3 % larger than need be. */
  readonly bound99: number;
  /** The same for 99.9 %. */
  readonly bound999: number;
}

interface SourceFront extends Input {
  readonly id: unknown;
  /** How far its elements are behind its own highest timestamp. */
  readonly lags: Histogram;
  heard: Timestamp;
  /** The sources that were heard before and after it. */
  before: SourceFront | undefined;
  after: SourceFront | undefined;
}

/** All sources, and the watermark of all. */
export class SourceFronts {
  readonly meter: BoundsMeter = new BoundsMeter();
  readonly #idleAfter: number;
  readonly #inputs = new Inputs<SourceFront>();
  readonly #byId = new KeyMap<unknown, SourceFront>();
  /** In the order in which they were heard, so that those that fall idle are found without a search. */
  #longestSilent: SourceFront | undefined = undefined;
  #lastHeard: SourceFront | undefined = undefined;

  constructor(idleAfter: number) {
    this.#idleAfter = idleAfter;
  }

  /** An element of a source, with the clock. */
  add(id: unknown, timestamp: Timestamp, clock: Timestamp): void {
    this.#rest(clock);
    const source = this.#byId.get(id) ?? this.#join(id);
    const behind = Math.max(this.#inputs.watermark - timestamp, 0);
    source.lags.add(Math.min(Math.max(source.watermark - timestamp, 0), END_OF_TIME));
    this.#inputs.advance(source, timestamp);
    this.#hear(source, clock);
    this.meter.add(behind, Math.max(clock - this.#inputs.watermark, 0));
  }

  /** Each source by itself, the most disordered first. */
  sources(): SourceDisorder[] {
    const rows = this.#inputs.all().map(({ id, lags }) => ({
      source: id,
      elements: lags.count,
      outOfOrder: lags.countAbove(0),
      longest: lags.largest,
      bound99: lags.exceededBy(Math.floor(lags.count * 0.01)),
      bound999: lags.exceededBy(Math.floor(lags.count * 0.001)),
    }));
    return rows.sort((a, b) => b.longest - a.longest || b.elements - a.elements);
  }

  /** Those that have been silent for too long no longer hold the others back. */
  #rest(clock: Timestamp): void {
    let source = this.#longestSilent;
    while (source && clock - source.heard >= this.#idleAfter) {
      this.#inputs.rest(source);
      this.#leave(source);
      source = this.#longestSilent;
    }
  }

  #hear(source: SourceFront, clock: Timestamp): void {
    source.heard = clock;
    if (this.#lastHeard === source) return;
    this.#leave(source);
    source.before = this.#lastHeard;
    if (this.#lastHeard) this.#lastHeard.after = source;
    else this.#longestSilent = source;
    this.#lastHeard = source;
  }

  /** Out of the order in which they were heard. */
  #leave(source: SourceFront): void {
    const { before, after } = source;
    if (before) before.after = after;
    if (after) after.before = before;
    if (this.#longestSilent === source) this.#longestSilent = after;
    if (this.#lastHeard === source) this.#lastHeard = before;
    source.before = undefined;
    source.after = undefined;
  }

  #join(id: unknown): SourceFront {
    const lags = new Histogram(BITS);
    const source = { id, lags, heard: 0, before: undefined, after: undefined, watermark: START_OF_TIME, idle: false, at: 0 };
    this.#byId.set(id, source);
    this.#inputs.join(source);
    return source;
  }
}
