import { expect, it } from 'vitest';
import { DISORDER_HELP, MAIN_HELP } from '../../src/cli/help.js';

it('names every option, the exit codes, and keeps to the width of a page', () => {
  const options = '--event --arrival --source --unit --idle --max-future --format --json --svg --strict --help'.split(' ');
  expect(options.filter(option => !DISORDER_HELP.includes(`\n  ${option} `))).toEqual([]);
  expect(DISORDER_HELP).toContain('Exit code: 0');
  expect(MAIN_HELP).toContain('tidemark disorder FILE');
  expect(Math.max(...DISORDER_HELP.split('\n').map(line => line.length))).toBeLessThanOrEqual(120);
});
