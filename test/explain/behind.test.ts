import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { SourceWork } from '../../src/explain/atWork.js';
import { behind, lastEventOf, silenceOf } from '../../src/explain/behind.js';
import { adaptive, arrivalTime, ascending, boundedOutOfOrderness, eventTime, type WatermarkStrategy } from '../../src/index.js';
import type { EventTimeCommon } from '../../src/operators/eventTime.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { record } from '../../src/testing/record.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { at, type Item } from '../streams.js';

function sourceWith(options: EventTimeCommon<Item>, ...items: Item[]) {
  const clock = manualClock(100);
  const source = new Subject<Item>();
  const stream = eventTime(source, { timestamp: (item: Item) => item.t, clock, maxFuture: false, name: 's', ...options });
  const graph = record(stream)['~graph'];
  for (const item of items) source.next(item);
  const work = graph.atWork.get(stream) as SourceWork;
  const why = (until: number, ahead = false, others = 0) => behind(graph, stream, work, work.inputs.all()[0], until, ahead, others);
  return { clock, graph, work, why };
}

describe('a source that is behind', () => {
  it('says how far it is, by its strategy, and what moves it', () => {
    const cases: [WatermarkStrategy, string][] = [
      [ascending(), 's is at 5, the time of its latest event. An element of 9 or later moves it there.'],
      [boundedOutOfOrderness(2), 's is at 3, 2ms behind its latest event, of 5. An element of 11 or later moves it there.'],
      [adaptive({ max: 4 }), 's is at 1, by adaptive(0.999, max: 4).'],
    ];
    for (const [watermark, text] of cases) expect(String(sourceWith({ watermark }, at(5)).why(9))).toBe(text);
    expect(String(sourceWith({}, at(5)).why(6))).toBe('s is at 5, the time of its latest event. It goes on with its next element.');
    expect(String(sourceWith({}, at(5)).why(END_OF_TIME))).toContain('It has to complete.');
  });

  it('says what to do if others wait for it', () => {
    const hint = 'Set idleAfter on eventTime "s", so that a source that is silent does not hold the others back.';
    expect(sourceWith({}, at(5)).why(9, true).hint).toBe(hint);
    const declared = sourceWith({ source: item => item.v, sources: [1, 2] });
    expect(String(declared.why(9, true, 2))).toBe(
      `No element that moves time has come from s[1]. 2 more of its sources are behind, too. 1 is in the option sources: take it out if it is no more. ${hint}`,
    );
  });

  it('knows the silence of a source whose clock is looked at, or that was watched', () => {
    const idle = sourceWith({ idleAfter: 60 }, at(5));
    idle.clock.advanceTo(120);
    expect(idle.why(9, true)).toMatchObject({ silentFor: 20, idleIn: 40, lastEvent: 5, elements: 1 });
    expect(String(idle.why(9, true))).toContain(
      'nothing has come from it for 20ms. If it stays silent, it holds nobody back any more in 40ms.',
    );
    const { graph, work, clock } = sourceWith({}, at(5));
    const source = work.inputs.all()[0]!;
    expect(silenceOf(graph, work, source)).toBeUndefined();
    graph.silences.set(source, { seen: 1, since: 100 });
    clock.advanceTo(130);
    expect(silenceOf(graph, work, source)).toBe(30);
    graph.silences.set(source, { seen: 0, since: 100 });
    expect(silenceOf(graph, work, source)).toBeUndefined();
  });

  it('that follows the clock comes by itself', () => {
    const clock = manualClock(100);
    const stream = eventTime(new Subject<Item>(), { watermark: arrivalTime({ every: 10 }), clock });
    const graph = record(stream)['~graph'];
    const work = graph.atWork.get(stream) as SourceWork;
    const [source] = work.inputs.all();
    expect(behind(graph, stream, work, source, 200, false, 0).hint).toBe('Its watermark is the clock: it comes by itself.');
    expect(lastEventOf(work, source!)).toBeUndefined();
  });
});
