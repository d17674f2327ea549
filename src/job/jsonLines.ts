import { type FileHandle, open } from 'node:fs/promises';
import { checkOptions, mustBe, TidemarkError } from '../errors.js';
import { Replayable, type ReplayBatch, type ReplayReader } from './replayable.js';

/** What {@link jsonLines} takes. */
export interface JsonLinesOptions {
  /** Bytes read at once. Default 256 KiB. */
  readonly chunkBytes?: number;
}

/**
 * A file of JSON lines as a source with positions, which are offsets in bytes. Empty lines are passed over; a line that is no JSON ends the
 * stream by `BAD_VALUE`, which names the file and the offset. The last line needs no line break. Lines may be added between two runs,
 * never changed.
 *
 * @typeParam T - what a line holds; not checked
 * @throws TidemarkError `BAD_OPTION` at assembly; on the stream if the file is shorter than the position to go on from.
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
export function jsonLines<T>(path: string, options: JsonLinesOptions = {}): Replayable<T> {
  if (typeof path !== 'string' || path === '') throw mustBe('jsonLines: its first argument', 'the path of a file', path);
  checkOptions(options, ['chunkBytes'], 'jsonLines');
  if (path.endsWith('.gz'))
    throw mustBe(
      'jsonLines: its first argument',
      'a file that is not compressed',
      path,
      'Unpack it: there are no offsets in compressed files.',
    );
  const { chunkBytes = 256 * 1024 } = options;
  if (!(Number.isSafeInteger(chunkBytes) && chunkBytes > 0)) throw mustBe('jsonLines: chunkBytes', 'a whole number above 0', chunkBytes);
  return new Replayable<T>({ open: async (from = 0) => LineReader.open<T>(path, from, chunkBytes) });
}

const LINE_BREAK = 10;

class LineReader<T> implements ReplayReader<T, number> {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #chunkBytes: number;
  /** Where the next bytes are read. */
  #at: number;
  /** The beginning of a line whose end has not been read. */
  #begun: Buffer = Buffer.alloc(0);
  #ended = false;

  static async open<T>(path: string, from: number, chunkBytes: number): Promise<LineReader<T>> {
    const file = await open(path, 'r');
    const { size } = await file.stat();
    if (size >= from) return new LineReader<T>(path, file, from, chunkBytes);
    await file.close();
    throw new TidemarkError(
      'BAD_OPTION',
      `jsonLines: ${path} has ${size} bytes, and the job stands behind ${from}. Bring back the file as it was, or run the job anew under another name.`,
    );
  }

  constructor(path: string, file: FileHandle, from: number, chunkBytes: number) {
    this.#path = path;
    this.#file = file;
    this.#at = from;
    this.#chunkBytes = chunkBytes;
  }

  async read(): Promise<ReplayBatch<T, number> | undefined> {
    while (!this.#ended) {
      const buffer = Buffer.allocUnsafe(this.#chunkBytes);
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#at);
      const start = this.#at - this.#begun.length;
      this.#at += bytesRead;
      this.#ended = bytesRead === 0;
      const bytes = Buffer.concat([this.#begun, buffer.subarray(0, bytesRead)]);
      const end = this.#ended ? bytes.length : bytes.lastIndexOf(LINE_BREAK) + 1;
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
  #batchOf(bytes: Buffer, start: number): ReplayBatch<T, number> | undefined {
    const values: T[] = [];
    const positions: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const found = bytes.indexOf(LINE_BREAK, at);
      const end = found < 0 ? bytes.length : found;
      const text = bytes.toString('utf8', at, end).trim();
      if (text !== '') {
        values.push(this.#parse(text, start + at));
        positions.push(start + Math.min(end + 1, bytes.length));
      }
      at = end + 1;
    }
    return values.length === 0 ? undefined : { values, positionAfter: count => positions[count - 1] as number };
  }

  #parse(text: string, at: number): T {
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
      throw new TidemarkError('BAD_VALUE', `jsonLines: ${this.#path}, byte ${at}: the line is no JSON: ${shown}. Mend or remove it.`, {
        cause: error,
      });
    }
  }
}
