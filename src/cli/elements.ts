/** From records to elements: the fields that were asked for, as times. What cannot be used has a sentence that says why. */
import { show } from '../errors.js';
import type { Element } from './arrivals.js';
import { InputError } from './failure.js';
import { fieldOf, isHuge, pathsOf, timeOf } from './fields.js';
import type { Chunk } from './input.js';
import type { Line } from './lines.js';
import type { Options } from './options.js';

type Wanted = Pick<Options, 'event' | 'arrival' | 'source' | 'unit'>;
type Read = (name: string) => unknown;

/** So many fields are named. */
const NAMED = 30;

/** Reads the records of one file. */
export class Elements {
  readonly #wanted: Wanted;
  /** The columns of a CSV file, from its first line. */
  #columns: readonly string[] | undefined;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  /** The element of a record; a text says why it is none; undefined: nothing is to be said (a blank line, the header). */
  read({ value, problem }: Line<string | readonly string[]>, format: Chunk['format']): Element | string | undefined {
    if (problem !== undefined) return problem;
    return format === 'csv' ? this.#ofRow(value as readonly string[]) : this.#ofText(value as string);
  }

  #ofText(text: string): Element | string | undefined {
    if (text.trim() === '') return undefined;
    let record: unknown;
    try {
      record = JSON.parse(text);
    } catch {
      return `it is not JSON: ${show(text)}`;
    }
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return `it is not one JSON object: ${show(text)}`;
    return this.#element(
      name => fieldOf(record, name),
      () => pathsOf(record),
    );
  }

  #ofRow(row: readonly string[]): Element | string | undefined {
    if (row.length === 1 && row[0]!.trim() === '') return undefined;
    if (this.#columns) {
      const columns = this.#columns;
      return this.#element(
        name => row[columns.indexOf(name)],
        () => columns.slice(0, row.length),
      );
    }
    this.#columns = row.map(name => name.trim());
    const { event, arrival, source } = this.#wanted;
    for (const name of [event, arrival, source])
      if (name !== undefined && !this.#columns.includes(name)) throw new InputError(`${noField(name, this.#columns)}.`);
    return undefined;
  }

  #element(read: Read, names: () => readonly string[]): Element | string {
    const { event, arrival, source, unit } = this.#wanted;
    for (const name of [event, arrival, source]) {
      const value = name === undefined ? '' : read(name);
      if (value === undefined || value === null) return noField(name as string, names());
    }
    const happened = timeOf(read(event), unit);
    if (happened === undefined) return noTime(event, read(event), unit);
    const came = arrival === undefined ? undefined : timeOf(read(arrival), unit);
    if (arrival !== undefined && came === undefined) return noTime(arrival, read(arrival), unit);
    return { event: happened, arrival: came, source: source === undefined ? undefined : read(source) };
  }
}

function noField(name: string, names: readonly string[]): string {
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
  return `there is no field '${name}'; there are: ${names.slice(0, NAMED).join(', ')}${more}`;
}

function noTime(name: string, value: unknown, unit: Options['unit']): string {
  if (unit !== 'iso' && isHuge(value)) return `'${name}' is out of range, ${show(value)}: try --unit ns`;
  const expected = unit === 'iso' ? 'a date such as 2024-03-09T16:00:00Z' : unit ? 'a number' : 'neither a number nor an ISO date';
  return unit ? `'${name}' is not ${expected}, but ${show(value)}` : `'${name}' is ${expected}, but ${show(value)}`;
}
