/**
 * `npm run example:what-if [-- 30m 45m]`: what if a swarm of earthquakes ended after another silence? Both programs read the recorded feed once,
 * side by side, with the first one running a second time as control.
 */
import { parseArgs } from 'node:util';
import { type Duration, replayable, TidemarkError, whatIf } from 'tidemark';
import { type Quake, readFeed } from '../earthquakes/feed.js';
import { type Paint, painter } from '../earthquakes/table.js';
import { clockText, dayText } from '../plane/scale.js';
import { type Growth, greatest, type SwarmPane, swarms } from './swarms.js';

const HELP = `usage: npm run example:what-if [-- BASE VARIANT] [--top <n>]

What if a swarm of earthquakes ended after VARIANT of silence (default 45m), and not after BASE (default 30m)?

  --top <n>    show the n swarms that change most (default 10)
  --no-color   plain text
  --help       this text
`;
const WIDTH = 24;

/** `██████░░░░`: quakes of the base, and those that the variant adds; `▒`: those that it lacks. */
function bar(before: number, after: number, largest: number): string {
  const cells = (quakes: number): number => Math.round((quakes / largest) * WIDTH);
  const common = Math.max(1, cells(Math.min(before, after)));
  const whole = Math.max(common + 1, cells(Math.max(before, after)));
  return '█'.repeat(common) + (after > before ? '░' : '▒').repeat(whole - common);
}

function strength({ value: { strongest } }: SwarmPane): string {
  return (strongest ?? 0).toFixed(1);
}

function line({ key, base, variant }: Growth, largest: number, paint: Paint): string {
  const { start } = base.window;
  const [before, after] = [base.value.quakes, variant.value.quakes];
  const change = `${after > before ? '+' : ''}${after - before}`;
  const cells = [
    String(key).padEnd(5),
    paint('dim', `${dayText(start)} ${clockText(Math.floor(start / 60_000) * 60_000)}`.padEnd(14)),
    String(before).padStart(6),
    String(after).padStart(9),
    paint(after > before ? 'green' : 'yellow', change.padStart(6)),
    `${strength(base).padStart(7)} ${paint('dim', '→')} ${strength(variant).padEnd(6)}`,
    paint('blue', bar(before, after, largest)),
  ];
  return cells.join('');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { top: { type: 'string', default: '10' }, 'no-color': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) return void process.stdout.write(HELP);
  const [before = '30m', after = '45m'] = positionals as Duration[];
  const most = Number(values.top);
  if (!Number.isSafeInteger(most) || most < 0) throw new RangeError(`--top takes a whole number, but came as '${values.top}'.`);
  const paint = painter(process.stdout.isTTY === true && !values['no-color'] && !process.env.NO_COLOR);
  const quakes = readFeed();
  const feed = replayable<Quake>(quakes);
  const report = await whatIf(swarms(feed, before), swarms(feed, after), { keep: quakes.length }).report;
  const { same, different, onlyBase, onlyVariant } = report.counts;
  const top = greatest(report.differences, most);
  const largest = Math.max(...top.flatMap(({ base, variant }) => [base.value.quakes, variant.value.quakes]));
  console.log(`${paint('bold', `What if a swarm of earthquakes ended after ${after} of silence, and not after ${before}?`)}\n`);
  console.log(report.toString(0));
  console.log(
    `${same + different + onlyBase} swarms become ${same + different + onlyVariant}.${top.length > 0 ? ' Those that change most:' : ''}\n`,
  );
  if (top.length === 0) return;
  console.log(paint('bold', `net  begins          ${String(before).padStart(5)}${String(after).padStart(9)}   more   strongest`));
  for (const growth of top) console.log(line(growth, largest, paint));
}

try {
  await main();
} catch (error) {
  const usage =
    error instanceof TidemarkError || error instanceof RangeError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  if (!usage) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}
