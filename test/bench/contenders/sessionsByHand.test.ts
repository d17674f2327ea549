import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';
import { deliver, SessionsByHand } from '../../../bench/contenders/sessionsByHand.js';
import { sumLambdas } from '../../../bench/contenders/windowMaps.js';
import { chunksOf, DISORDER, type Event } from '../../../bench/workloads/events.js';
import { anyCut, anyEvents, watermarks } from './support.js';

const GAP = 10_000;

interface Session {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** The definition: all open sessions are looked at for every event, and all of them again whenever the watermark moves. */
function byDefinition(events: readonly Event<string>[]): Digest {
  const digest = new Digest();
  const said = ({ key, start, end, value }: Session): void => deliver({ key, window: { start, end }, value }, digest);
  const before = watermarks(events);
  let open: Session[] = [];
  events.forEach(({ key, value, timestamp }, i) => {
    const own: Session = { key, start: timestamp, end: timestamp + GAP, value };
    const joined = open.filter(other => other.key === key && other.start < own.end && own.start < other.end);
    const all = [own, ...joined];
    const merged: Session = {
      key,
      start: Math.min(...all.map(({ start }) => start)),
      end: Math.max(...all.map(({ end }) => end)),
      value: all.reduce((sum, each) => sum + each.value, 0),
    };
    if (merged.end > (before[i] as number)) open = [...open.filter(other => !joined.includes(other)), merged];
    const watermark = Math.max(before[i] as number, timestamp - DISORDER);
    open.filter(({ end }) => end <= watermark).forEach(said);
    open = open.filter(({ end }) => end > watermark);
  });
  open.forEach(said);
  return digest;
}

describe('SessionsByHand', () => {
  it('gives what the definition gives, in any disorder and however the events are cut into arrays', () => {
    fc.assert(
      fc.property(anyEvents, anyCut, (events, cut) => {
        const sessions = new SessionsByHand<Event<string>, string>(GAP, sumLambdas());
        for (const chunk of chunksOf(events, cut)) sessions.batch(chunk);
        sessions.end();
        expect(sessions.digest).toEqual(byDefinition(events));
      }),
      { numRuns: 500 },
    );
  });
});
