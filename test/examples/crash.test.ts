import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

it('shows that a job that is killed commits what an undisturbed one does', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/crash/main.ts', '7'], { cwd: root });
  let out = '';
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  const code = await new Promise(resolve => child.on('close', resolve));
  expect(out).toMatch(/killed behind checkpoint/);
  expect(out).toMatch(/rows committed: 78 undisturbed, 78 with crashes: the same, each once/);
  expect(code).toBe(0);
});
