import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';
import { EarlyByHand } from '../../../bench/contenders/earlyByHand.js';
import { deliver } from '../../../bench/contenders/windowMaps.js';
import { BEGIN, type Event } from '../../../bench/workloads/events.js';
import { SIZE } from './support.js';

const EVERY = 10_000;

const inOrder: fc.Arbitrary<Event<string>[]> = fc
  .array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.nat(99), step: fc.nat(60) }), { maxLength: 40 })
  .map(drawn => drawn.sort((a, b) => a.step - b.step).map(({ key, value, step }) => ({ key, value, timestamp: BEGIN + step * 2_500 })));

interface Said {
  sum: number;
  /** When the first event came of which nothing was said yet. */
  news: number | undefined;
}

/** The definition: every key of every window is looked at after every event. */
function byDefinition(events: readonly Event<string>[]): Digest {
  const digest = new Digest();
  const groups = new Map<number, Map<string, Said>>();
  const say = (start: number, key: string, { sum }: Said): void =>
    deliver({ key, window: { start, end: start + SIZE }, value: sum }, digest);
  let before = -Infinity;
  for (const { key, value, timestamp } of events) {
    const own = Math.floor(timestamp / SIZE) * SIZE;
    const group = groups.get(own) ?? new Map<string, Said>();
    const known = group.get(key) ?? { sum: 0, news: undefined };
    groups.set(own, group.set(key, { sum: known.sum + value, news: known.news ?? timestamp }));
    for (const [start, keys] of groups) {
      if (start + SIZE <= timestamp) {
        for (const [each, said] of keys) say(start, each, said);
        groups.delete(start);
        continue;
      }
      // The last multiple that has passed.
      const multiple = Math.floor(timestamp / EVERY) * EVERY;
      for (const [each, said] of keys) {
        if (said.news === undefined || multiple <= Math.max(before, said.news)) continue;
        say(start, each, said);
        said.news = undefined;
      }
    }
    before = timestamp;
  }
  for (const [start, keys] of groups) for (const [each, said] of keys) say(start, each, said);
  return digest;
}

describe('EarlyByHand', () => {
  it('says every so often what has changed, as the definition has it', () => {
    fc.assert(
      fc.property(inOrder, events => {
        const early = new EarlyByHand<string>(SIZE, EVERY);
        early.batch(events);
        early.end();
        expect(early.digest).toEqual(byDefinition(events));
      }),
      { numRuns: 500 },
    );
  });

  it('says what has changed when it is told to, once', () => {
    const early = new EarlyByHand<string>(SIZE);
    const at = (key: string, value: number): Event<string> => ({ key, value, timestamp: BEGIN });
    const expected = new Digest();
    early.batch([at('a', 1), at('b', 2), at('a', 3)]);
    early.tick();
    expected.add(BEGIN, 'a', 4);
    expected.add(BEGIN, 'b', 2);
    expect(early.digest).toEqual(expected);
    early.tick();
    expect(early.digest).toEqual(expected);
    early.batch([at('a', 1)]);
    early.tick();
    expected.add(BEGIN, 'a', 5);
    expect(early.digest).toEqual(expected);
  });
});
