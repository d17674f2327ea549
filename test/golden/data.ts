/** The golden data, typed. Their origin is told in data/README.md. */
import { readFileSync } from 'node:fs';

function read(name: string): string {
  return readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8');
}

/** One window of Q5: the auctions with the most bids. Times of all answers are milliseconds after the base time. */
export interface HotItems {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly auctions: readonly number[];
}

/** One window of Q7: the highest bids. */
export interface HighestBids {
  readonly start: number;
  readonly price: number;
  readonly bids: readonly { readonly auction: number; readonly bidder: number; readonly price: number; readonly ts: number }[];
}

/** One row of Q8: an auction opened by somebody in the window in which he or she came. */
export interface NewSeller {
  readonly start: number;
  readonly id: number;
  readonly name: string;
  readonly reserve: number;
}

/** One row of Q11: a session of one bidder. */
export interface BidderSession {
  readonly bidder: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/** A long answer: how many rows, the first of them, and the sha256 of the JSON of all. */
export interface Digest<R> {
  readonly count: number;
  readonly first: readonly R[];
  readonly sha256: string;
}

interface GoldenAnswers {
  readonly counts: { readonly persons: number; readonly auctions: number; readonly bids: number };
  readonly eventsSha256: { readonly inOrder: string; readonly groupSize1000: string };
  readonly q5_10s_5s: readonly HotItems[];
  readonly q7_10s: readonly HighestBids[];
  readonly q8_10s: Digest<NewSeller> & { readonly countPerWindow: Readonly<Record<string, number>> };
  readonly q11_gap10s: Digest<BidderSession>;
  readonly q11_gap2s: Digest<BidderSession>;
  readonly q11_flinkConvention: { readonly gap10s: number; readonly gap2s: number };
}

export const goldenAnswers: GoldenAnswers = JSON.parse(read('nexmark-golden-answers.json')) as GoldenAnswers;

/** The first events, as lines of JSON. */
export const goldenEvents: readonly string[] = read('nexmark-golden-events.jsonl').trimEnd().split('\n');

/** A point in a figure: minutes after 12:00 of event time, minutes after 12:05 of processing time. */
export interface Point {
  readonly event: number;
  readonly proc: number;
}

export interface Score extends Point {
  readonly score: number;
}

/** A pane as a figure shows it: window, processing time, value, timing. */
export type DrawnPane<V> = readonly [window: string, proc: number, value: V, timing: 'early' | 'on-time' | 'late'];

interface Streaming102 {
  readonly inputs: readonly Score[];
  readonly latenessFigureExtraInput: Score;
  readonly heuristicWatermark: readonly Point[];
  readonly perfectWatermark: readonly Point[];
  readonly panes: {
    readonly watermarkOnlyHeuristic: readonly (readonly [window: string, proc: number, value: number])[];
    readonly earlyEveryMinuteLateEachElement_accumulating: readonly DrawnPane<number>[];
    readonly same_discarding: readonly DrawnPane<number>[];
    readonly same_accumulatingRetracting: readonly DrawnPane<string>[];
    readonly allowedLateness1min_withExtraInput6: {
      readonly panes: readonly DrawnPane<number>[];
      readonly dropped: { readonly score: number; readonly proc: number };
      readonly windowExpiry: Readonly<Record<string, number>>;
    };
    readonly sessionsGap1min_retracting: readonly DrawnPane<string>[];
  };
}

export const streaming102: Streaming102 = JSON.parse(read('streaming-102.json')) as Streaming102;
