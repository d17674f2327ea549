/**
 * Early results every second, for a window of ten thousand keys of which one in a hundred changes each second, or all. An early
 * firing should cost what has changed, and not what is there: so an event costs the same in both.
 */
import { afterWatermark, ascending, every, everyEventTime, type Trigger, tumbling } from 'tidemark';
import { manualClock } from 'tidemark/testing';
import type { Digest } from '../contenders/digest.js';
import { EarlyByHand } from '../contenders/earlyByHand.js';
import { builtInSum, feedOf } from '../contenders/tidemark.js';
import type { Contender, Scenario } from '../harness.js';
import { changingSeconds } from '../workloads/changing.js';
import { BEGIN, type Event, stringKeys, touch } from '../workloads/events.js';

const SIZE = 3_600_000;
const EVERY = 1_000;

/** Who tells the time of early results: the clock on the wall, or the watermark. */
type By = 'clock' | 'watermark';

type Seconds = readonly (readonly Event<string>[])[];

export function earlyScenario(name: string, by: By, quick: boolean): Scenario {
  const keys = stringKeys(10_000);
  const count = quick ? 60_000 : 300_000;
  const few = changingSeconds({ events: count, perSecond: 100 }, keys);
  const all = changingSeconds({ events: count, perSecond: 10_000 }, keys);
  const reference = 'all keys change, by hand';
  return {
    name,
    events: count,
    about: `an early result each second by the ${by}, windows of an hour, 10000 keys, ${count} events: 100 a second, or 10000`,
    contenders: [
      { name: reference, answers: 'all', run: () => byHand(all, by) },
      { name: 'all keys change', answers: 'all', run: () => ours(all, by) },
      { name: '1 % changes, by hand', answers: '1 %', run: () => byHand(few, by) },
      { name: '1 % changes', answers: '1 %', run: () => ours(few, by) },
    ] satisfies Contender[],
    reference,
    ratio: 'cost',
    claims: [{ contender: '1 % changes', over: 'all keys change', target: 1.5 }],
    touch: () => {
      for (const second of few) touch(second);
      for (const second of all) touch(second);
    },
  };
}

function byHand(seconds: Seconds, by: By): Digest {
  const feed = new EarlyByHand<string>(SIZE, by === 'watermark' ? EVERY : undefined);
  for (const second of seconds) {
    feed.batch(second);
    if (by === 'clock') feed.tick();
  }
  feed.end();
  return feed.digest;
}

function ours(seconds: Seconds, by: By): Digest {
  const early: Trigger = by === 'clock' ? every(EVERY) : everyEventTime(EVERY);
  const clock = manualClock(BEGIN);
  const feed = feedOf<string>(builtInSum(tumbling(SIZE), { trigger: afterWatermark({ early }) }), { watermark: ascending(), clock });
  seconds.forEach((second, i) => {
    feed.batch(second);
    clock.advanceTo(BEGIN + (i + 1) * 1_000);
  });
  feed.end();
  return feed.digest;
}
