/** The command line of `tidemark checkpoints`. */
import { UsageError } from './failure.js';
import { timeOf } from './fields.js';
import { parsed } from './parsed.js';

/** The subcommands. */
export type Command = 'list' | 'show' | 'verify' | 'diff' | 'keys' | 'get' | 'export' | 'import' | 'pin' | 'gc';

/** The arguments that each takes: `?` may be left out. */
export const COMMANDS: Readonly<Record<Command, readonly string[]>> = {
  list: [],
  show: ['SEQ?'],
  verify: ['SEQ?'],
  diff: ['A', 'B'],
  keys: ['OPERATOR'],
  get: ['OPERATOR', 'KEY?'],
  export: ['FILE'],
  import: ['FILE'],
  pin: ['SEQ?'],
  gc: [],
};

/** Which subcommands take an option, beside those that all take: a misplaced one would silently do nothing. */
const TAKEN_BY: Readonly<Record<string, readonly Command[]>> = {
  at: ['keys', 'get', 'export'],
  window: ['keys', 'get'],
  prefix: ['keys'],
  limit: ['keys', 'get', 'diff'],
  'no-pin': ['show', 'verify', 'diff', 'keys', 'get', 'export'],
  anyway: ['export'],
  name: ['pin'],
  remove: ['pin'],
  keep: ['gc'],
  yes: ['gc'],
};

/** What the command line says. */
export interface CheckpointOptions {
  readonly command: Command;
  /** As they stand there. */
  readonly words: readonly string[];
  readonly storage: string;
  readonly job: string | undefined;
  readonly json: boolean;
  /** The number of a checkpoint, of an argument or of --at. */
  readonly seq: number | undefined;
  readonly window: number | undefined;
  readonly prefix: string | undefined;
  /** Infinity: all. */
  readonly limit: number;
  readonly pin: boolean;
  readonly anyway: boolean;
  readonly name: string;
  readonly remove: boolean;
  readonly keep: number | undefined;
  readonly yes: boolean;
}

/** Reads the command line behind `checkpoints`; a text is the subcommand whose help is wanted, '' that of all. Throws a UsageError. */
export function readCheckpointOptions(args: readonly string[]): CheckpointOptions | Command | '' {
  const { values, positionals } = parsed(args, OPTIONS);
  const [word, ...words] = positionals;
  const known = word !== undefined && Object.hasOwn(COMMANDS, word);
  if (values.help) return known ? (word as Command) : '';
  const names = Object.keys(COMMANDS).join(', ');
  if (word === undefined) throw new UsageError(`a command is missing: there is ${names}.`);
  if (!known) throw new UsageError(`there is no command 'checkpoints ${word}': there is ${names}.`);
  const command = word as Command;
  checkWords(command, words);
  for (const option of Object.keys(values))
    if (TAKEN_BY[option] && !TAKEN_BY[option].includes(command)) throw new UsageError(`checkpoints ${command} takes no --${option}.`);
  if (!values.storage) throw new UsageError('--storage is missing: where the checkpoints are, such as file:./state.');
  const takesSeq = COMMANDS[command].some(argument => argument === 'SEQ?');
  return {
    command,
    words,
    storage: values.storage,
    job: values.job,
    json: values.json ?? false,
    seq: takesSeq ? seqOf('SEQ', words[0]) : seqOf('--at', values.at),
    window: windowOf(values.window),
    prefix: values.prefix,
    limit: values.limit === undefined ? 50 : whole('--limit', values.limit, 0) || Infinity,
    pin: !values['no-pin'],
    anyway: values.anyway ?? false,
    name: pinName(values.name),
    remove: values.remove ?? false,
    keep: values.keep === undefined ? undefined : whole('--keep', values.keep, 1),
    yes: values.yes ?? false,
  };
}

/** The number of a checkpoint; undefined: none is said. */
export function seqOf(option: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : whole(option, text, 1);
}

const OPTIONS = {
  storage: { type: 'string', short: 's' },
  job: { type: 'string', short: 'j' },
  json: { type: 'boolean' },
  at: { type: 'string' },
  window: { type: 'string' },
  prefix: { type: 'string' },
  limit: { type: 'string' },
  'no-pin': { type: 'boolean' },
  anyway: { type: 'boolean' },
  name: { type: 'string' },
  remove: { type: 'boolean' },
  keep: { type: 'string' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function checkWords(command: Command, words: readonly string[]): void {
  const wanted = COMMANDS[command];
  const missing = wanted.slice(words.length).find(argument => !argument.endsWith('?'));
  if (missing) throw new UsageError(`checkpoints ${command}: ${missing} is missing.`);
  if (words.length > wanted.length) throw new UsageError(`checkpoints ${command}: '${words[wanted.length]}' is too much.`);
}

function whole(option: string, text: string, least: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`${option} is a whole number of at least ${least}, but came as '${text}'.`);
}

function windowOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = timeOf(text, undefined);
  if (time !== undefined) return time;
  throw new UsageError(`--window is a time: milliseconds since 1970, or 2024-03-09T16:00:00Z; but came as '${text}'.`);
}

function pinName(text = 'pin'): string {
  if (/^[A-Za-z0-9._-]{1,60}$/.test(text) && text !== 'reading') return text;
  throw new UsageError(`--name is up to 60 letters, digits, '.', '_' and '-', and not 'reading', but came as '${text}'.`);
}
