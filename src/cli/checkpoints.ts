/** `tidemark checkpoints`: opens the storage, and hands on to the subcommand. */
import { CHECKPOINTS_HELP, HELP_OF } from './checkpointHelp.js';
import { type CheckpointOptions, type Command, readCheckpointOptions } from './checkpointOptions.js';
import type { CommandRun } from './checkpointRun.js';
import { diff, get, keys } from './inspectCheckpoint.js';
import { exportCheckpoint, gc, importCheckpoint, pin } from './keepCheckpoint.js';
import { list, show, verify } from './showCheckpoint.js';
import { storageAt } from './storageAt.js';

/** Where its words go. */
export interface Streams {
  readonly out: (text: string) => unknown;
  readonly err: (text: string) => unknown;
  /** Whether `err` is a terminal. */
  readonly terminal: boolean;
}

const PROCESS: Streams = {
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
};

const RUNS: Readonly<Record<Command, (run: CommandRun) => Promise<number>>> = {
  list,
  show,
  verify,
  diff,
  keys,
  get,
  export: exportCheckpoint,
  import: importCheckpoint,
  pin,
  gc,
};

/** Runs the command; gives the exit code. Throws a UsageError, an InputError or a TidemarkError. */
export async function checkpoints(args: readonly string[], streams: Streams = PROCESS): Promise<number> {
  const options: CheckpointOptions | Command | '' = readCheckpointOptions(args);
  if (typeof options === 'string') {
    streams.out(options === '' ? CHECKPOINTS_HELP : HELP_OF[options]);
    return 0;
  }
  const storage = await storageAt(options.storage, options.command === 'import');
  // Said when the pin has gone: whoever reads this may have seen enough, and end the process.
  const said: string[] = [];
  try {
    return await RUNS[options.command]({ ...streams, options, storage, out: text => said.push(text) });
  } finally {
    await storage.close();
    streams.out(said.join(''));
  }
}
