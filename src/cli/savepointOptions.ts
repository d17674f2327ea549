/** The command line of `tidemark savepoint`. */
import { UsageError } from './failure.js';
import { parsed } from './parsed.js';

/** The subcommands, with the arguments that each takes. */
export const SAVEPOINT_COMMANDS = { plan: ['SAVEPOINT', 'MODULE'], show: ['SAVEPOINT'] } as const;

export type SavepointCommand = keyof typeof SAVEPOINT_COMMANDS;

/** What the command line says. */
export interface SavepointOptions {
  readonly command: SavepointCommand;
  /** A file, or a storage. */
  readonly from: string;
  /** Empty: the command takes none. */
  readonly module: string;
  /** Undefined: `default`, or the only stream that it exports. */
  readonly exported: string | undefined;
  readonly job: string | undefined;
  readonly label: string | undefined;
  readonly allowDropped: readonly string[];
  readonly json: boolean;
}

/** Reads the command line behind `savepoint`; undefined: the help is wanted. Throws a UsageError. */
export function readSavepointOptions(args: readonly string[]): SavepointOptions | undefined {
  const { values, positionals } = parsed(args, OPTIONS);
  if (values.help) return undefined;
  const [word, ...words] = positionals;
  const names = Object.keys(SAVEPOINT_COMMANDS).join(', ');
  if (word === undefined) throw new UsageError(`a command is missing: there is ${names}.`);
  if (!Object.hasOwn(SAVEPOINT_COMMANDS, word)) throw new UsageError(`there is no command 'savepoint ${word}': there is ${names}.`);
  const command = word as SavepointCommand;
  const wanted = SAVEPOINT_COMMANDS[command];
  const missing = wanted[words.length];
  if (missing) throw new UsageError(`savepoint ${command}: ${missing} is missing.`);
  if (words.length > wanted.length) throw new UsageError(`savepoint ${command}: '${words[wanted.length]}' is too much.`);
  for (const option of ['export', 'allow-dropped'] as const)
    if (command === 'show' && values[option] !== undefined) throw new UsageError(`savepoint show takes no --${option}.`);
  const [from = '', module = ''] = words;
  if (!isStorage(from) && (values.job ?? values.label) !== undefined)
    throw new UsageError('--job and --label are about a storage, such as file:./state; a savepoint in a file stands alone.');
  if (values.job !== undefined && values.label !== undefined) throw new UsageError('--job or --label, not both.');
  if (command === 'show' && isStorage(from) && values.label === undefined)
    throw new UsageError('--label is missing: the savepoint in the storage. For checkpoints there is tidemark checkpoints show.');
  return {
    command,
    from,
    module,
    exported: values.export,
    job: values.job,
    label: values.label,
    allowDropped: values['allow-dropped'] ?? [],
    json: values.json ?? false,
  };
}

/** Whether an argument names a storage, and not a file. */
export function isStorage(text: string): boolean {
  return /^(file|lmdb|s3):/.test(text);
}

const OPTIONS = {
  export: { type: 'string', short: 'e' },
  job: { type: 'string', short: 'j' },
  label: { type: 'string', short: 'l' },
  'allow-dropped': { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
