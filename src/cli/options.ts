/** The command line of `tidemark disorder`. */
import type { Duration } from '../time/duration.js';
import { millis } from '../time/duration.js';
import { UsageError } from './failure.js';
import { parsed } from './parsed.js';

export type Unit = 'ms' | 's' | 'us' | 'ns' | 'iso';
export type Format = 'csv' | 'jsonl';

/** What the command line says. */
export interface Options {
  readonly file: string;
  readonly event: string;
  readonly arrival: string | undefined;
  readonly source: string | undefined;
  readonly unit: Unit | undefined;
  readonly idle: number | undefined;
  readonly maxFuture: number | undefined;
  readonly format: Format | undefined;
  readonly json: boolean;
  readonly svg: string | undefined;
  readonly strict: boolean;
}

/** Reads the command line; undefined: the help is wanted. Throws a UsageError. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parsed(args, OPTIONS);
  if (values.help) return undefined;
  const [file, second] = positionals;
  if (file === undefined) throw new UsageError('FILE is missing; - is standard input.');
  if (second !== undefined) throw new UsageError(`one FILE at a time, but there is also '${second}'.`);
  if (!values.event) throw new UsageError('--event is missing: the field that says when it happened.');
  if (values.idle !== undefined && values.source === undefined) throw new UsageError('--idle is about sources: give --source too.');
  if (values['max-future'] !== undefined && values.arrival === undefined)
    throw new UsageError('--max-future is measured against --arrival: give it too.');
  return {
    file,
    event: values.event,
    arrival: values.arrival,
    source: values.source,
    unit: oneOf('--unit', values.unit, ['ms', 's', 'us', 'ns', 'iso']),
    idle: time('--idle', values.idle, 1),
    maxFuture: time('--max-future', values['max-future'], 0),
    format: oneOf('--format', values.format, ['csv', 'jsonl']),
    json: values.json,
    svg: values.svg,
    strict: values.strict,
  };
}

const OPTIONS = {
  event: { type: 'string' },
  arrival: { type: 'string' },
  source: { type: 'string' },
  unit: { type: 'string' },
  idle: { type: 'string' },
  'max-future': { type: 'string' },
  format: { type: 'string' },
  json: { type: 'boolean', default: false },
  svg: { type: 'string' },
  strict: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function oneOf<W extends string>(option: string, word: string | undefined, words: readonly W[]): W | undefined {
  if (word === undefined || words.includes(word as W)) return word as W | undefined;
  throw new UsageError(`${option} is ${words.slice(0, -1).join(', ')} or ${words.at(-1)}, but came as '${word}'.`);
}

function time(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  let read = -1;
  try {
    read = millis(text as Duration, option);
  } catch {
    // Said below.
  }
  if (read < least) throw new UsageError(`${option} is a time such as 500ms, 30s, 5m, 1h or 1d, but came as '${text}'.`);
  return read;
}
