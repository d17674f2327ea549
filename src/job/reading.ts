/**
 * A source on its way into a job: read in batches, and entered in slices that end soon, so that checkpoints, timers and everything else
 * in the process have their turn. Between two slices its position is exact.
 */
import type { Env } from '../checkpoint/env.js';
import { mustBe } from '../errors.js';
import type { SourceTarget } from '../stream/sink.js';
import { quietly } from './quietly.js';
import type { ReplayReader, ReplaySource } from './replayable.js';

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
    env: Turns,
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
  }

  /** Reads until the end, or until it is stopped. What fails goes to the target. */
  async run(): Promise<void> {
    let reader: ReplayReader<T, any> | undefined;
    try {
      if (!this.#halted) reader = await this.#source.open(this.position);
      this.#reader = reader;
      while (reader && !this.#halted) {
        const batch = await reader.read();
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
  }

  /** Reads no more. A reader that is still being opened is closed when it is there. */
  stop(): void {
    this.#stopped = true;
    const reader = this.#reader;
    this.#reader = undefined;
    void quietly(() => reader?.close?.());
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
