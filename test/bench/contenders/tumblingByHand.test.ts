import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOne } from '../../../bench/contenders/feed.js';
import { TumblingByHand } from '../../../bench/contenders/tumblingByHand.js';
import { sumLambdas } from '../../../bench/contenders/windowMaps.js';
import { chunksOf, type Event, makeEvents, stringKeys } from '../../../bench/workloads/events.js';
import { anyCut, anyEvents, byDefinition, SIZE } from './support.js';

const loop = () => new TumblingByHand<Event<string>, string>(SIZE, sumLambdas());

describe('TumblingByHand', () => {
  it('gives what the definition gives, in any disorder and however the events are cut into arrays', () => {
    fc.assert(
      fc.property(anyEvents, anyCut, (events, cut) => {
        const fed = loop();
        for (const chunk of chunksOf(events, cut)) fed.batch(chunk);
        fed.end();
        expect(fed.digest).toEqual(byDefinition(events, SIZE, SIZE));
      }),
    );
  });

  it('drops the stragglers of the input, and nothing else', () => {
    const events = makeEvents({ events: 20_000, eventsPerSecond: 100 }, stringKeys(10));
    const inTime = events.filter((_, i) => i % 1_000 !== 999);
    expect(inOne(loop(), events)).toEqual(byDefinition(inTime, SIZE, SIZE));
    expect(byDefinition(inTime, SIZE, SIZE)).not.toEqual(byDefinition(inTime.slice(1), SIZE, SIZE));
  });
});
