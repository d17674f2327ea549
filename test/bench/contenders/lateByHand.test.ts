import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';
import { deliver, LateByHand } from '../../../bench/contenders/lateByHand.js';
import { chunksOf, type Event } from '../../../bench/workloads/events.js';
import { anyCut, anyEvents, SIZE, watermarks } from './support.js';

const LATENESS = 90_000;

/** The definition: of each key and window, the sum of what came in time, and after it the sum with each late event. */
function byDefinition(events: readonly Event<string>[], retracting: boolean): Digest {
  const digest = new Digest();
  const before = watermarks(events);
  const groups = new Map<string, { event: Event<string>; watermark: number }[]>();
  events.forEach((event, i) => {
    const start = Math.floor(event.timestamp / SIZE) * SIZE;
    const id = `${start} ${event.key}`;
    groups.set(id, [...(groups.get(id) ?? []), { event, watermark: before[i] as number }]);
  });
  for (const [id, group] of groups) {
    const start = Number(id.split(' ')[0]);
    const key = id.split(' ')[1];
    const say = (value: number, retraction: boolean): void => deliver({ key, window: { start }, value, retraction }, digest);
    const inTime = group.filter(({ watermark }) => watermark < start + SIZE);
    const late = group.filter(({ watermark }) => watermark >= start + SIZE && watermark < start + SIZE + LATENESS);
    let sum = inTime.reduce((total, { event }) => total + event.value, 0);
    if (inTime.length > 0) say(sum, false);
    late.forEach(({ event }, i) => {
      if (retracting && inTime.length + i > 0) say(sum, true);
      sum += event.value;
      say(sum, false);
    });
  }
  return digest;
}

describe.each([false, true])('LateByHand, retracting: %s', retracting => {
  it('gives what the definition gives, in any disorder and however the events are cut into arrays', () => {
    fc.assert(
      fc.property(anyEvents, anyCut, (events, cut) => {
        const late = new LateByHand<string>(SIZE, LATENESS, retracting);
        for (const chunk of chunksOf(events, cut)) late.batch(chunk);
        late.end();
        expect(late.digest).toEqual(byDefinition(events, retracting));
      }),
      { numRuns: 500 },
    );
  });
});
