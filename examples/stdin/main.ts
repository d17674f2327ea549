/** Windows JSON lines from standard input: `npm run --silent example:stdin < examples/stdin/sensors.jsonl`. */
import { createInterface } from 'node:readline';
import {
  afterCount,
  afterWatermark,
  allOf,
  boundedOutOfOrderness,
  type Clock,
  count,
  eventTime,
  type LateRecord,
  max,
  mean,
  min,
  tumbling,
  windowBy,
} from 'tidemark';
import { manualClock } from 'tidemark/testing';
import { HELP, type Options, readOptions } from './options.js';
import { formatter } from './output.js';
import { type Reading, readings } from './readings.js';

/** How many bad lines and lost readings are named one by one; all are counted. */
const NAMED = 20;

const say = (text: string): unknown => process.stderr.write(`${text}\n`);

/** Names the first problems of a kind, and counts all. */
function tally(): { readonly add: (sentence: string) => void; readonly total: () => number } {
  let total = 0;
  return {
    add(sentence) {
      total += 1;
      if (total <= NAMED) say(sentence);
      if (total === NAMED) say('(further ones are only counted)');
    },
    total: () => total,
  };
}

/** The pipeline. */
function windows(
  source: AsyncIterable<Reading>,
  options: Options,
  late: { next(record: LateRecord<Reading>): void },
  clock: Clock | undefined,
) {
  return eventTime(source, {
    timestamp: reading => reading.at,
    watermark: boundedOutOfOrderness(options.bound),
    late,
    ...(options.source === undefined ? {} : { source: (reading: Reading) => reading.source, idleAfter: options.idle }),
    ...(clock ? { clock } : {}),
  }).pipe(
    windowBy(tumbling(options.window), {
      key: reading => reading.key,
      aggregate: allOf({
        count: count(),
        mean: mean((reading: Reading) => reading.value),
        min: min((reading: Reading) => reading.value),
        max: max((reading: Reading) => reading.value),
      }),
      trigger: afterWatermark({ late: afterCount(1) }),
      allowedLateness: options.late,
      late,
    }),
  );
}

function run(options: Options): void {
  const { head, line } = formatter(options.format);
  const [skipped, lost] = [tally(), tally()];
  const input = createInterface({ input: process.stdin, crlfDelay: Infinity });
  let interrupted = false;
  // The first ^C ends the input, so that what is known of the open windows is still said.
  process.once('SIGINT', () => {
    interrupted = true;
    input.close();
  });
  let [good, panes] = [0, 0];
  const bad = (problem: Error): void => {
    if (options.strict) throw problem;
    skipped.add(`${problem.message} (skipped)`);
  };
  const late = {
    next: ({ value, reason, by }: LateRecord<Reading>) =>
      lost.add(
        reason === 'future'
          ? `line ${value.line}: not counted, its time is ${by / 1000} s ahead of the clock`
          : `line ${value.line}: too late to count, ${by / 1000} s behind the watermark (${reason})`,
      ),
  };
  // One reader for good readings: it counts them, and moves the clock of a recording.
  const clock = options.clock === undefined ? undefined : manualClock(0);
  async function* source(): AsyncGenerator<Reading> {
    for await (const reading of readings(input, options, bad)) {
      good += 1;
      if (clock && reading.now !== undefined && reading.now > clock.now()) clock.advanceTo(reading.now);
      yield reading;
    }
  }
  if (head !== undefined) process.stdout.write(`${head}\n`);
  windows(source(), options, late, clock).subscribe({
    next: pane => {
      panes += 1;
      process.stdout.write(`${line(pane)}\n`);
    },
    error: (error: Error) => {
      say(error.message);
      process.exitCode = 1;
      input.close();
    },
    complete: () => {
      say(`readings: ${good}, panes: ${panes}, not counted: ${lost.total()}, bad lines skipped: ${skipped.total()}`);
      if (interrupted) process.exitCode = 130;
    },
  });
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has seen enough: `| head`.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
try {
  const options = readOptions(process.argv.slice(2), process.stdout.isTTY === true);
  if (options.help || process.stdin.isTTY) process.stdout.write(HELP);
  else run(options);
} catch (error) {
  say((error as Error).message);
  process.exitCode = 2;
}
