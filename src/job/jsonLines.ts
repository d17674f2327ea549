import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from '../checkpoint/crc32.js';
import { mustBe, readOptions, TidemarkError } from '../errors.js';
import {
  RESET,
  Replayable,
  type ReplayBatch,
  type ReplayReader,
  type ReplaySource,
  type ResetOptions,
  type SourceContext,
} from './replayable.js';

/** A line that is no JSON. */
export interface BadLine {
  /** The line as it is, without white space around it. */
  readonly text: string;
  /** Where it begins: an offset in bytes. */
  readonly at: number;
  /** What `JSON.parse` says of it. */
  readonly error: unknown;
}

/** What {@link jsonLines} takes. */
export interface JsonLinesOptions extends ResetOptions {
  /** Bytes read at once. Default 256 KiB. */
  readonly chunkBytes?: number;
  /**
   * What to do with a line that is no JSON. `'fail'`, the default: the stream ends by `BAD_VALUE`, which names the file and the offset, so that
   * a job goes on from its last checkpoint when the file is mended. `'skip'`: it is passed over, and counted in `skipped`. A function is
   * called with it besides; after a restart again, for lines behind the checkpoint.
   */
  readonly bad?: 'fail' | 'skip' | ((line: BadLine) => void);
}

/** The lines of a file: what {@link jsonLines} makes. */
export class JsonLines<T> extends Replayable<T> {
  readonly #file: LineFile<T>;

  /** @internal */
  constructor(file: LineFile<T>, reset: 'fail' | 'earliest' | undefined) {
    super(file.source(false), reset);
    this.#file = file;
  }

  /** How many lines were passed over up to where the file is being read, those before the checkpoint included. See `bad`. */
  get skipped(): number {
    return this.#file.skipped;
  }

  /** @internal */
  override sourceIn({ pauses }: SourceContext): ReplaySource<T, FilePosition> {
    return this.#file.source(pauses);
  }
}

/**
 * A file of JSON lines as a source with positions, which are offsets in bytes. Empty lines are passed over; what becomes of a line that is
 * no JSON `bad` says. Lines may be added between two runs, never changed: a position knows the bytes before it, so that a file that has
 * become shorter, or is another one, is found out. With `reset: 'earliest'` such a file is read from its beginning, as one that has been
 * rotated. The last line needs no line break; but a job that pauses at the end (`atEnd: 'pause'`) leaves a line without one to the next run,
 * since it may still be being written.
 *
 * @typeParam T - what a line holds; not checked
 * @throws TidemarkError `BAD_OPTION` at assembly; the job fails with `BAD_OPTION` if there is no such file, or it is a folder, with `BAD_VALUE` for a
 * line that is no JSON unless `bad` says otherwise, and with `NEEDS_OPERATOR` if the file is not the one that it was.
 * @example
 * ```ts
 * import { count, eventTime, run, tumbling, windowBy } from 'tidemark';
 * import { fileSystem, jsonLines, toFile } from 'tidemark/node';
 *
 * const clicks = eventTime(jsonLines<{ at: number }>('clicks.jsonl'), { name: 'clicks', timestamp: click => click.at });
 * const job = () => run(
 *   clicks.pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() }), toFile('counts', { name: 'out' })),
 *   { name: 'clicks', storage: fileSystem('state') },
 * );
 * ```
 */
export function jsonLines<T>(path: string, options: JsonLinesOptions = {}): JsonLines<T> {
  if (typeof path !== 'string' || path === '') throw mustBe('jsonLines: its first argument', 'the path of a file', path);
  if (path.endsWith('.gz'))
    throw mustBe(
      'jsonLines: its first argument',
      'a file that is not compressed',
      path,
      'Unpack it: there are no offsets in compressed files.',
    );
  const { chunkBytes = 256 * 1024, reset, bad = 'fail' } = readOptions(options, READERS, 'jsonLines');
  return new JsonLines<T>(new LineFile<T>(path, chunkBytes, bad), reset);
}

const READERS = { chunkBytes: wholeAbove0, reset: RESET, bad: badReader };

/** An offset, and what the bytes before it are known by: how many they are, and their checksum. */
interface FilePosition {
  readonly at: number;
  readonly tail: readonly [bytes: number, crc: number];
  /** How many lines before it were passed over. Left out: none. */
  readonly skipped?: number;
}

const START: FilePosition = { at: 0, tail: [0, 0] };
/** So many bytes before a position are looked at again. */
const TAIL = 256;

async function opened(path: string): Promise<FileHandle> {
  const bad = (cure: string): TidemarkError => mustBe('jsonLines: its first argument', 'the path of a file', path, cure);
  const file = await open(path, 'r').catch(error => {
    throw (error as { code?: unknown }).code === 'ENOENT' ? bad(`There is no ${path}.`) : error;
  });
  if (!(await file.stat()).isDirectory()) return file;
  await file.close();
  throw bad(`${path} is a folder.`);
}

/** A file, and what is made of its bad lines. */
class LineFile<T> {
  readonly path: string;
  readonly chunkBytes: number;
  /** In the reading that was opened last. */
  skipped = 0;
  readonly #bad: Exclude<JsonLinesOptions['bad'], undefined>;

  constructor(path: string, chunkBytes: number, bad: Exclude<JsonLinesOptions['bad'], undefined>) {
    this.path = path;
    this.chunkBytes = chunkBytes;
    this.#bad = bad;
  }

  source(pauses: boolean): ReplaySource<T, FilePosition> {
    const { path } = this;
    return {
      earliest: () => START,
      retains: position => holds(path, position),
      open: async ({ at, skipped = 0 } = START) => {
        const file = await opened(path);
        if (at > 0) await this.#checkEnd(file, at);
        return new LineReader<T>(this, file, at, skipped, pauses);
      },
    };
  }

  /** A line that was read before it had its line break must not have become longer: its other half would be a line of its own. */
  async #checkEnd(file: FileHandle, at: number): Promise<void> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, at - 1);
    if (bytesRead < 2 || buffer[0] === LINE_BREAK || buffer.toString('latin1', 1).trim() === '') return;
    await file.close();
    throw new TidemarkError(
      'NEEDS_OPERATOR',
      `jsonLines: ${this.path}, byte ${at}: the line before it was read when it was the last one and had no line break, and has been continued since. Run the job anew under another name; with atEnd: 'pause' such a line is left to the next run.`,
    );
  }

  /** A line that is no JSON. `unbroken`: no line break follows, the file ends with it. */
  pass(line: BadLine, unbroken: boolean): void {
    const { text, at, error } = line;
    if (this.#bad === 'fail') {
      const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
      const cure = unbroken
        ? "It is the last one and has no line break: is it still being written? With atEnd: 'pause' it would be left to the next run."
        : "Mend or remove it, or say bad: 'skip'.";
      throw new TidemarkError('BAD_VALUE', `jsonLines: ${this.path}, byte ${at}: the line is no JSON: ${shown}. ${cure}`, { cause: error });
    }
    if (this.#bad !== 'skip') this.#bad(line);
  }
}

/** Whether a file holds what it held when the position was taken. */
async function holds(path: string, { at, tail: [bytes, crc] }: FilePosition): Promise<boolean> {
  const file = await opened(path);
  try {
    const found = await file.read(Buffer.alloc(bytes), 0, bytes, at - bytes);
    return (await file.stat()).size >= at && found.bytesRead === bytes && crc32(found.buffer) === crc;
  } finally {
    await file.close();
  }
}

function wholeAbove0(value: number, where: string): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw mustBe(where, 'a whole number above 0', value);
}

function badReader(bad: JsonLinesOptions['bad'], where: string): Exclude<JsonLinesOptions['bad'], undefined> {
  if (bad === 'fail' || bad === 'skip' || typeof bad === 'function') return bad;
  throw mustBe(where, "'fail', 'skip' or a function", bad);
}

const LINE_BREAK = 10;

class LineReader<T> implements ReplayReader<T, FilePosition> {
  readonly #lines: LineFile<T>;
  readonly #file: FileHandle;
  readonly #pauses: boolean;
  /** Where the next bytes are read. */
  #at: number;
  /** How many lines were passed over. */
  #skipped: number;
  /** The beginning of a line whose end has not been read. */
  #begun: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(lines: LineFile<T>, file: FileHandle, from: number, skipped: number, pauses: boolean) {
    this.#lines = lines;
    this.#file = file;
    this.#at = from;
    this.#skipped = skipped;
    lines.skipped = skipped;
    this.#pauses = pauses;
  }

  async read(): Promise<ReplayBatch<T, FilePosition> | undefined> {
    while (!this.#ended) {
      const buffer = Buffer.allocUnsafe(this.#lines.chunkBytes);
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#at);
      const start = this.#at - this.#begun.length;
      this.#at += bytesRead;
      this.#ended = bytesRead === 0;
      const bytes = Buffer.concat([this.#begun, buffer.subarray(0, bytesRead)]);
      const end = this.#ended && !this.#pauses ? bytes.length : bytes.lastIndexOf(LINE_BREAK) + 1;
      this.#begun = bytes.subarray(end);
      const batch = this.#batchOf(bytes.subarray(0, end), start);
      if (batch) return batch;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Whole lines, the first of which begins at `start`. */
  #batchOf(bytes: Buffer, start: number): ReplayBatch<T, FilePosition> | undefined {
    const values: T[] = [];
    const positions: number[] = [];
    const skipped: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const found = bytes.indexOf(LINE_BREAK, at);
      const end = found < 0 ? bytes.length : found;
      const text = bytes.toString('utf8', at, end).trim();
      if (text !== '' && this.#parse(text, start + at, found < 0, values)) {
        positions.push(start + Math.min(end + 1, bytes.length));
        skipped.push(this.#skipped);
      }
      at = end + 1;
    }
    const positionAfter = (count: number): FilePosition => {
      const end = positions[count - 1] as number;
      const tail = bytes.subarray(Math.max(0, end - start - TAIL), end - start);
      const passed = skipped[count - 1] as number;
      return { at: end, tail: [tail.length, crc32(tail)], ...(passed > 0 && { skipped: passed }) };
    };
    return values.length === 0 ? undefined : { values, positionAfter };
  }

  /** Whether the line has a value, which is then the last of `values`. */
  #parse(text: string, at: number, unbroken: boolean, values: T[]): boolean {
    try {
      values.push(JSON.parse(text) as T);
      return true;
    } catch (error) {
      this.#lines.pass({ text, at, error }, unbroken);
      this.#lines.skipped = ++this.#skipped;
      return false;
    }
  }
}
