/**
 * Runs schedules: `npm run simulate -- --runs N --seed S --workers W`; with `--kafka` of jobs from topic to topic. Each schedule has a number, from S on. The first failure is printed
 * with all that happened, and runs again, step for step the same, with `--seed THAT --runs 1`; `--steps` prints a single run that succeeds too.
 *
 * Exit codes: 0: nothing is wrong. 1: a schedule has failed, or so many were run that each rare state should have come and one did not.
 * 2: the command line is wrong.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runKafka } from './kafka/runSchedule.js';
import { kafkaScheduleOf } from './kafka/schedules.js';
import { KAFKA_SOMETIMES } from './kafka/sometimes.js';
import { Pool } from './pool.js';
import { runSchedule } from './runSchedule.js';
import { scheduleOf } from './schedules.js';
import { neverReached, SOMETIMES } from './sometimes.js';
import type { TaskResult } from './worker.js';

/** From so many on, each rare state must come. */
const ENOUGH = 20_000;
/** Milliseconds between two words on how it goes on. */
const WORD = 10_000;
const SHOWN = 20;

const OPTIONS = {
  runs: { type: 'string', default: '20000' },
  seed: { type: 'string', default: '1' },
  workers: { type: 'string', default: String(availableParallelism()) },
  steps: { type: 'boolean', default: false },
  kafka: { type: 'boolean', default: false },
} as const;

class Misuse extends Error {}

interface Arguments {
  readonly runs: number;
  readonly seed: number;
  readonly workers: number;
  readonly steps: boolean;
  readonly kafka: boolean;
}

function readArguments(): Arguments {
  try {
    const { values } = parseArgs({ options: OPTIONS });
    return {
      runs: wholeNumber('runs', values.runs),
      seed: wholeNumber('seed', values.seed),
      workers: wholeNumber('workers', values.workers),
      steps: values.steps,
      kafka: values.kafka,
    };
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Misuse(`--${name} must be a whole number of at least 1, not ${text}.`);
  return number;
}

async function main(): Promise<number> {
  const { runs, seed, workers, steps, kafka } = readArguments();
  if (runs === 1 && steps) return printed(seed, kafka);
  const pool = await Pool.open(Math.min(workers, runs));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const started = performance.now();
  let said = started;
  const on = (soFar: TaskResult) => {
    if (performance.now() - said < WORD) return;
    said = performance.now();
    console.error(progress(soFar, runs, said - started));
  };
  const result = await pool.simulate({ plan: kafka ? 'kafka' : 'seeds', first: seed, runs, on, signal: stop.signal });
  await pool.close();
  console.log(summary(result, seed, performance.now() - started));
  const missing = result.runs < ENOUGH ? [] : neverReached(result, kafka ? KAFKA_SOMETIMES : SOMETIMES);
  if (missing.length > 0) console.log(`never came to: ${missing.join(', ')}`);
  const [first] = result.failures;
  if (first) await printed(first.number, kafka);
  return first || missing.length > 0 ? 1 : 0;
}

/** Runs one again and prints it. */
async function printed(seed: number, kafka: boolean): Promise<number> {
  const plan = kafka ? kafkaScheduleOf(seed) : scheduleOf(seed);
  const { schedule, violations, refused } = await (kafka
    ? runKafka(kafkaScheduleOf(seed), {}, true)
    : runSchedule(scheduleOf(seed), {}, true));
  console.log(`\nschedule ${seed}: ${JSON.stringify(plan)}`);
  for (const line of schedule) console.log(`  ${line}`);
  if (refused !== undefined) console.log(`refused to start again: ${refused}`);
  console.log(violations.length > 0 ? violations.join('\n') : 'nothing is wrong');
  console.log(`again: npm run simulate --${kafka ? ' --kafka' : ''} --seed ${seed} --runs 1 --steps`);
  return violations.length > 0 ? 1 : 0;
}

function progress({ runs: done, failures }: TaskResult, runs: number, milliseconds: number): string {
  const left = (milliseconds / done) * (runs - done);
  return `${done} of ${runs}, ${failures.length} failed, ${((done / milliseconds) * 1000).toFixed(0)} a second, ${(left / 1000).toFixed(0)} s left`;
}

function summary({ runs, steps, failures, refused, reached }: TaskResult, seed: number, milliseconds: number): string {
  const times = Object.entries(reached).sort(([, a], [, b]) => b - a);
  return [
    `${runs} schedules from ${seed}, ${steps} steps in ${(milliseconds / 1000).toFixed(1)} s: ${failures.length} failed, ${refused} refused to start again`,
    ...times.map(([what, count]) => `  ${what}: ${count}`),
    ...failures.slice(0, SHOWN).map(({ number, violations }) => `schedule ${number}: ${violations[0]}`),
  ].join('\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Misuse)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
