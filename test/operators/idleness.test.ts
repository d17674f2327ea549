/** An input that has rested rejoins a union with its first element, whatever stands between and whether or not it lets the element through. */
import { filter } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dedupe } from '../../src/operators/dedupe.js';
import { finals } from '../../src/operators/finals.js';
import { reorder } from '../../src/operators/reorder.js';
import { split } from '../../src/operators/split.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, type Item } from '../streams.js';

type Between = (stream: EventStream<Item>) => EventStream<unknown>;

const counts = windowBy<Item, number>(tumbling(10), { aggregate: count(), allowedLateness: 5 });
const shown = windowBy<Item, number>(tumbling(1), { aggregate: count(), trigger: afterWatermark({ early: afterCount(1) }) });

/** The watermarks of a union while its one input rests, says one element, and says how far it is. */
function watermarks(between: Between, restart = false): number[][] {
  const [a, b] = [testStream<Item>(), testStream<Item>()];
  const stream = union(between(a), b);
  let joined = record(stream);
  a.add(at(3, 1), 3).advanceWatermarkTo(4).idle();
  b.advanceWatermarkTo(17);
  const rested = joined.takeWatermarks();
  if (restart) {
    const snapshot = joined.snapshot();
    joined.stop();
    joined = record(stream, { from: snapshot });
  }
  a.add(at(5, 1), 5);
  b.advanceWatermarkTo(90);
  const after = joined.takeWatermarks();
  a.advanceWatermarkTo(60);
  return [rested, after, joined.takeWatermarks()];
}

const REJOINED = [[17], [], [60]];

describe('after a rest', () => {
  it.each<[string, Between]>([
    ['nothing', stream => stream],
    ['reorder', stream => stream.pipe(reorder())],
    ['dedupe', stream => stream.pipe(dedupe({ id: item => item.v, within: 10 }))],
    ['the other branch of a split', stream => split(stream, item => item.v === 2)[0]],
    ['a union', stream => union(stream)],
    ['two of them', stream => stream.pipe(reorder(), dedupe({ id: item => item.v, within: 10 }))],
  ])('an input rejoins through %s', (_name, between) => {
    expect(watermarks(between)).toEqual(REJOINED);
    expect(watermarks(between, true)).toEqual(REJOINED);
  });

  it('an input rejoins through finals, which holds its pane back', () => {
    expect(watermarks(stream => stream.pipe(shown, finals()))).toEqual(REJOINED);
    expect(watermarks(stream => stream.pipe(shown, finals()), true)).toEqual(REJOINED);
  });

  it.each<[string, Between]>([
    ['windowBy', stream => stream.pipe(counts)],
    ['a filter of RxJS', stream => stream.pipe(filter(item => item.v === 2))],
    [
      'both',
      stream =>
        stream.pipe(
          filter(item => item.v === 2),
          counts,
        ),
    ],
  ])('an input rejoins through %s, which takes the element and says nothing', (_name, between) => {
    expect(watermarks(between)).toEqual(REJOINED);
    expect(watermarks(between, true)).toEqual(REJOINED);
  });
});
