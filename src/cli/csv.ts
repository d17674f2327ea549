/**
 * CSV by RFC 4180, from text in pieces: fields in quotes may hold delimiters, line ends and doubled quotes. A quote that does not close,
 * or that text follows, spoils its own line only: reading goes on with the next. A line without quotes is merely split.
 */
import type { Line, LineReader } from './lines.js';

/** So many characters may be in one record: a quote that is never closed must not hold the rest of the file. */
const LONGEST = 1 << 20;

export class CsvRecords implements LineReader<readonly string[]> {
  readonly #longest: number;
  #delimiter: string | undefined;
  #text = '';
  /** Line at which `#text` begins. */
  #line = 1;

  /** Without a delimiter it is the one of comma, semicolon and tab that the first line holds most of. */
  constructor(delimiter?: string, longest: number = LONGEST) {
    this.#delimiter = delimiter;
    this.#longest = longest;
  }

  *push(text: string): Generator<Line<readonly string[]>> {
    this.#text += text;
    yield* this.#complete(false);
  }

  *end(): Generator<Line<readonly string[]>> {
    if (this.#text !== '' && !this.#text.endsWith('\n')) this.#text += '\n';
    yield* this.#complete(true);
  }

  *#complete(last: boolean): Generator<Line<readonly string[]>> {
    const text = this.#text;
    let at = 0;
    let quote = text.indexOf('"');
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      if (quote >= 0 && quote < at) quote = text.indexOf('"', at);
      const line = this.#line;
      if (quote < 0 || quote > end) {
        yield { line, value: plain(text, at, end).split(this.#delimiterOf(plain(text, at, end))) };
        this.#line += 1;
        at = end + 1;
        continue;
      }
      const record = quoted(text, at, this.#delimiterOf(plain(text, at, end)));
      if (record.open && !last && text.length - at <= this.#longest) break;
      if (record.problem === undefined) {
        yield { line, value: record.fields };
        for (let next = end; next >= 0 && next < record.end; next = text.indexOf('\n', next + 1)) this.#line += 1;
        at = record.end;
      } else {
        yield { line, value: [], problem: record.problem };
        this.#line += 1;
        at = end + 1;
      }
    }
    this.#text = text.slice(at);
  }

  #delimiterOf(line: string): string {
    this.#delimiter ??= [',', ';', '\t'].reduce((best, other) => (line.split(other).length > line.split(best).length ? other : best));
    return this.#delimiter;
  }
}

function plain(text: string, from: number, end: number): string {
  return text.slice(from, text[end - 1] === '\r' ? end - 1 : end);
}

interface QuotedRecord {
  readonly fields: readonly string[];
  /** Where the next record begins. */
  readonly end: number;
  readonly problem?: string;
  /** The text ends within it: more may make it whole. */
  readonly open?: boolean;
}

/** The record that begins at `from`, in which there is a quote. */
function quoted(text: string, from: number, delimiter: string): QuotedRecord {
  const fields: string[] = [];
  for (let at = from; ; ) {
    const field = text[at] === '"' ? inQuotes(text, at) : bare(text, at, delimiter);
    if (field.end < 0) return { fields, end: at, problem: 'a quote is not closed', open: true };
    fields.push(field.value);
    const next = text[field.end];
    if (next === delimiter) at = field.end + 1;
    else if (next === '\n') return { fields, end: field.end + 1 };
    else if (next === '\r' && text[field.end + 1] === '\n') return { fields, end: field.end + 2 };
    else if (next === undefined || (next === '\r' && text[field.end + 1] === undefined))
      return { fields, end: field.end, problem: 'it has no end', open: true };
    else return { fields, end: field.end, problem: 'text follows a quote that has closed' };
  }
}

interface Field {
  readonly value: string;
  /** Where it ends; -1: nowhere. */
  readonly end: number;
}

function inQuotes(text: string, at: number): Field {
  for (let close = text.indexOf('"', at + 1); close >= 0; close = text.indexOf('"', close + 2))
    if (text[close + 1] !== '"') return { value: text.slice(at + 1, close).replaceAll('""', '"'), end: close + 1 };
  return { value: '', end: -1 };
}

function bare(text: string, at: number, delimiter: string): Field {
  let end = at;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n') end++;
  if (text[end] === '\n' && text[end - 1] === '\r' && end > at) end--;
  return { value: text.slice(at, end), end };
}
