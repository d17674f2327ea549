/** The changes of one operator, for all who follow it: recorded from the first of them on, and for some time behind the last. */
import type { WindowsAtWork } from '../engine/windowsAtWork.js';
import { TouchedKeys } from './touchedKeys.js';
import { watch } from './watched.js';

/** How many changes are kept. */
export const KEPT = 65_536;

export class Feed<K> {
  readonly keys: TouchedKeys<K>;
  /** Among those of its run: cursors are good for it alone. */
  readonly id: number;
  readonly #end: () => void;
  readonly #ended: () => void;
  #followers = 0;
  /** Without followers: where it stood when the last left. */
  #left = 0;
  #waiting: (() => void)[] = [];

  /** `ended`: it is recorded no more. */
  constructor(operator: WindowsAtWork<any, K, any>, id: number, ended: () => void, kept: number = KEPT) {
    this.id = id;
    this.keys = new TouchedKeys<K>(kept);
    this.#ended = ended;
    this.#end = watch<any, K>(
      operator,
      key => this.#touched(key, kept),
      () => this.#wake(),
    );
  }

  /** One more follows it. */
  join(): void {
    this.#followers++;
  }

  /** One less. */
  leave(): void {
    if (--this.#followers === 0) this.#left = this.keys.next;
  }

  /** Called back at the next change, or step of time, once. */
  wake(callback: () => void): () => void {
    this.#waiting.push(callback);
    return () => {
      this.#waiting = this.#waiting.filter(other => other !== callback);
    };
  }

  #touched(key: K, kept: number): void {
    this.keys.touch(key);
    this.#wake();
    // Nobody could go on any more from where the last one was. Its operator is in the midst of a call: it goes when that is over.
    if (this.#followers === 0 && this.keys.next - this.#left === kept) queueMicrotask(() => this.#drop());
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }

  #drop(): void {
    if (this.#followers > 0) return;
    this.#end();
    this.#ended();
  }
}
