import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHECKPOINTS_HELP, HELP_OF } from '../../src/cli/checkpointHelp.js';
import { COMMANDS, type Command, readCheckpointOptions } from '../../src/cli/checkpointOptions.js';
import { ROOT } from '../built.js';

const commands = Object.keys(COMMANDS) as Command[];

it('has an example of each command, exit codes, and keeps to the width of a page', () => {
  for (const command of commands) {
    for (const text of [CHECKPOINTS_HELP, HELP_OF[command]]) {
      expect(text).toContain(`\n  tidemark checkpoints ${command} `);
      expect(text).toContain('Exit code: 0');
      expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(120);
    }
  }
});

it('shows examples that the command line takes, and every option that a command has', () => {
  const guide = readFileSync(join(ROOT, 'docs', 'cli.md'), 'utf8');
  for (const text of [CHECKPOINTS_HELP, ...Object.values(HELP_OF), guide]) {
    for (const [, line = ''] of text.matchAll(/^(?: {2}|(?:\$ )?npx )tidemark checkpoints ([a-z].*?)(?: {3,}.*)?$/gm)) {
      const words = line.match(/'[^']*'|\S+/g)?.map(word => word.replace(/^'|'$/g, '')) ?? [];
      expect(() => readCheckpointOptions(words), line).not.toThrow();
    }
  }
  const options = {
    keys: 'at window prefix limit',
    get: 'at window limit',
    diff: 'limit',
    export: 'at anyway',
    pin: 'name remove',
    gc: 'keep yes',
  };
  for (const [command, names] of Object.entries(options))
    for (const name of names.split(' ')) expect(HELP_OF[command as Command]).toMatch(new RegExp(`\n  --${name} `));
  for (const name of ['--storage', '--job', '--json', '--no-pin', '--help']) expect(CHECKPOINTS_HELP).toContain(name);
});
