import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from '../checkpoint/crc32.js';
import { mustBe, readOptions, TidemarkError } from '../errors.js';
import { RESET, Replayable, type ReplayBatch, type ReplayReader, type ReplaySource, type ResetOptions } from './replayable.js';

/** What {@link jsonLines} takes. */
export interface JsonLinesOptions extends ResetOptions {
  /** Bytes read at once. Default 256 KiB. */
  readonly chunkBytes?: number;
}

/**
 * A file of JSON lines as a source with positions, which are offsets in bytes. Empty lines are passed over; a line that is no JSON ends the
 * stream by `BAD_VALUE`, which names the file and the offset. The last line needs no line break. Lines may be added between two runs,
 * never changed: a position knows the bytes before it, so that a file that has become shorter, or is another one, is found out. With
 * `reset: 'earliest'` such a file is read from its beginning, as one that has been rotated.
 *
 * @typeParam T - what a line holds; not checked
 * @throws TidemarkError `BAD_OPTION` at assembly; the job fails with `BAD_OPTION` if there is no such file, or it is a folder, and with
 * `NEEDS_OPERATOR` if the file is not the one that it was.
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
  if (path.endsWith('.gz'))
    throw mustBe(
      'jsonLines: its first argument',
      'a file that is not compressed',
      path,
      'Unpack it: there are no offsets in compressed files.',
    );
  const { chunkBytes = 256 * 1024, reset } = readOptions(options, { chunkBytes: wholeAbove0, reset: RESET }, 'jsonLines');
  const source: ReplaySource<T, FilePosition> = {
    earliest: () => START,
    retains: position => holds(path, position),
    open: async ({ at } = START) => new LineReader<T>(path, await opened(path), at, chunkBytes),
  };
  return new Replayable<T>(source, reset);
}

/** An offset, and what the bytes before it are known by: how many they are, and their checksum. */
interface FilePosition {
  readonly at: number;
  readonly tail: readonly [bytes: number, crc: number];
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

const LINE_BREAK = 10;

class LineReader<T> implements ReplayReader<T, FilePosition> {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #chunkBytes: number;
  /** Where the next bytes are read. */
  #at: number;
  /** The beginning of a line whose end has not been read. */
  #begun: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(path: string, file: FileHandle, from: number, chunkBytes: number) {
    this.#path = path;
    this.#file = file;
    this.#at = from;
    this.#chunkBytes = chunkBytes;
  }

  async read(): Promise<ReplayBatch<T, FilePosition> | undefined> {
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
  #batchOf(bytes: Buffer, start: number): ReplayBatch<T, FilePosition> | undefined {
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
    const positionAfter = (count: number): FilePosition => {
      const end = positions[count - 1] as number;
      const tail = bytes.subarray(Math.max(0, end - start - TAIL), end - start);
      return { at: end, tail: [tail.length, crc32(tail)] };
    };
    return values.length === 0 ? undefined : { values, positionAfter };
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
