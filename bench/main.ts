/**
 * `npm run bench -- [--quick] [--only NAME] [--json FILE]`: measures each scenario in a process of its own, so that none
 * inherits what the others taught the compiler, and prints a table with target and figure. Exit code 1 when contenders
 * do not agree on their results or a scenario fails; never for timing.
 */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { disagreements, measure, type Row } from './harness.js';
import { jsonLines, table } from './report.js';
import { scenarios } from './scenarios/all.js';

const WARMUP = 3;

interface Report {
  readonly about: string;
  readonly rows: readonly Row[];
}

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    json: { type: 'string' },
    child: { type: 'string' },
  },
});

if (options.child === undefined) process.exitCode = await parent();
else child(options.child);

/** Measures one scenario and sends its rows to the parent. */
function child(name: string): void {
  const { gc } = globalThis;
  if (!gc) throw new Error('The garbage collector is out of reach: run node with --expose-gc.');
  const scenario = scenarios[name]?.(options.quick);
  if (!scenario) throw new Error(`There is no scenario "${name}".`);
  const rounds = options.quick ? 5 : 9;
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  gc();
  // From here on the young generation only. A full collection also throws away compiled code that refers to objects of the
  // run before; each run would then measure its own recompilation, and the more so the more code is shared among pipelines.
  const collect = (): void => gc({ type: 'minor' });
  const rows = measure(scenario, { warmup: WARMUP, rounds, now: () => performance.now(), collect, progress });
  // Exits by itself, since the pipelines that a scenario left open may hold timers.
  process.send?.({ about: scenario.about, rows } satisfies Report, undefined, undefined, () => process.exit());
}

async function parent(): Promise<number> {
  const names = Object.keys(scenarios).filter(name => options.only?.includes(name) ?? true);
  if (names.length === 0) {
    console.error(`No scenario is called ${options.only?.join(' or ')}. There are: ${Object.keys(scenarios).join(', ')}.`);
    return 1;
  }
  console.log(`Node ${process.version}, V8 ${process.versions.v8}; one process per scenario, contenders interleaved.`);
  console.log(`The first ${WARMUP} rounds are warm-up and do not count. Ratios are medians of paired runs; compare within a table only.`);
  if (options.quick) console.log('Quick: fewer events and rounds, so more noise and more of the warm-up in the figures.');
  const reports: Report[] = [];
  let failed = false;
  for (const name of names) {
    const report = await spawn(name);
    if (report) reports.push(report);
    else failed = true;
  }
  const rows = reports.flatMap(report => report.rows);
  for (const report of reports) console.log(`\n${report.rows[0]?.scenario}: ${report.about}\n${table(report.rows)}`);
  const machine = { quick: options.quick, node: process.version, v8: process.versions.v8, warmup: WARMUP };
  if (options.json !== undefined) writeFileSync(options.json, jsonLines(rows, machine));
  const differing = disagreements(rows);
  for (const sentence of differing) console.error(`\n${sentence}`);
  return failed || differing.length > 0 ? 1 : 0;
}

/** The report of a scenario from its own process; undefined, after a line on stderr, when it failed. */
function spawn(name: string): Promise<Report | undefined> {
  const args = ['--child', name, ...(options.quick ? ['--quick'] : [])];
  const running = fork(fileURLToPath(import.meta.url), args, { execArgv: process.execArgv });
  let report: Report | undefined;
  running.on('message', message => {
    report = message as Report;
  });
  return new Promise(resolve => {
    running.on('exit', code => {
      if (code !== 0 || !report) console.error(`Scenario ${name} failed with exit code ${code}.`);
      resolve(code === 0 ? report : undefined);
    });
  });
}
