/**
 * Measures contenders against each other in one process, interleaved: A B C A B C ... A machine that slows down for a
 * second then slows all of them, so the ratio of two neighbours of one round is steady where times are not.
 *
 * Invariant: a ratio compares two runs of the same round; the first rounds (compilation, page faults) never count;
 * contenders that answer the same question must have given the same results in every round, warm-up included.
 */

/** What one run gave, as counted by a `Digest`. */
export interface Run {
  readonly results: number;
  readonly checksum: number;
}

export interface Contender {
  readonly name: string;
  /** Does all of the work, synchronously. */
  run(): Run;
  /** The question it answers: results must agree among contenders of one question. Undefined: its nature gives other results. */
  readonly answers: string | undefined;
  /** What the median ratio should reach: at least for `speed`, at most for `cost`. */
  readonly target?: number;
  /** When it is too slow for all rounds: how many it takes part in. The last ones, since what it leaves behind would slow down the others. */
  readonly rounds?: number;
}

export interface Scenario {
  readonly name: string;
  /** Events of one run. */
  readonly events: number;
  /** What was measured, in a line. */
  readonly about: string;
  readonly contenders: readonly Contender[];
  /** The contender that the ratios are relative to. */
  readonly reference: string;
  /** `speed`: time of the reference / own time, more is better. `cost`: own time / time of the reference, less is better. */
  readonly ratio: 'speed' | 'cost';
  /** Reads the input once, untimed, so that every run finds it equally near. */
  touch(): void;
}

/** A distribution. */
export interface Spread {
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
}

/** What was measured of one contender. Plain data: it crosses a process boundary and becomes a line of JSON. */
export interface Row {
  readonly scenario: string;
  readonly contender: string;
  readonly events: number;
  readonly rounds: number;
  readonly nsPerEvent: Spread;
  readonly ratio: Spread;
  readonly ratioKind: 'speed' | 'cost';
  readonly reference: string;
  readonly target: number | null;
  /** Null when the results are of another nature and are not compared. */
  readonly answers: string | null;
  readonly results: number;
  /** The distinct checksums of all rounds; more than one means that the contender disagrees with itself. */
  readonly checksums: readonly string[];
}

/** The surroundings of a measurement, given so that a test can replace them. */
export interface Surroundings {
  readonly warmup: number;
  readonly rounds: number;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Clears away what the run before left behind. */
  collect(): void;
  progress(line: string): void;
}

/** Value at the fraction `p` of the sorted values, interpolated. */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}

export function spread(values: readonly number[]): Spread {
  return { min: quantile(values, 0), q1: quantile(values, 0.25), median: quantile(values, 0.5), q3: quantile(values, 0.75) };
}

/** Ratios of neighbours. Both have run in the last round; of the one that ran more often, the first rounds are left out. */
export function pairedRatios(kind: 'speed' | 'cost', own: readonly number[], reference: readonly number[]): number[] {
  const pairs = Math.min(own.length, reference.length);
  const theirs = reference.slice(reference.length - pairs);
  return own.slice(own.length - pairs).map((mine, i) => (kind === 'speed' ? (theirs[i] as number) / mine : mine / (theirs[i] as number)));
}

/** What the runs of one contender gave, round after round. */
class Track {
  readonly milliseconds: number[] = [];
  readonly checksums = new Set<string>();
  results = 0;
}

/** Runs all rounds of a scenario. */
export function measure(scenario: Scenario, around: Surroundings): Row[] {
  const { name, contenders, events } = scenario;
  const tracks = contenders.map(() => new Track());
  const reference = tracks[contenders.findIndex(contender => contender.name === scenario.reference)];
  if (!reference) throw new Error(`Scenario ${name}: its reference "${scenario.reference}" is not among its contenders.`);
  for (let round = 1 - around.warmup; round <= around.rounds; round++) {
    const said: string[] = [];
    contenders.forEach((contender, i) => {
      if (!takesPart(contender, round, around)) return;
      const elapsed = once(scenario, contender, around, tracks[i] as Track, round > 0);
      said.push(`${contender.name} ${nanoseconds(elapsed, events).toFixed(0)}`);
    });
    around.progress(`${name} ${round > 0 ? `round ${round}/${around.rounds}` : 'warm-up'}, ns/event: ${said.join(', ')}`);
  }
  return contenders.map((contender, i) => toRow(scenario, contender, tracks[i] as Track, reference));
}

/** Rounds up to 0 are warm-up. Who takes part in few rounds warms up once, first of all. */
function takesPart(contender: Contender, round: number, { warmup, rounds }: Surroundings): boolean {
  return contender.rounds === undefined || round > rounds - contender.rounds || round === 1 - warmup;
}

/** One run; its milliseconds. */
function once(scenario: Scenario, contender: Contender, around: Surroundings, track: Track, counts: boolean): number {
  around.collect();
  scenario.touch();
  const before = around.now();
  const run = contender.run();
  const elapsed = around.now() - before;
  if (counts) track.milliseconds.push(elapsed);
  track.checksums.add(`${(run.checksum >>> 0).toString(16)}/${run.results}`);
  track.results = run.results;
  return elapsed;
}

function toRow(scenario: Scenario, contender: Contender, track: Track, reference: Track): Row {
  return {
    scenario: scenario.name,
    contender: contender.name,
    events: scenario.events,
    rounds: track.milliseconds.length,
    nsPerEvent: spread(track.milliseconds.map(time => nanoseconds(time, scenario.events))),
    ratio: spread(pairedRatios(scenario.ratio, track.milliseconds, reference.milliseconds)),
    ratioKind: scenario.ratio,
    reference: scenario.reference,
    target: contender.target ?? null,
    answers: contender.answers ?? null,
    results: track.results,
    checksums: [...track.checksums],
  };
}

/** A sentence for each question of a scenario that got more than one answer; empty when all agree. */
export function disagreements(rows: readonly Row[]): string[] {
  const questions = new Map<string, Map<string, Set<string>>>();
  for (const row of rows) {
    if (row.answers === null) continue;
    const question = `${row.scenario}, ${row.answers}`;
    const answers = questions.get(question) ?? new Map<string, Set<string>>();
    questions.set(question, answers);
    for (const checksum of row.checksums) answers.set(checksum, (answers.get(checksum) ?? new Set()).add(row.contender));
  }
  return [...questions]
    .filter(([, answers]) => answers.size > 1)
    .map(([question, answers]) => {
      const camps = [...answers].map(([checksum, names]) => `${[...names].join(' and ')} gave ${checksum}`);
      return `${question}: the results (checksum/number) do not agree: ${camps.join('; ')}.`;
    });
}

function nanoseconds(milliseconds: number, events: number): number {
  return (milliseconds * 1e6) / events;
}
