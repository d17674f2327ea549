/** Sinks that let nothing out: one keeps its rows and shows them, one forgets them. */
import { type Observable, Subject } from 'rxjs';
import type { SinkDefinition, SinkWork } from './defineSink.js';

/** A row that a sink would have taken. */
export interface CapturedRow<out T> {
  /** The row. */
  readonly value: T;
  /** The row takes back an equal one that came before. */
  readonly withdrawn: boolean;
}

/** The rows of a sink that is captured. */
export interface Captured<out T> {
  /** All that have come since this process began the fork, in order; they stay in memory. */
  readonly rows: readonly CapturedRow<T>[];
  /** Those that come from now on. Hot: completes when the job is over, and never fails. */
  readonly said: Observable<CapturedRow<T>>;
}

/** A sink that keeps its rows; makes a definition in the name of another sink. */
export class Capture implements Captured<unknown> {
  readonly rows: CapturedRow<unknown>[] = [];
  readonly said: Observable<CapturedRow<unknown>>;
  readonly #said = new Subject<CapturedRow<unknown>>();

  constructor() {
    this.said = this.#said.asObservable();
  }

  define(name: string): SinkDefinition<unknown> {
    return nowhere('capture', name, {
      write: (value, diff) => {
        const row = { value, withdrawn: diff === -1 };
        this.rows.push(row);
        this.#said.next(row);
      },
      close: () => this.#said.complete(),
    });
  }
}

/** A sink that forgets its rows, in the name of another one. */
export function discardSink(name: string): SinkDefinition<unknown> {
  return nowhere('discard', name, { write() {} });
}

/** Nothing of it is to be found after a restart, so it has no part in checkpoints. */
function nowhere(kind: string, name: string, work: Pick<SinkWork<unknown>, 'write' | 'close'>): SinkDefinition<unknown> {
  const mode = 'upsert';
  const done = async (): Promise<void> => {};
  return {
    kind,
    name,
    mode,
    create: () => ({
      name,
      mode,
      fence: done,
      lastCommitted: async () => 0,
      rotate() {},
      prepare: done,
      commit: done,
      abort: done,
      ...work,
    }),
  };
}
