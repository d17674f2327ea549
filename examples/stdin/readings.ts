/** From lines of text to readings. A bad line is named by its number and never silently lost. */
import type { Options } from './options.js';

/** One good line. */
export interface Reading {
  readonly line: number;
  readonly at: number;
  readonly key: string | number | boolean;
  readonly value: number;
  readonly source: string | number | boolean | undefined;
  /** When it came, if the recording says so. */
  readonly now: number | undefined;
}

type Fields = Pick<Options, 'time' | 'key' | 'value' | 'source' | 'clock'>;

/** Yields the readings of the lines. Blank lines are skipped; a bad one goes to `bad`, which may throw to stop. */
export async function* readings(lines: AsyncIterable<string>, fields: Fields, bad: (problem: Error) => void): AsyncGenerator<Reading> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    let reading: Reading;
    try {
      reading = parse(text, line, fields);
    } catch (problem) {
      bad(new Error(`line ${line}: ${(problem as Error).message}`));
      continue;
    }
    yield reading;
  }
}

function parse(text: string, line: number, fields: Fields): Reading {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    throw new Error(`not JSON: ${shorten(text)}`);
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) throw new Error(`not a JSON object: ${shorten(text)}`);
  const field = (name: string): unknown => {
    const value = (record as Record<string, unknown>)[name];
    if (value === undefined || value === null) throw new Error(`the field "${name}" is missing in ${shorten(text)}`);
    return value;
  };
  const { source, clock } = fields;
  return {
    line,
    at: time(field(fields.time), fields.time),
    key: word(field(fields.key), fields.key),
    value: number(field(fields.value), fields.value),
    source: source === undefined ? undefined : word(field(source), source),
    now: clock === undefined ? undefined : time(field(clock), clock),
  };
}

function time(value: unknown, name: string): number {
  const read = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof read === 'number' && Number.isSafeInteger(read)) return read;
  throw new Error(`"${name}" is neither whole milliseconds nor a date: ${JSON.stringify(value)}`);
}

function number(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Error(`"${name}" is not a number: ${JSON.stringify(value)}`);
}

function word(value: unknown, name: string): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new Error(`"${name}" is not a text, number or boolean: ${JSON.stringify(value)}`);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
