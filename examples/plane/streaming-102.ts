/**
 * The running example of Tyler Akidau's article "Streaming 102" and of the book "Streaming Systems", chapter 2: nine scores
 * of a game, and a watermark that is a guess and wrong once. The numbers are facts read from the sources of the book's figures,
 * https://github.com/takidau/animations (commit 7e4860d); the drawing is our own.
 */

const MINUTE = 60_000;
const NOON = Date.UTC(2018, 0, 31, 12);

/** A score: when it was made, when it came. */
export interface Score {
  readonly score: number;
  readonly event: number;
  readonly arrival: number;
}

/** Minutes after 12:00 of the event, minutes after 12:05 of the arrival, score. */
const SCORES = [
  [0.444, 0.333, 5],
  [2.444, 0.666, 7],
  [3.666, 1.222, 3],
  [4.333, 1.666, 4],
  [3.111, 2.111, 8],
  [6.666, 2.333, 3],
  [1.444, 3.333, 9],
  [7.444, 3.666, 8],
  [7.777, 4, 1],
] as const;

/** The joints of the heuristic watermark: minutes after 12:00, known at minutes after 12:05. */
const WATERMARK = [
  [0.111, 0.01],
  [0.444, 0.666],
  [2.444, 0.999],
  [3.111, 2.444],
  [6.555, 2.666],
  [7.333, 4],
  [7.7, 4.333],
  [9, 4.37],
] as const;

const eventTime = (minutes: number): number => NOON + Math.round(minutes * MINUTE);
const arrivalTime = (minutes: number): number => NOON + 5 * MINUTE + Math.round(minutes * MINUTE);

/** The nine scores in the order in which they came. */
export const scores: readonly Score[] = SCORES.map(([event, arrival, score]) => ({
  score,
  event: eventTime(event),
  arrival: arrivalTime(arrival),
}));

/** The book's heuristic watermark; between two points it moves evenly. */
export const heuristic: readonly { readonly event: number; readonly arrival: number }[] = WATERMARK.map(([event, arrival]) => ({
  event: eventTime(event),
  arrival: arrivalTime(arrival),
}));

/** What the book's figures span: 12:00 to 12:08 of event time, 12:05 to 12:10 of arrival. */
export const span: { readonly event: readonly [number, number]; readonly arrival: readonly [number, number] } = {
  event: [NOON, eventTime(8)],
  arrival: [arrivalTime(0), arrivalTime(5)],
};
