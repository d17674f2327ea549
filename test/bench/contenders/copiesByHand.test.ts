import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CopiesByHand } from '../../../bench/contenders/copiesByHand.js';
import { inOne } from '../../../bench/contenders/feed.js';
import { sumLambdas } from '../../../bench/contenders/windowMaps.js';
import { chunksOf, type Event, makeEvents, stringKeys } from '../../../bench/workloads/events.js';
import { anyCut, anyEvents, byDefinition, SIZE } from './support.js';

const copies = (slide: number) => new CopiesByHand<Event<string>, string>(SIZE, slide, sumLambdas());

describe('CopiesByHand', () => {
  it('gives what the definition gives, in any disorder and however the events are cut into arrays', () => {
    fc.assert(
      fc.property(anyEvents, anyCut, (events, cut) => {
        const fed = copies(10_000);
        for (const chunk of chunksOf(events, cut)) fed.batch(chunk);
        fed.end();
        expect(fed.digest).toEqual(byDefinition(events, SIZE, 10_000));
      }),
    );
  });

  it('drops the stragglers of the input, and nothing else', () => {
    const events = makeEvents({ events: 20_000, eventsPerSecond: 100 }, stringKeys(10));
    const inTime = events.filter((_, i) => i % 1_000 !== 999);
    expect(inOne(copies(1_000), events)).toEqual(byDefinition(inTime, SIZE, 1_000));
  });
});
