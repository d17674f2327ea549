/** Text in pieces becomes lines, as they end: one longer than memory should hold is cut off and said to be bad. */

/** A line of text (or, in CSV, a record), by the number of its first line. */
export interface Line<V> {
  readonly line: number;
  readonly value: V;
  /** Why it cannot be used; undefined: it can. */
  readonly problem?: string;
}

/** Takes text in pieces, and gives what is complete. */
export interface LineReader<V> {
  push(text: string): Iterable<Line<V>>;
  /** Nothing more comes. */
  end(): Iterable<Line<V>>;
}

/** So many characters may be in one line. */
const LONGEST = 1 << 24;

/** Lines that end with LF or CRLF, without their ends. */
export class PlainLines implements LineReader<string> {
  readonly #longest: number;
  #pieces: string[] = [];
  #length = 0;
  #line = 1;

  constructor(longest: number = LONGEST) {
    this.#longest = longest;
  }

  *push(text: string): Generator<Line<string>> {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#keep(text.slice(from, end));
      yield this.#take();
      from = end + 1;
    }
    this.#keep(text.slice(from));
  }

  *end(): Generator<Line<string>> {
    if (this.#length > 0) yield this.#take();
  }

  #keep(piece: string): void {
    this.#length += piece.length;
    if (this.#length <= this.#longest) this.#pieces.push(piece);
  }

  #take(): Line<string> {
    const text = this.#pieces.length === 1 ? this.#pieces[0]! : this.#pieces.join('');
    const line = this.#line;
    const problem = this.#length > this.#longest ? { problem: `it is longer than ${this.#longest} characters` } : {};
    this.#pieces = [];
    this.#length = 0;
    this.#line += 1;
    return { line, value: text.endsWith('\r') ? text.slice(0, -1) : text, ...problem };
  }
}
