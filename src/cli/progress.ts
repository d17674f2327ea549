/** Says on stderr how far reading is: on a terminal in place, else a line for each tenth of a large file. */
import { countText } from '../disorder/words.js';

/** From so many bytes on a file is large. */
const LARGE = 100_000_000;
/** Milliseconds between two lines on a terminal. */
const PACE = 100;

export class Progress {
  readonly #terminal: boolean;
  readonly #bytes: number | undefined;
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  readonly #what: string;
  #said = 0;
  #last: number;
  #shown = false;

  /** `bytes`: how many there are; undefined: not known, as for a pipe. `what`: the things that are counted beside them. */
  constructor(
    terminal: boolean,
    bytes: number | undefined,
    write: (text: string) => void,
    now: () => number = Date.now,
    what: string = 'elements',
  ) {
    this.#terminal = terminal;
    this.#bytes = bytes;
    this.#write = write;
    this.#now = now;
    this.#what = what;
    this.#last = now();
  }

  /** So many bytes, and things, have been read. */
  report(bytes: number, count: number): void {
    const percent = this.#bytes ? Math.min(Math.floor((bytes / this.#bytes) * 100), 100) : undefined;
    const text = `${percent === undefined ? `${countText(Math.round(bytes / 1_000_000))} MB` : `${percent} %`}, ${countText(count)} ${this.#what}`;
    if (this.#terminal) {
      const now = this.#now();
      if (now - this.#last < PACE) return;
      this.#last = now;
      this.#shown = true;
      // Erases what is left of a longer line.
      this.#write(`\r${text}\x1b[K`);
    } else if (percent !== undefined && (this.#bytes as number) >= LARGE && percent >= this.#said + 10) {
      this.#said = Math.floor(percent / 10) * 10;
      this.#write(`${text}\n`);
    }
  }

  /** Leaves a clean line for what follows. */
  end(): void {
    if (this.#shown) this.#write('\r\x1b[K');
  }
}
