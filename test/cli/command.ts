/** Runs the built command as a child process, as a user does. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../built.js';

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `input`: what comes on standard input. Stops listening to the output after so many lines. */
export function tidemark(args: readonly string[], input: string | Uint8Array = '', headLines = Infinity): Promise<Run> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), ...args], { cwd: ROOT });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (out.split('\n').length > headLines) child.stdout.destroy();
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
    });
    child.stdin.on('error', () => {});
    child.on('error', failed);
    child.on('close', code => done({ code, out, err }));
    child.stdin.end(input);
  });
}
