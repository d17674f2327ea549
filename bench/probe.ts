/**
 * What a race cannot tell: how much memory the open windows take, how long a single call may last, and how long the results of
 * a window keep their subscriber waiting once the watermark has passed its end. Contenders are fed in arrays of 256, interleaved
 * pass by pass, in a process that does nothing else.
 *
 * Invariant: the first pass never counts. Memory is what is alive after two full collections, less what was alive before the
 * contender was made; the input itself is alive both times. Times include the pauses of the garbage collector within the call.
 */
import type { Feed } from './contenders/feed.js';
import { type Answer, answerOf, type Figure, type Measured, type Spread, spread } from './harness.js';

/** No call should stop the process for longer than this many milliseconds. */
export const LONGEST_CALL = 15;

export interface ProbeSubject<T> {
  readonly name: string;
  /** As in a race: those that answer one question must agree. */
  readonly answers: string;
  open(): Feed<T>;
  /** Milliseconds that no filling call may last longer. */
  readonly longestCall?: number;
}

/** Windows are filled, then one event moves the watermark past an end; and so again. */
export interface Fill<T> {
  readonly batches: readonly (readonly T[])[];
  readonly crossing: T;
}

export interface Probe<T> {
  readonly name: string;
  readonly about: string;
  readonly fills: readonly Fill<T>[];
  /** How many pairs of key and window are open after the first fill. */
  readonly open: number;
  readonly subjects: readonly ProbeSubject<T>[];
}

/** Given so that a test can replace them. */
export interface ProbeSurroundings {
  readonly passes: number;
  /** Does the work and returns the milliseconds that it took. */
  time(work: () => void): number;
  /** Bytes in use, of things that can still be reached. */
  bytes(): number;
  progress(line: string): void;
}

/** What one pass found. */
interface Pass {
  readonly bytesPerOpen: number;
  /** Milliseconds of the longest call that filled windows. */
  readonly longestCall: number;
  /** Milliseconds until the last pane was out, of the longest crossing. */
  readonly firing: number;
  readonly nsPerPane: number;
  readonly answer: string;
}

export function probe<T>(scenario: Probe<T>, around: ProbeSurroundings): Measured {
  const passes = scenario.subjects.map((): Pass[] => []);
  for (let pass = 0; pass <= around.passes; pass++) {
    scenario.subjects.forEach((subject, i) => {
      const found = passOf(scenario, subject, around);
      around.progress(
        `${scenario.name} ${pass > 0 ? `pass ${pass}/${around.passes}` : 'warm-up'}, ${subject.name}: ` +
          `${found.bytesPerOpen.toFixed(0)} B, longest call ${found.longestCall.toFixed(1)} ms, firing ${found.firing.toFixed(1)} ms`,
      );
      if (pass > 0) (passes[i] as Pass[]).push(found);
    });
  }
  return {
    rows: [],
    answers: scenario.subjects.map((subject, i) => toAnswer(scenario, subject, passes[i] as Pass[])),
    figures: scenario.subjects.flatMap((subject, i) => figuresOf(scenario.name, subject, passes[i] as Pass[])),
  };
}

function passOf<T>({ fills, open }: Probe<T>, subject: ProbeSubject<T>, { time, bytes }: ProbeSurroundings): Pass {
  const before = bytes();
  const feed = subject.open();
  let [held, longestCall, firing, nsPerPane] = [Number.NaN, 0, 0, 0];
  for (const [i, { batches, crossing }] of fills.entries()) {
    for (const batch of batches)
      longestCall = Math.max(
        longestCall,
        time(() => feed.batch(batch)),
      );
    if (i === 0) held = bytes() - before;
    const panes = feed.digest.results;
    const took = time(() => feed.batch([crossing]));
    if (took > firing) [firing, nsPerPane] = [took, (took * 1e6) / (feed.digest.results - panes)];
  }
  feed.end();
  return { bytesPerOpen: held / open, longestCall, firing, nsPerPane, answer: answerOf(feed.digest) };
}

function figuresOf<T>(scenario: string, subject: ProbeSubject<T>, passes: readonly Pass[]): Figure[] {
  const figure = (what: string, unit: Figure['unit'], pick: (pass: Pass) => number, target: number | null = null): Figure => {
    const value: Spread = spread(passes.map(pick));
    return { scenario, name: `${subject.name}: ${what}`, unit, better: 'less', value, target, drawn: null };
  };
  return [
    figure('bytes per key and open window', 'B', pass => pass.bytesPerOpen),
    figure('longest call while filling', 'ms', pass => pass.longestCall, subject.longestCall ?? null),
    figure('firing, until the last pane', 'ms', pass => pass.firing),
    figure('firing, per pane', 'ns', pass => pass.nsPerPane),
  ];
}

function toAnswer<T>(scenario: Probe<T>, { name, answers }: ProbeSubject<T>, passes: readonly Pass[]): Answer {
  return { scenario: scenario.name, contender: name, answers, checksums: [...new Set(passes.map(pass => pass.answer))] };
}
