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
  /** Milliseconds, of a contender in another process, who alone can tell. */
  readonly took?: number;
}

export interface Contender {
  readonly name: string;
  /** Does all of the work; a Promise when it must wait. */
  run(): Run | Promise<Run>;
  /** The question it answers: results must agree among contenders of one question. Undefined: its nature gives other results. */
  readonly answers: string | undefined;
  /** Events of one run, if they are not those of the scenario. Times are compared per event then. */
  readonly events?: number;
  /** When it is too slow for all rounds: how many it takes part in. The last ones, since what it leaves behind would slow down the others. */
  readonly rounds?: number;
}

/** `speed`: time of the other / own time, more is better. `cost`: own time / time of the other, less is better. */
export type RatioKind = 'speed' | 'cost';

/** That a contender should stand in a certain ratio to another. */
export interface Claim {
  readonly contender: string;
  /** The one it is compared with. Default: the reference of the scenario. */
  readonly over?: string;
  /** Default: that of the scenario. */
  readonly ratio?: RatioKind;
  /** What the median ratio should reach: at least for `speed`, at most for `cost`. */
  readonly target: number;
  /** Who the other is, in a few words, where the claim is drawn: `drawn: 'RxJS scan'`. */
  readonly drawn?: string;
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
  readonly ratio: RatioKind;
  /** When its runs are long: at most so many rounds. */
  readonly rounds?: number;
  /** When it needs a longer warm-up than others: so many rounds. */
  readonly warmup?: number;
  /** What it should come to; ratios to the reference are measured for every contender, claimed or not. */
  readonly claims?: readonly Claim[];
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

/** What a contender found. Plain data: it crosses a process boundary. */
export interface Answer {
  readonly scenario: string;
  readonly contender: string;
  /** The question. Null when the results are of another nature and are not compared. */
  readonly answers: string | null;
  /** The distinct checksums/numbers of results of all rounds; more than one means that the contender disagrees with itself. */
  readonly checksums: readonly string[];
}

/** What was measured of one contender. */
export interface Row extends Answer {
  readonly events: number;
  readonly rounds: number;
  readonly nsPerEvent: Spread;
  readonly ratio: Spread;
  readonly ratioKind: RatioKind;
  readonly reference: string;
}

/** The surroundings of a measurement, given so that a test can replace them. */
export interface Surroundings {
  readonly warmup: number;
  readonly rounds: number;
  /** Does the work and returns the milliseconds that it took. */
  time(work: () => Promise<void> | undefined): number | Promise<number>;
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

/** A figure to be judged and to be compared from one version to the next. Plain data as well. */
export interface Figure {
  readonly scenario: string;
  /** What it is of, unique in its scenario. */
  readonly name: string;
  /** `x`: a ratio. The others are of this machine alone. */
  readonly unit: 'x' | 'B' | 'ms' | 'ns';
  readonly better: 'more' | 'less';
  readonly value: Spread;
  readonly target: number | null;
  /** What it is called in the picture; null: it is not drawn. */
  readonly drawn: string | null;
  /** Of a ratio: nanoseconds per event of the contender and of whom it is compared with, medians. */
  readonly nsPerEvent?: readonly [own: number, other: number];
}

/** All that a scenario gave. */
export interface Measured {
  /** Times; a probe has none. */
  readonly rows: readonly Row[];
  readonly answers: readonly Answer[];
  readonly figures: readonly Figure[];
}

/** Ratios of neighbours. Both have run in the last round; of the one that ran more often, the first rounds are left out. */
export function pairedRatios(kind: RatioKind, own: readonly number[], reference: readonly number[]): number[] {
  const pairs = Math.min(own.length, reference.length);
  const theirs = reference.slice(reference.length - pairs);
  return own.slice(own.length - pairs).map((mine, i) => (kind === 'speed' ? (theirs[i] as number) / mine : mine / (theirs[i] as number)));
}

/** What the runs of one contender gave, round after round. */
class Track {
  /** Of each round that counts. */
  readonly nsPerEvent: number[] = [];
  readonly answers = new Set<string>();
}

const NOTHING: Run = { results: 0, checksum: 0 };

type Tracks = ReadonlyMap<string, Track>;

/** Runs all rounds of a scenario. */
export async function measure(scenario: Scenario, surroundings: Surroundings): Promise<Measured> {
  const { name, contenders } = scenario;
  const { rounds = Infinity, warmup = surroundings.warmup } = scenario;
  const around = { ...surroundings, warmup, rounds: Math.min(rounds, surroundings.rounds) };
  const tracks: Tracks = new Map(contenders.map(contender => [contender.name, new Track()]));
  for (const other of [
    scenario.reference,
    ...(scenario.claims ?? []).flatMap(claim => [claim.contender, claim.over ?? scenario.reference]),
  ]) {
    if (!tracks.has(other)) throw new Error(`Scenario ${name}: "${other}" is not among its contenders.`);
  }
  for (let round = 1 - around.warmup; round <= around.rounds; round++) {
    const said: string[] = [];
    for (const contender of contenders) {
      if (!takesPart(contender, round, around)) continue;
      const ns = await once(scenario, contender, around, tracks.get(contender.name) as Track, round > 0);
      said.push(`${contender.name} ${ns.toFixed(0)}`);
    }
    around.progress(`${name} ${round > 0 ? `round ${round}/${around.rounds}` : 'warm-up'}, ns/event: ${said.join(', ')}`);
  }
  const rows = contenders.map(contender => toRow(scenario, contender, tracks));
  return { rows, answers: rows, figures: figuresOf(scenario, tracks) };
}

/** Rounds up to 0 are warm-up. Who takes part in few rounds warms up once, first of all. */
function takesPart(contender: Contender, round: number, { warmup, rounds }: Surroundings): boolean {
  return contender.rounds === undefined || round > rounds - contender.rounds || round === 1 - warmup;
}

/** One run; its nanoseconds per event. */
async function once(scenario: Scenario, contender: Contender, around: Surroundings, track: Track, counts: boolean): Promise<number> {
  around.collect();
  scenario.touch();
  let run: Run = NOTHING;
  const waited = await around.time(() => {
    const given = contender.run();
    if (given instanceof Promise) return given.then(later => void (run = later));
    run = given;
    return undefined;
  });
  const ns = ((run.took ?? waited) * 1e6) / (contender.events ?? scenario.events);
  if (counts) track.nsPerEvent.push(ns);
  track.answers.add(answerOf(run));
  return ns;
}

/** How two runs are compared: checksum/number of results. */
export function answerOf({ checksum, results }: Run): string {
  return `${(checksum >>> 0).toString(16)}/${results}`;
}

function ratioOf(tracks: Tracks, kind: RatioKind, contender: string, over: string): Spread {
  return spread(pairedRatios(kind, (tracks.get(contender) as Track).nsPerEvent, (tracks.get(over) as Track).nsPerEvent));
}

function medianOf(tracks: Tracks, contender: string): number {
  return quantile((tracks.get(contender) as Track).nsPerEvent, 0.5);
}

function toRow(scenario: Scenario, contender: Contender, tracks: Tracks): Row {
  const track = tracks.get(contender.name) as Track;
  return {
    scenario: scenario.name,
    contender: contender.name,
    events: contender.events ?? scenario.events,
    rounds: track.nsPerEvent.length,
    nsPerEvent: spread(track.nsPerEvent),
    ratio: ratioOf(tracks, scenario.ratio, contender.name, scenario.reference),
    ratioKind: scenario.ratio,
    reference: scenario.reference,
    answers: contender.answers ?? null,
    checksums: [...track.answers],
  };
}

/** What is claimed, and then the ratio to the reference of each contender that no claim is about. */
function figuresOf(scenario: Scenario, tracks: Tracks): Figure[] {
  const claims: (Omit<Claim, 'target'> & { readonly target?: number })[] = [...(scenario.claims ?? [])];
  for (const { name } of scenario.contenders) {
    const claimed = scenario.claims?.some(claim => claim.contender === name || claim.over === name);
    if (name !== scenario.reference && !claimed) claims.push({ contender: name });
  }
  return claims.map(({ contender, over = scenario.reference, ratio = scenario.ratio, target = null, drawn = null }) => ({
    scenario: scenario.name,
    name: `${contender}: ${ratio} relative to ${over}`,
    unit: 'x',
    better: ratio === 'speed' ? 'more' : 'less',
    value: ratioOf(tracks, ratio, contender, over),
    target,
    drawn,
    nsPerEvent: [medianOf(tracks, contender), medianOf(tracks, over)],
  }));
}

/** Whether the median reaches the target; undefined without one. */
export function reached({ better, value, target }: Figure): boolean | undefined {
  if (target === null) return undefined;
  return better === 'more' ? value.median >= target : value.median <= target;
}

/** A sentence for each question of a scenario that got more than one answer; empty when all agree. */
export function disagreements(rows: readonly Answer[]): string[] {
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
