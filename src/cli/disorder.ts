/** `tidemark disorder`: reads, measures, says what it found. Memory does not grow with the file, unless --arrival has it sorted. */
import { writeFileSync } from 'node:fs';
import { drawDisorder } from '../disorder/drawDisorder.js';
import { type DisorderOptions, measureDisorder } from '../disorder/measureDisorder.js';
import { countText } from '../disorder/words.js';
import { Arrivals, type Element } from './arrivals.js';
import { Elements } from './elements.js';
import { InputError } from './failure.js';
import { DISORDER_HELP } from './help.js';
import { chunksOf, sizeOf } from './input.js';
import { type Options, readOptions } from './options.js';
import { Progress } from './progress.js';
import { UnitGuess } from './unitGuess.js';

/** So many unusable lines are named, of those with the same fault the first; all are counted. */
const NAMED = 20;
/** If none of so many first lines is usable, neither is the file. */
const PATIENCE = 1_000;

const say = (text: string): unknown => process.stderr.write(text);

/** Runs the command; gives the exit code. Throws a UsageError or an InputError. */
export async function disorder(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    process.stdout.write(DISORDER_HELP);
    return 0;
  }
  const meter = measureDisorder(meterOptions(options));
  const waiting = options.arrival === undefined ? undefined : new Arrivals();
  const { elements, skipped } = await readAll(options, element => {
    if (waiting) waiting.add(element.event, element.arrival as number, element.source);
    else meter.add(element);
  });
  if (waiting) for (const element of waiting.inOrder()) meter.add(element);
  if (skipped > 0) say(`${countText(skipped)} unusable ${skipped === 1 ? 'line was' : 'lines were'} skipped.\n`);
  if (elements === 0 && skipped > 0) throw new InputError(`${options.file} has no usable line.`);
  const report = meter.report();
  if (options.svg !== undefined) write(options.svg, drawDisorder(report));
  process.stdout.write(options.json ? `${JSON.stringify({ ...report, skipped }, null, 2)}\n` : String(report));
  return 0;
}

function meterOptions({ arrival, source, idle, maxFuture }: Options): DisorderOptions<Element> {
  return {
    timestamp: element => element.event,
    ...(arrival === undefined ? {} : { arrival: (element: Element) => element.arrival as number }),
    ...(source === undefined ? {} : { source: (element: Element) => element.source }),
    ...(idle === undefined ? {} : { idleAfter: idle }),
    ...(maxFuture === undefined ? {} : { maxFuture }),
  };
}

/** Hands on every element of the file; counts them, and the lines that hold none. */
async function readAll(options: Options, take: (element: Element) => void): Promise<{ elements: number; skipped: number }> {
  const { file, strict } = options;
  const progress = new Progress(process.stderr.isTTY === true, sizeOf(file), say);
  const reader = new Elements(options);
  const guess = new UnitGuess();
  const named = new Set<string>();
  let [elements, skipped] = [0, 0];
  for await (const { format, records, bytes } of chunksOf(file, options.format)) {
    for (const record of records) {
      const read = reader.read(record, format);
      if (read === undefined) continue;
      if (typeof read !== 'string') {
        elements += 1;
        guess.add(read.event);
        // Whoever waits for a long file hears of it early.
        if (elements === PATIENCE) checkUnit(options, guess);
        take(read);
        continue;
      }
      if (strict) throw new InputError(`line ${record.line}: ${read}.`);
      skipped += 1;
      if (elements === 0 && skipped === PATIENCE)
        throw new InputError(`${file}: none of its first ${countText(PATIENCE)} lines is usable.`);
      if (named.size === NAMED || named.has(read)) continue;
      named.add(read);
      progress.end();
      say(`line ${record.line}: ${read} (skipped)\n${named.size === NAMED ? '(further ones are only counted)\n' : ''}`);
    }
    progress.report(bytes, elements);
  }
  progress.end();
  checkUnit(options, guess);
  return { elements, skipped };
}

/** Times of another unit, read as milliseconds, would give numbers that are wrong by the same factor, and look right. */
function checkUnit({ unit, event }: Options, { found }: UnitGuess): void {
  if (unit === undefined && found)
    throw new InputError(
      `'${event}' looks like ${found === 's' ? 'seconds' : 'microseconds'}: say --unit ${found}, or --unit ms if it is not.`,
    );
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new InputError(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
  }
}
