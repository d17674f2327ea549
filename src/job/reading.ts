/**
 * A source on its way into a job: read in batches, and entered in slices that end soon, so that checkpoints, timers and everything else
 * in the process have their turn. Between two slices its position is exact.
 */
import type { Env } from '../checkpoint/env.js';
import { mustBe } from '../errors.js';
import type { SourceTarget } from '../stream/sink.js';
import type { Timestamp } from '../time/timestamp.js';
import { quietly } from './quietly.js';
import type { ReplayBatch, ReplayReader, ReplaySource, ResetOptions } from './replayable.js';
import { type Gap, startOf } from './retained.js';

/** Milliseconds of work between two pauses. */
const SLICE_TIME = 4;
const LARGEST = 65_536;

/** What a source needs of the world. */
export type Turns = Pick<Env, 'now' | 'pause'>;

/** Room downstream for elements; see `Rooms`. */
export interface Room {
  /** How many elements may come now. */
  readonly room: number;
  /** Resolves when there may be room again. */
  wait(): Promise<void>;
}

/** What to do where a source has lost what comes behind the position. */
export interface OnGap extends ResetOptions {
  /** Hears of one that is passed over. */
  readonly hears: (gap: Gap) => void;
}

const REFUSE: OnGap = { hears() {} };

export class Reading<T> {
  readonly name: string;
  /** Where it goes on after a restart. */
  position: unknown;
  /** The source has ended, and all have heard of it. */
  ended: boolean;
  readonly #source: ReplaySource<T, any>;
  readonly #target: SourceTarget<T>;
  readonly #env: Turns;
  readonly #room: Room;
  readonly #onGap: OnGap;
  #reader: ReplayReader<T, any> | undefined;
  #stopped = false;
  #closing: Promise<void> = Promise.resolve();
  #size = 256;
  /** When others had their turn last. */
  #paused: number;

  constructor(
    name: string,
    source: ReplaySource<T, any>,
    saved: { readonly position: unknown } | undefined,
    target: SourceTarget<T>,
    env: Turns,
    room: Room,
    onGap: OnGap = REFUSE,
  ) {
    this.name = name;
    this.#source = source;
    this.position = saved?.position;
    this.ended = false;
    this.#target = target;
    this.#env = env;
    this.#room = room;
    this.#onGap = onGap;
    this.#paused = env.now();
  }

  /** Whether all before a bound has been taken in at a position; undefined: positions are compared as numbers. */
  get reaches(): ((position: unknown, bound: unknown) => boolean) | undefined {
    const source = this.#source;
    return source.reaches && ((position, bound) => source.reaches?.(position, bound) as boolean);
  }

  /** Reads until the end, or until it is stopped. What fails goes to the target. */
  async run(): Promise<void> {
    let reader: ReplayReader<T, any> | undefined;
    try {
      if (!this.#halted) {
        if (this.position !== undefined) await this.#findStart();
        reader = await this.#source.open(this.position);
      }
      this.#reader = reader;
      while (reader && !this.#halted) {
        const batch = await reader.read();
        if (this.#halted) break;
        if (!batch) {
          this.ended = true;
          this.#target.complete();
          break;
        }
        await this.#enter(batch);
        if (batch.position !== undefined && batch.values.length === 0) this.position = batch.position;
        // A source that always has more at once, or says that it has nothing yet, must not keep all others from their turn.
        if (this.#env.now() - this.#paused > SLICE_TIME || batch.values.length === 0) await this.#pause();
      }
    } catch (error) {
      if (!this.#stopped) this.#target.error(error);
    }
    void this.stop();
  }

  /** Reads no more. A reader that is still being opened is closed when it is there. Resolves when one that was open has let go. */
  stop(): Promise<void> {
    this.#stopped = true;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) this.#closing = quietly(() => reader.close?.());
    return this.#closing;
  }

  /** No element that is still to enter has arrived before this, for a source that keeps arrivals. */
  get front(): Timestamp {
    return this.#reader?.front?.() ?? -Infinity;
  }

  /** No checkpoint stands before a position any more. */
  trim(position: unknown): void {
    if (position !== undefined) void quietly(() => this.#reader?.trim?.(position));
  }

  async #findStart(): Promise<void> {
    const { reset, hears } = this.#onGap;
    this.position = await startOf(this.name, this.#source, this.position, reset, hears);
  }

  get #halted(): boolean {
    return this.#stopped || this.#target.closed;
  }

  async #enter(batch: ReplayBatch<T, unknown>): Promise<void> {
    const { values, arrivals } = batch;
    for (let at = 0; at < values.length && !this.#halted; ) {
      while (this.#room.room <= 0 && !this.#halted) await this.#room.wait();
      if (this.#halted) return;
      const started = this.#env.now();
      const to = Math.min(values.length, at + Math.max(1, Math.min(this.#size, this.#room.room)));
      if (at === 0 && to === values.length) this.#target.all(values, arrivals);
      else this.#target.all(values.slice(at, to), arrivals?.slice(at, to));
      // Copied, since a source may go on to change what it gave.
      const position = batch.positionAfter(to);
      this.position = typeof position === 'object' ? structuredClone(position) : position;
      const taken = this.#env.now() - started;
      if (to - at === this.#size) this.#size = taken > SLICE_TIME ? Math.max(1, this.#size >> 1) : Math.min(LARGEST, this.#size * 2);
      at = to;
      if (taken > SLICE_TIME / 2 || at < values.length) await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    await this.#env.pause();
    this.#paused = this.#env.now();
  }
}

/** A target that does not hear of the end: more may come in another run. */
export function pausing<T>(target: SourceTarget<T>, ended: () => void): SourceTarget<T> {
  return {
    get closed() {
      return target.closed;
    },
    next: value => target.next(value),
    all: (values, arrivals) => target.all(values, arrivals),
    error: error => target.error(error),
    complete: ended,
  };
}

/** Takes arrays of elements for a target that takes elements. */
export function eachOf<T>(target: SourceTarget<T>, name: string): SourceTarget<readonly T[]> {
  const enter = (values: readonly T[], arrival?: Timestamp): void => {
    if (!Array.isArray(values)) throw mustBe(`eventTime "${name}": with batches, each value`, 'an array', values);
    target.all(values, arrival === undefined ? undefined : values.map(() => arrival));
  };
  return {
    get closed() {
      return target.closed;
    },
    next: values => enter(values),
    all: (batches, arrivals) => batches.forEach((values, at) => enter(values, arrivals?.[at])),
    error: error => target.error(error),
    complete: () => target.complete(),
  };
}
