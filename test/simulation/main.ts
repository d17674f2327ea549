/**
 * Runs schedules: `npm run simulate -- --runs N --seed S`. Each schedule has a number, from S on; a failure is printed with its number and
 * all that happened, and runs again with `--seed THAT --runs 1`. Exit code 1: at least one has failed.
 */
import { parseArgs } from 'node:util';
import { runSchedule } from './runSchedule.js';
import { scheduleOf } from './schedules.js';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } } });
const runs = Number(values.runs);
const first = Number(values.seed);
const reached = new Map<string, number>();
const started = performance.now();
let failed = 0;
let refused = 0;
let steps = 0;
for (let seed = first; seed < first + runs; seed++) {
  const result = await runSchedule(scheduleOf(seed));
  for (const what of result.reached) reached.set(what, (reached.get(what) ?? 0) + 1);
  if (result.refused !== undefined) refused++;
  steps += result.steps;
  if (result.violations.length > 0 && failed++ < 3) {
    const again = await runSchedule(scheduleOf(seed), {}, true);
    console.log(
      `schedule ${seed}: ${JSON.stringify(scheduleOf(seed))}\n${again.schedule.map(line => `  ${line}\n`).join('')}${again.violations.join('\n')}\n`,
    );
  }
  if ((seed - first + 1) % 2000 === 0) console.log(`${seed - first + 1} of ${runs}, ${failed} failed`);
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${runs} schedules from ${first}, ${steps} steps in ${seconds.toFixed(1)} s: ${failed} failed, ${refused} refused to start again`,
);
console.log(
  [...reached]
    .sort(([, a], [, b]) => b - a)
    .map(([what, count]) => `  ${what}: ${count}`)
    .join('\n'),
);
process.exitCode = failed > 0 ? 1 : 0;
