/**
 * Runs the traces of files and folders: `npm run conformance -- PATH...`.
 * Each trace runs twice: as it is, and with a restart after every step. Exit code 0: all pass; 1: some fail; 2: nothing to run,
 * or a file is no trace file.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runTrace, type TraceFailure } from '../../src/testing/runTrace.js';
import { checkTrace, type Trace } from '../../src/testing/trace.js';

class Unusable extends Error {}

/** The trace files of a path: itself, or all *.json below the folder, in order of name. */
function filesOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new Unusable(`${path}: there is no such file or folder.`);
  if (!stat.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return filesOf(inner);
      return entry.name.endsWith('.json') ? [inner] : [];
    });
}

/** The traces of a file: an array of traces. */
function tracesOf(file: string): Trace[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Unusable(`${file}: not a trace file: ${(error as Error).message}`);
  }
  if (!Array.isArray(content)) throw new Unusable(`${file}: not a trace file: it must be an array of traces.`);
  return content.map(trace => {
    try {
      checkTrace(trace, file);
    } catch (error) {
      throw new Unusable(`not a trace file: ${(error as Error).message}`);
    }
    return trace;
  });
}

/** What went wrong with a trace, as text; undefined: nothing. */
function failureOf(trace: Trace): string | undefined {
  for (const restartAlways of [false, true]) {
    const pass = restartAlways ? ' (with a restart after every step)' : '';
    let failure: TraceFailure | undefined;
    try {
      [failure] = runTrace(trace, { restartAlways });
    } catch (error) {
      return `${pass}\n  ${(error as Error).message}`;
    }
    if (failure) {
      return `${pass}\n  step ${failure.step} ${JSON.stringify(failure.input)}\n  expected ${failure.expected}\n  got      ${failure.got}`;
    }
  }
  return undefined;
}

function main(paths: readonly string[]): number {
  if (paths.length === 0) throw new Unusable('Usage: npm run conformance -- PATH...   (trace files, or folders of them)');
  const files = paths.flatMap(filesOf);
  const traces = files.flatMap(file => tracesOf(file).map(trace => ({ file, trace })));
  if (traces.length === 0) throw new Unusable(`There is no trace in ${paths.join(', ')}.`);
  let failed = 0;
  const started = performance.now();
  let reported = started;
  for (const [i, { file, trace }] of traces.entries()) {
    const failure = failureOf(trace);
    if (failure !== undefined) {
      failed++;
      console.log(`FAILED ${file}: ${trace.name}${failure}`);
    }
    const now = performance.now();
    if (now - reported > 2_000) {
      reported = now;
      console.error(`... ${i + 1} of ${traces.length} traces`);
    }
  }
  console.log(`${traces.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Unusable)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
