/**
 * Who counts right? The truth is a plain loop over all quakes; against it stand RxJS's own windows, which know only when
 * a value arrives, and the final panes of ours. RxJS really runs: `bufferTime` on a scheduler whose clock is the feed's.
 */
import { bufferTime, Observable, VirtualTimeScheduler } from 'rxjs';
import type { Quake } from './feed.js';

/** What is said of the quakes of one network on one day. */
export interface Stats {
  readonly quakes: number;
  readonly mean: number | undefined;
  readonly strongest: number | undefined;
}

/** Statistics by `network@start of day`. */
export type Days = ReadonlyMap<string, Stats>;

/** How far some statistics are from the truth. */
export interface Score {
  /** Windows (network and day) in either. */
  readonly windows: number;
  /** Of them, those with a wrong count, mean or maximum. */
  readonly wrong: number;
  /** The window whose count is furthest off. */
  readonly worst: { readonly window: string; readonly truth: number; readonly said: number } | undefined;
}

export const DAY: number = 86_400_000;

/** The identity of a window. */
export function windowName(net: string, day: number): string {
  return `${net}@${day}`;
}

/** The start of the UTC day that holds a time. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

/** The truth: every quake on the day on which it happened. */
export function truth(quakes: readonly Quake[]): Days {
  return statsBy(quakes, quake => dayOf(quake.time));
}

/** The quakes that arrived on another day than they happened. */
export function wrongDay(quakes: readonly Quake[]): number {
  return quakes.filter(quake => dayOf(quake.time) !== dayOf(quake.updated)).length;
}

/** What `bufferTime` of one day makes of the feed, begun at a midnight, which is the best that can be done for it. */
export function byArrival(quakes: readonly Quake[]): Days {
  const scheduler = new VirtualTimeScheduler();
  const midnight = dayOf(quakes[0]?.updated ?? 0);
  const feed = new Observable<Quake>(subscriber => {
    for (const quake of quakes) scheduler.schedule(() => subscriber.next(quake), quake.updated - midnight);
    scheduler.schedule(() => subscriber.complete(), (quakes.at(-1)?.updated ?? 0) - midnight);
  });
  const arrivedOn = new Map<Quake, number>();
  let day = midnight;
  feed.pipe(bufferTime(DAY, scheduler)).subscribe(buffer => {
    for (const quake of buffer) arrivedOn.set(quake, day);
    day += DAY;
  });
  scheduler.flush();
  return statsBy([...arrivedOn.keys()], quake => arrivedOn.get(quake) as number);
}

/** Compares with the truth, within rounding of the mean. */
export function score(expected: Days, said: Days): Score {
  const names = new Set([...expected.keys(), ...said.keys()]);
  let wrong = 0;
  let worst: Score['worst'];
  for (const window of names) {
    const [a, b] = [expected.get(window), said.get(window)];
    if (a !== undefined && b !== undefined && same(a, b)) continue;
    wrong += 1;
    const difference = { window, truth: a?.quakes ?? 0, said: b?.quakes ?? 0 };
    if (worst === undefined || off(difference) > off(worst)) worst = difference;
  }
  return { windows: names.size, wrong, worst };
}

function off({ truth, said }: { truth: number; said: number }): number {
  return Math.abs(truth - said);
}

function same(a: Stats, b: Stats): boolean {
  return a.quakes === b.quakes && a.strongest === b.strongest && Math.abs((a.mean ?? 0) - (b.mean ?? 0)) < 1e-9;
}

function statsBy(quakes: readonly Quake[], day: (quake: Quake) => number): Days {
  const groups = new Map<string, Quake[]>();
  for (const quake of quakes) {
    const name = windowName(quake.net, day(quake));
    const group = groups.get(name);
    if (group) group.push(quake);
    else groups.set(name, [quake]);
  }
  return new Map(
    [...groups].map(([name, group]) => [
      name,
      {
        quakes: group.length,
        mean: group.reduce((sum, { mag }) => sum + mag, 0) / group.length,
        strongest: Math.max(...group.map(({ mag }) => mag)),
      },
    ]),
  );
}
