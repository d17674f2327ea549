/**
 * A source on its way into a job: read in batches, and entered in slices that end soon, so that checkpoints, timers and everything else
 * in the process have their turn. Between two slices its position is exact.
 */
import type { Env } from '../checkpoint/env.js';
import { mustBe } from '../errors.js';
import type { SourceTarget } from '../stream/sink.js';
import type { ReplayReader, ReplaySource } from './replayable.js';

/** Milliseconds of work between two pauses. */
const SLICE_TIME = 4;
const LARGEST = 65_536;

/** Room downstream for elements; see `Rooms`. */
export interface Room {
  /** How many elements may come now. */
  readonly room: number;
  /** Resolves when there may be room again. */
  wait(): Promise<void>;
}

export class Reading<T> {
  readonly name: string;
  /** Where it goes on after a restart. */
  position: unknown;
  /** The source has ended, and all have heard of it. */
  ended: boolean;
  /** Resolves when nothing more is read. */
  readonly over: Promise<void>;
  readonly #source: ReplaySource<T, any>;
  readonly #target: SourceTarget<T>;
  readonly #env: Env;
  readonly #room: Room;
  #finish!: () => void;
  #reader: ReplayReader<T, any> | undefined;
  #stopped = false;
  #size = 256;
  /** When others had their turn last. */
  #paused: number;

  constructor(
    name: string,
    source: ReplaySource<T, any>,
    saved: { readonly position: unknown } | undefined,
    target: SourceTarget<T>,
    env: Env,
    room: Room,
  ) {
    this.name = name;
    this.#source = source;
    this.position = saved?.position;
    this.ended = false;
    this.#target = target;
    this.#env = env;
    this.#room = room;
    this.#paused = env.now();
    this.over = new Promise(resolve => {
      this.#finish = resolve;
    });
  }

  /** Reads until the end, or until it is stopped. What fails goes to the target. */
  async run(): Promise<void> {
    try {
      this.#reader = await this.#source.open(this.position);
      while (!this.#halted) {
        const batch = await this.#reader.read();
        if (this.#halted) break;
        if (!batch) {
          this.ended = true;
          this.#target.complete();
          break;
        }
        await this.#enter(batch.values, count => batch.positionAfter(count));
        // A source that always has more at once, or says that it has nothing yet, must not keep all others from their turn.
        if (this.#env.now() - this.#paused > SLICE_TIME || batch.values.length === 0) await this.#pause();
      }
    } catch (error) {
      if (!this.#stopped) this.#target.error(error);
    }
    this.stop();
    this.#finish();
  }

  /** Reads no more. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    // What a reader says when it is closed is of no use to anybody.
    Promise.resolve(this.#reader?.close?.()).catch(() => undefined);
  }

  get #halted(): boolean {
    return this.#stopped || this.#target.closed;
  }

  async #enter(values: readonly T[], positionAfter: (count: number) => unknown): Promise<void> {
    for (let at = 0; at < values.length && !this.#halted; ) {
      while (this.#room.room <= 0 && !this.#halted) await this.#room.wait();
      if (this.#halted) return;
      const started = this.#env.now();
      const to = Math.min(values.length, at + Math.max(1, Math.min(this.#size, this.#room.room)));
      this.#target.all(at === 0 && to === values.length ? values : values.slice(at, to));
      // Copied, since a source may go on to change what it gave.
      const position = positionAfter(to);
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

/** Takes arrays of elements for a target that takes elements. */
export function eachOf<T>(target: SourceTarget<T>, name: string): SourceTarget<readonly T[]> {
  const enter = (values: readonly T[]): void => {
    if (!Array.isArray(values)) throw mustBe(`eventTime "${name}": with batches, each value`, 'an array', values);
    target.all(values);
  };
  return {
    get closed() {
      return target.closed;
    },
    next: enter,
    all: batches => batches.forEach(enter),
    error: error => target.error(error),
    complete: () => target.complete(),
  };
}
