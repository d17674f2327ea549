#!/usr/bin/env node
/** The command `tidemark`: finds the subcommand, and turns what goes wrong into a sentence and an exit code. */
import { readFileSync } from 'node:fs';
import { TidemarkError } from '../errors.js';
import { checkpoints } from './checkpoints.js';
import { disorder } from './disorder.js';
import { InputError, UsageError } from './failure.js';
import { MAIN_HELP } from './help.js';
import { savepoint } from './savepoint.js';

const COMMANDS = ['disorder', 'checkpoints', 'savepoint'];
const THERE_IS = `there is ${COMMANDS.join(', ')}.`;

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === 'disorder') return disorder(rest);
  if (command === 'checkpoints') return checkpoints(rest);
  if (command === 'savepoint') return savepoint(rest);
  if (command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(MAIN_HELP);
    return 0;
  }
  if (command === '--version') {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    process.stdout.write(`${manifest.version}\n`);
    return 0;
  }
  throw new UsageError(command === undefined ? `a command is missing: ${THERE_IS}` : `there is no command '${command}': ${THERE_IS}`);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has seen enough: `| head`.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // What a storage says is told, not shown with its stack.
  if (!(error instanceof UsageError || error instanceof InputError || error instanceof TidemarkError)) throw error;
  process.stderr.write(`tidemark: ${error.message}\n`);
  const command = COMMANDS.find(name => name === process.argv[2]);
  if (error instanceof UsageError) process.stderr.write(`tidemark ${command ? `${command} ` : ''}--help says what there is.\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
