/**
 * `npm run bench -- [--quick] [--only NAME] [--jvm] [--databases] [--kafka] [--json FILE] [--compare FILE] [--svg FILE]`: measures each scenario in a process of
 * its own, so that none inherits what the others taught the compiler, and prints a table with target and figure. Exit code 1 when
 * contenders do not agree on their results or a scenario fails; never for timing. `--json` writes what was measured, `--compare`
 * reads such a file of a former run and shows what has changed, `--svg` draws the figures that are for show. `--jvm` also races
 * Flink and Kafka Streams, where Java 17 and Maven are at hand. `--databases` and `--kafka` do something else: see databases.ts
 * and kafka/races.ts.
 */
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareTable, readFigures } from './compare.js';
import { disagreements, type Figure, type Measured, measure } from './harness.js';
import { buildJvm } from './jvm.js';
import { picture } from './picture.js';
import { probe } from './probe.js';
import { figuresTable, jsonLines, tally, timesTable } from './report.js';
import { jvmNames, largeNames, names, prepare, quickNames } from './scenarios/all.js';
import { timed, timedRun } from './stopwatch.js';

const WARMUP = 3;

const WORDS = {
  title: 'tidemark, so many times as fast as',
  subtitle: 'Time per event, watermark and results included, of the same question in the same process. Logarithmic.',
  footnote: `Node ${process.version.slice(1)}. (*) By the time of arrival or in order alone: other results, where the others agree to the last one.`,
};

interface Report extends Measured {
  readonly name: string;
  readonly about: string;
}

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    jvm: { type: 'boolean', default: false },
    json: { type: 'string' },
    compare: { type: 'string' },
    svg: { type: 'string' },
    child: { type: 'string' },
    databases: { type: 'boolean', default: false },
    kafka: { type: 'boolean', default: false },
  },
});

if (options.databases) process.exitCode = await (await import('./databases.js')).databases();
else if (options.kafka) process.exitCode = await (await import('./kafka/races.js')).races(options.quick);
else if (options.child === undefined) process.exitCode = await parent();
else await child(options.child);

/** Measures one scenario and sends what it found to the parent. */
async function child(name: string): Promise<void> {
  const { gc } = globalThis;
  if (!gc) throw new Error('The garbage collector is out of reach: run node with --expose-gc.');
  const { quick } = options;
  const job = await prepare(name, quick);
  if (!job) throw new Error(`There is no scenario "${name}".`);
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  gc();
  let measured: Measured;
  if ('probe' in job) {
    const bytes = (): number => {
      gc();
      gc();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    measured = probe(job.probe, { passes: quick ? 3 : 4, time: timed, bytes, progress });
  } else if ('snapshots' in job) {
    measured = await job.snapshots.measure({ passes: quick ? 2 : 4, time: timed, progress });
  } else {
    // From here on the young generation only. A full collection also throws away compiled code that refers to objects of the
    // run before; each run would then measure its own recompilation, and the more so the more code is shared among pipelines.
    const collect = (): void => gc({ type: 'minor' });
    measured = await measure(job.race, { warmup: WARMUP, rounds: quick ? 5 : 9, time: timedRun, collect, progress });
  }
  const { about } = 'probe' in job ? job.probe : 'snapshots' in job ? job.snapshots : job.race;
  // Exits by itself, since the pipelines that a scenario left open may hold timers.
  process.send?.({ name, about, ...measured } satisfies Report, undefined, undefined, () => process.exit());
}

async function parent(): Promise<number> {
  let chosen = chosenNames();
  if (chosen.length === 0) {
    console.error(`No scenario is called ${options.only?.join(' or ')}. There are: ${[...names, ...jvmNames].join(', ')}.`);
    return 1;
  }
  // Read first: after a quarter of an hour it would be late to find that it cannot be.
  let former: Figure[] | undefined;
  try {
    if (options.compare !== undefined) former = readFigures(readFileSync(options.compare, 'utf8'), options.compare);
  } catch (error) {
    console.error(`--compare: ${(error as Error).message}`);
    return 1;
  }
  console.log(`Node ${process.version}, V8 ${process.versions.v8}; one process per scenario, contenders interleaved.`);
  console.log(`The first ${WARMUP} rounds are warm-up and do not count. Ratios are medians of paired runs; compare within a table only.`);
  if (options.quick) console.log('Quick: fewer scenarios, events and rounds, so more noise and more of the warm-up in the figures.');
  const missing = await withoutJvm(chosen);
  if (missing !== undefined) {
    console.log(`Flink and Kafka Streams were not run: ${missing}.`);
    chosen = chosen.filter(name => !jvmNames.includes(name));
  }
  const reports: Report[] = [];
  const failed: string[] = [];
  for (const [i, name] of chosen.entries()) {
    console.error(`[${i + 1}/${chosen.length}, after ${Math.round(performance.now() / 1_000)} s] ${name}`);
    const report = await spawn(name);
    if (report) reports.push(report);
    else failed.push(name);
  }
  for (const { name, about, rows } of reports) console.log(`\n${name}: ${about}\n${timesTable(rows)}`);
  const rows = reports.flatMap(report => report.rows);
  const figures = reports.flatMap(report => report.figures);
  console.log(`\n${figuresTable(figures)}\n\n${tally(figures)}`);
  const machine = { quick: options.quick, node: process.version, v8: process.versions.v8, warmup: WARMUP };
  if (options.json !== undefined) writeFileSync(options.json, jsonLines({ rows, figures }, machine));
  if (options.svg !== undefined) writeFileSync(options.svg, picture(figures, WORDS));
  if (former)
    console.log(
      `\nCompared with ${options.compare}; the noise is what the quartiles of either run span.\nOne process may be compiled otherwise than the next: believe a change that comes again.\n${compareTable(former, figures)}`,
    );
  const differing = disagreements(reports.flatMap(report => report.answers));
  for (const sentence of differing) console.error(`\n${sentence}`);
  if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}.`);
  return failed.length + differing.length > 0 ? 1 : 0;
}

function chosenNames(): readonly string[] {
  const { only, quick, jvm } = options;
  if (only) return [...names, ...largeNames, ...jvmNames].filter(name => only.includes(name));
  return [...(quick ? quickNames : names), ...(jvm ? jvmNames : [])];
}

/** Why scenarios of the JVM cannot be run; undefined when they can. */
async function withoutJvm(chosen: readonly string[]): Promise<string | undefined> {
  if (!chosen.some(name => jvmNames.includes(name))) return 'it takes --jvm';
  return buildJvm(line => console.error(line));
}

/** The report of a scenario from its own process; undefined, after a line on stderr, when it failed. */
function spawn(name: string): Promise<Report | undefined> {
  const args = ['--child', name, ...(options.quick ? ['--quick'] : [])];
  const running = fork(fileURLToPath(import.meta.url), args, { execArgv: process.execArgv });
  let report: Report | undefined;
  // It is deaf while it measures, and would go on alone.
  const stop = (): void => void running.kill('SIGKILL');
  process.once('SIGTERM', stop);
  running.on('message', message => {
    report = message as Report;
  });
  return new Promise(resolve => {
    running.on('exit', code => {
      process.off('SIGTERM', stop);
      if (code !== 0 || !report) console.error(`Scenario ${name} failed with exit code ${code}.`);
      resolve(code === 0 ? report : undefined);
    });
  });
}
