/** A thread that runs schedules for a `Pool`. */
import { parentPort } from 'node:worker_threads';
import type { Bugs } from './bugs.js';
import type { KafkaBugs } from './kafka/bugs.js';
import { runKafka } from './kafka/runSchedule.js';
import { type KafkaOnly, kafkaScheduleOf } from './kafka/schedules.js';
import { runSchedule } from './runSchedule.js';
import { crashAt, type Only, type Schedule, scheduleOf } from './schedules.js';

/** Schedules by number, from one to another. */
export type Task = { readonly first: number; readonly runs: number } & (FileTask | KafkaTask);

interface FileTask {
  /** `seeds`: drawn; `steps`: one crash, before the step of that number, with its power going or not. */
  readonly plan: 'seeds' | 'steps';
  readonly only?: Only;
  readonly bugs?: Bugs;
}

/** Of jobs over Kafka, drawn. */
interface KafkaTask {
  readonly plan: 'kafka';
  readonly only?: KafkaOnly;
  readonly bugs?: KafkaBugs;
}

/** What became of them. */
export interface TaskResult {
  readonly runs: number;
  readonly steps: number;
  /** How many could not start again, and said so. */
  readonly refused: number;
  /** How often each rare state was come to. */
  readonly reached: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly number: number; readonly violations: readonly string[] }[];
}

function scheduleIn({ plan, only }: FileTask, number: number): Schedule {
  return plan === 'seeds' ? scheduleOf(number, only) : crashAt(Math.ceil(number / 2), number % 2 === 0);
}

/** Runs them. It must be alone in its thread: mistakes are made in the code that all share. */
export async function runTask(task: Task): Promise<TaskResult> {
  const reached: Record<string, number> = {};
  const failures: { number: number; violations: readonly string[] }[] = [];
  let steps = 0;
  let refused = 0;
  for (let number = task.first; number < task.first + task.runs; number++) {
    const result =
      task.plan === 'kafka'
        ? await runKafka(kafkaScheduleOf(number, task.only), task.bugs)
        : await runSchedule(scheduleIn(task, number), task.bugs);
    for (const what of result.reached) reached[what] = (reached[what] ?? 0) + 1;
    if (result.refused !== undefined) refused++;
    steps += result.steps;
    if (result.violations.length > 0) failures.push({ number, violations: result.violations });
  }
  return { runs: task.runs, steps, refused, reached, failures };
}

// Errors are part of what is simulated, and where they come from is of interest to nobody until one is looked at.
if (parentPort) Error.stackTraceLimit = 0;
parentPort?.on('message', (task: Task) => {
  runTask(task).then(
    result => parentPort?.postMessage({ result }),
    error => parentPort?.postMessage({ error: String(error?.stack ?? error) }),
  );
});
