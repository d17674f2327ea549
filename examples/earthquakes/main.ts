/**
 * A week of real earthquakes, replayed in the order in which word of them arrived: `npm start`.
 * Panes as they come, then who counted right, and a picture of it all.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { dayText } from '../plane/scale.js';
import { byArrival, DAY, type Days, dayOf, score, truth, windowName, wrongDay } from './compare.js';
import { longestDelay, outOfOrder, type Quake, readFeed } from './feed.js';
import { earthquakePage } from './picture.js';
import { finalDays, onTimeDays, type Replay, replay, type Settings } from './replay.js';
import { hours, type Paint, painter, Table, verdict } from './table.js';

const HELP = `Replays a week of the USGS earthquake feed in order of arrival, counted per network and day by event time.

  --fast              no pauses
  --speed <n>         days of the feed per second (default 2)
  --top <n>           show the panes of the n busiest networks, count the others (default 2)
  --all               show the panes of all networks
  --bound <hours>     how far a network's watermark stays behind its latest quake (default 48)
  --idle <hours>      after what silence a network no longer holds the others back (default 12)
  --early <hours>     how often an open day is said early (default 12)
  --lateness <hours>  how long after the watermark a day can still be corrected
                      (default: the longest delay of the recording less the bound, in whole days)
  --out <file>        where the picture goes (default build/earthquakes.html)
  --no-color          plain text
  --help              this text
`;
const HOUR = 3_600_000;

function readFlags() {
  const { values } = parseArgs({
    options: {
      fast: { type: 'boolean', default: false },
      speed: { type: 'string', default: '2' },
      top: { type: 'string', default: '2' },
      all: { type: 'boolean', default: false },
      bound: { type: 'string', default: '48' },
      idle: { type: 'string', default: '12' },
      early: { type: 'string', default: '12' },
      lateness: { type: 'string' },
      out: { type: 'string', default: 'build/earthquakes.html' },
      'no-color': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}

type Flags = ReturnType<typeof readFlags>;

function number(flags: Flags, name: 'speed' | 'top' | 'bound' | 'idle' | 'early' | 'lateness', atLeast: number): number {
  const value = Number(flags[name]);
  if (!(value >= atLeast && value < Infinity))
    throw new RangeError(`--${name} takes a number of at least ${atLeast}, but came as '${flags[name]}'.`);
  return value;
}

/** Long enough that nothing is dropped: the watermark is always at least the bound behind the clock. */
function safeLateness(quakes: readonly Quake[], bound: number): number {
  return Math.max(0, Math.ceil((longestDelay(quakes) - bound) / DAY) * DAY);
}

function settingsOf(flags: Flags, quakes: readonly Quake[]): Settings {
  const bound = number(flags, 'bound', 0) * HOUR;
  const lateness = flags.lateness === undefined ? safeLateness(quakes, bound) : number(flags, 'lateness', 0) * HOUR;
  return { bound, lateness, idle: number(flags, 'idle', 0.01) * HOUR, early: number(flags, 'early', 0.01) * HOUR };
}

function introduction(quakes: readonly Quake[], networks: readonly string[], settings: Settings, paint: Paint): string {
  const disorder = ((outOfOrder(quakes) / quakes.length) * 100).toFixed(1);
  return (
    `${paint('bold', `${quakes.length.toLocaleString('en')} earthquakes of ${networks.length} networks, ${disorder} % of them out of order`)}\n` +
    `Each counts for its network on the day (UTC) on which it happened. A network's watermark stays ${hours(settings.bound)} behind its\n` +
    `latest quake; after ${hours(settings.idle)} of silence it holds nobody back. A day is said early every ${hours(settings.early)}, then on time, and once\n` +
    `more for each correction within ${hours(settings.lateness)}. (The longest delay of the recording is ${hours(longestDelay(quakes))}: what exceeds\n` +
    'the bound must fit into the allowed lateness, or quakes are lost.)\n\n'
  );
}

/** What was dropped, and what the days lack for it. */
function losses({ drops }: Replay, expected: Days): string {
  if (drops.length === 0) return 'Nothing was dropped.';
  const lacking = new Map<string, number>();
  for (const { record } of drops) {
    const window = windowName(record.value.net, dayOf(record.timestamp));
    lacking.set(window, (lacking.get(window) ?? 0) + 1);
  }
  const days = [...lacking].map(([window, quakes]) => {
    const [net, day] = window.split('@');
    return `  ${net} on ${dayText(Number(day))} lacks ${quakes} of ${expected.get(window)?.quakes} quakes`;
  });
  return `${drops.length} quakes came too late to count; a longer --lateness keeps them:\n${days.join('\n')}`;
}

function conclusion(quakes: readonly Quake[], result: Replay, paint: Paint): string {
  const expected = truth(quakes);
  const panes = (timing: string): number => result.firings.filter(({ pane }) => pane.timing === timing).length;
  return (
    `\n${paint('bold', 'Who counted right?')} ${paint('dim', 'Count, mean and maximum of each network and day, against the sorted data')}\n` +
    verdict('RxJS bufferTime, by arrival', score(expected, byArrival(quakes)), paint) +
    verdict('tidemark, the on-time panes alone', score(expected, onTimeDays(result)), paint) +
    verdict('tidemark, the last pane of each window', score(expected, finalDays(result)), paint) +
    `\nBy arrival, ${wrongDay(quakes)} quakes count on a day on which they did not happen.\n` +
    `tidemark: ${panes('early')} early panes, ${panes('on-time')} on-time, ${panes('late')} late. ${losses(result, expected)}\n`
  );
}

function busiest(quakes: readonly Quake[]): string[] {
  const counts = new Map<string, number>();
  for (const { net } of quakes) counts.set(net, (counts.get(net) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([net]) => net);
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(HELP);
    return;
  }
  const quakes = readFeed();
  const networks = busiest(quakes);
  const settings = settingsOf(flags, quakes);
  const paint = painter(process.stdout.isTTY === true && !flags['no-color'] && !process.env.NO_COLOR);
  const shown = new Set(flags.all ? networks : networks.slice(0, number(flags, 'top', 0)));
  const pause = pacer(flags.fast ? Infinity : number(flags, 'speed', 0.01));
  process.stdout.write(introduction(quakes, networks, settings, paint));
  const table = new Table(process.stdout, paint, shown);
  const result = await replay(quakes, settings, {
    async before(quake, index) {
      await pause(quake.updated);
      table.progress(quake, index, quakes.length);
    },
    pane: firing => table.pane(firing),
    drop: drop => table.drop(drop),
    end: at => table.end(at),
  });
  table.close();
  process.stdout.write(conclusion(quakes, result, paint));
  const file = resolve(flags.out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, earthquakePage(quakes, networks, result));
  process.stdout.write(`The whole week as a picture: ${pathToFileURL(file).href}\n`);
}

/** Waits so that the feed runs at that many days per second; short waits are saved up, for timers are coarse. */
function pacer(daysPerSecond: number): (time: number) => Promise<void> {
  let began: { feed: number; wall: number } | undefined;
  return async time => {
    if (daysPerSecond === Infinity) return;
    began ??= { feed: time, wall: performance.now() };
    const wait = ((time - began.feed) / DAY / daysPerSecond) * 1000 - (performance.now() - began.wall);
    if (wait > 20) await new Promise(done => setTimeout(done, wait));
  };
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.on('SIGINT', () => {
  process.stdout.write('\n');
  process.exit(130);
});
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
