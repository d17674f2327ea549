import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tidemark-traces-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...paths: readonly string[]): { code: number | null; out: string; lastLine: string; err: string } {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/tsx'), [join(root, 'test/conformance/main.ts'), ...paths], {
    cwd: root,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '', err: stderr };
}

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** One window of one element; it passes if the sum that it expects is 3. */
function trace(name: string, value: number): object {
  return {
    name,
    spec: {
      window: { kind: 'tumbling', size: 10 },
      trigger: { kind: 'default' },
      accumulation: 'accumulating',
      allowedLateness: 0,
      aggregate: 'sum',
    },
    steps: [{ element: { key: 'k', value: 3, timestamp: 5 } }, { watermark: 10, panes: [{ key: 'k', value, start: 0, end: 10 }] }],
  };
}

describe('npm run conformance', { timeout: 60_000 }, () => {
  it('exits with 0 when all pass, files and folders alike', () => {
    mkdirSync(join(folder, 'good', 'inner'), { recursive: true });
    write('good/a.json', [trace('a', 3), trace('b', 3)]);
    write('good/inner/c.json', [trace('c', 3)]);
    write('good/notes.txt', 'no trace');
    const { code, lastLine } = run(join(folder, 'good'), write('d.json', [trace('d', 3)]));
    expect(lastLine).toBe('4 passed, 0 failed');
    expect(code).toBe(0);
  });

  it('exits with 1 when one fails, and prints its step, what it expects and what it got', () => {
    const { code, out, lastLine } = run(write('bad.json', [trace('right', 3), trace('wrong', 4)]));
    expect(out).toMatch(/FAILED .*bad\.json: wrong\n {2}step 2 \{"watermark":10,.*\n {2}expected .*"value":4.*\n {2}got .*"value":3/);
    expect(out).not.toContain('right');
    expect(lastLine).toBe('1 passed, 1 failed');
    expect(code).toBe(1);
  });

  it('exits with 1 when a trace asks for what the format does not have', () => {
    const odd = { ...trace('odd', 3), spec: { ...(trace('odd', 3) as { spec: object }).spec, trigger: { kind: 'sometimes' } } };
    const { code, out, lastLine } = run(write('odd.json', [odd]));
    expect(out).toContain('sometimes');
    expect(lastLine).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });

  it.each([
    ['a missing path', () => join(folder, 'nowhere.json'), 'nowhere.json: there is no such file or folder.'],
    ['an empty folder', () => mkdirSync(join(folder, 'empty'), { recursive: true }) ?? join(folder, 'empty'), 'There is no trace in'],
    ['a file without traces', () => write('none.json', []), 'There is no trace in'],
    ['what is no JSON', () => write('torn.json', '[{'), 'torn.json: not a trace file'],
    ['JSON that is no array', () => write('object.json', trace('a', 3)), 'it must be an array of traces'],
    ['an array of something else', () => write('numbers.json', [1, 2]), 'a trace must be an object'],
    ['a trace without steps', () => write('stepless.json', [{ ...trace('a', 3), steps: undefined }]), 'must have an array of steps'],
  ])('exits with 2 and says why for %s', (_what, path, message) => {
    const { code, out, err } = run(path());
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it('exits with 2 and says how to use it without a path', () => {
    const { code, err } = run();
    expect(err).toContain('Usage: npm run conformance -- PATH...');
    expect(code).toBe(2);
  });
});
