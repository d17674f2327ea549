/** The command `npm run simulate`: what it prints and how it ends. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function simulate(...options: readonly string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'test/simulation/main.ts', ...options], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

describe('simulate', { timeout: 60_000 }, () => {
  it('says how many schedules there were, and what they came to', () => {
    const { status, out } = simulate('--runs', '30', '--seed', '5', '--workers', '2');
    expect(status).toBe(0);
    expect(out).toMatch(/^30 schedules from 5, \d+ steps in [\d.]+ s: 0 failed, \d+ refused to start again\n {2}opened: 30\n/);
  });

  it('prints one schedule, the same each time', () => {
    const [first, second] = [1, 2].map(() => simulate('--runs', '1', '--seed', '7', '--steps'));
    expect(first?.status).toBe(0);
    expect(first?.out).toContain('again: npm run simulate -- --seed 7 --runs 1 --steps');
    expect(first?.out).toBe(second?.out);
  });

  it('runs jobs over Kafka too', () => {
    const { status, out } = simulate('--kafka', '--runs', '4', '--seed', '5', '--workers', '2');
    expect(status).toBe(0);
    expect(out).toMatch(/^4 schedules from 5, .*: 0 failed/);
    expect(simulate('--kafka', '--runs', '1', '--seed', '7', '--steps').out).toContain('again: npm run simulate -- --kafka --seed 7');
  });

  it('refuses what it does not understand', () => {
    expect(simulate('--runs', 'many')).toMatchObject({ status: 2, err: '--runs must be a whole number of at least 1, not many.\n' });
    expect(simulate('--sed', '1')).toMatchObject({ status: 2 });
  });
});
