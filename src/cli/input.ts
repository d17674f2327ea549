/** Opens a file or standard input, finds out what it is, and gives its records, chunk by chunk. */
import { createReadStream, statSync } from 'node:fs';
import { CsvRecords } from './csv.js';
import { InputError } from './failure.js';
import { type Line, PlainLines } from './lines.js';
import type { Format } from './options.js';

/** The records that ended in one chunk of input. */
export interface Chunk {
  readonly format: Format;
  readonly records: Iterable<Line<string | readonly string[]>>;
  /** How many bytes have been read. */
  readonly bytes: number;
}

/** The size of a file in bytes, if it is one; throws an InputError if it cannot be read. */
export function sizeOf(file: string): number | undefined {
  if (file === '-') return undefined;
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw new InputError(`${file} is a directory.`);
    return stat.isFile() ? stat.size : undefined;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Reads as text in UTF-8. */
export async function* chunksOf(file: string, given: Format | undefined): AsyncGenerator<Chunk> {
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 18 });
  const decoder = new TextDecoder();
  let format = given ?? byName(file);
  let reader: PlainLines | CsvRecords | undefined;
  let bytes = 0;
  try {
    for await (const data of stream as AsyncIterable<Uint8Array>) {
      bytes += data.length;
      const text = decoder.decode(data, { stream: true });
      format ??= bySight(text);
      if (format === undefined) continue;
      reader ??= format === 'csv' ? new CsvRecords() : new PlainLines();
      yield { format, records: reader.push(text), bytes };
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  if (reader && format) {
    yield { format, records: reader.push(decoder.decode()), bytes };
    yield { format, records: reader.end(), bytes };
  }
}

function byName(file: string): Format | undefined {
  const extension = /\.(csv|tsv|jsonl|ndjson|json)$/i.exec(file)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : extension === 'csv' || extension === 'tsv' ? 'csv' : 'jsonl';
}

/** JSON lines begin with a brace (or, wrongly, with a bracket). */
function bySight(text: string): Format | undefined {
  const first = text.trimStart()[0];
  return first === undefined ? undefined : first === '{' || first === '[' ? 'jsonl' : 'csv';
}

function unreadable(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof InputError || code === undefined) return error;
  const why: Record<string, string> = { ENOENT: 'there is no such file', EACCES: 'no permission to read it' };
  return new InputError(`${file}: ${why[code] ?? code}.`);
}
