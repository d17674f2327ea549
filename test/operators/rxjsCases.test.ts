/** The cases that RxJS tests for each of its operators, for each of ours. */
import { concat, EMPTY, from, map, NEVER, type Observable, of, Subject, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { changes } from '../../src/operators/changes.js';
import { coGroup } from '../../src/operators/coGroup.js';
import { dedupe } from '../../src/operators/dedupe.js';
import { intervalJoin } from '../../src/operators/intervalJoin.js';
import { joinWith } from '../../src/operators/joinWith.js';
import { mapAsync } from '../../src/operators/mapAsync.js';
import { reorder } from '../../src/operators/reorder.js';
import { split } from '../../src/operators/split.js';
import { stage } from '../../src/operators/stage.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';

const counts = windowBy<Item, number>(tumbling(10), { aggregate: count() });
const values = map((item: Item) => String(item.t));

describe.each<[string, (source: Observable<Item>) => EventStream<string>, one: string[], many: string[]]>([
  ['eventTime', source => timed(source).pipe(values), ['1'], ['1', '2', '12']],
  ['a windowBy of aligned windows', source => timed(source).pipe(counts, brief), ['0:1'], ['0:2', '10:1']],
  ['a windowBy of sessions', source => timed(source).pipe(windowBy(session(5), { aggregate: count() }), brief), ['1:1'], ['1:2', '12:1']],
  ['two windowBys', source => timed(source).pipe(counts, windowBy(tumbling(20), { aggregate: count() }), brief), ['0:1'], ['0:2']],
  ['reorder', source => timed(source).pipe(reorder(), values), ['1'], ['1', '2', '12']],
  ['dedupe', source => timed(source).pipe(dedupe({ id: item => item.t, within: 5 }), values), ['1'], ['1', '2', '12']],
  ['a branch of split', source => split(timed(source), item => item.t !== 2)[0].pipe(values), ['1'], ['1', '12']],
  ['a split joined again', source => union(...split(timed(source), item => item.t === 2)).pipe(values), ['1'], ['1', '2', '12']],
  ['union', source => union(timed(source), timed(EMPTY)).pipe(values), ['1'], ['1', '2', '12']],
  ['mapAsync', source => timed(source).pipe(mapAsync(item => String(item.t), { concurrency: 1 })), ['1'], ['1', '2', '12']],
  [
    'changes',
    source =>
      timed(source).pipe(
        changes(),
        map(({ value, diff }) => String(value.t * diff)),
      ),
    ['1'],
    ['1', '2', '12'],
  ],
  [
    'joinWith',
    source =>
      timed(source).pipe(
        joinWith(timed(EMPTY), { window: tumbling(10), type: 'left', leftKey: l => l.v, rightKey: r => r.v, select: l => `${l.t}` }),
      ),
    ['1'],
    ['1', '2', '12'],
  ],
  [
    'coGroup',
    source =>
      timed(EMPTY).pipe(
        coGroup(timed(source), { window: tumbling(10), leftKey: () => 1, rightKey: () => 1 }),
        map(p => `${p.value.right.length}`),
      ),
    ['1'],
    ['2', '1'],
  ],
  [
    'intervalJoin',
    source =>
      timed(source).pipe(
        intervalJoin(timed(EMPTY), { within: [0, 5], type: 'left', leftKey: l => l.v, rightKey: r => r.v, select: l => `${l.t}` }),
      ),
    ['1'],
    ['1', '2', '12'],
  ],
  ['stage', source => timed(source).pipe(stage((stream: EventStream<Item>) => stream.pipe(counts, brief))), ['0:1'], ['0:2', '10:1']],
])('%s', (_name, make, one, many) => {
  const said = (source: Observable<Item>): string[] => listen(make(source)).said;
  const items = [at(1), at(2), at(12)];

  it('of nothing at all says nothing', () => {
    expect(said(NEVER)).toEqual([]);
  });

  it('of an empty source completes', () => {
    expect(said(EMPTY)).toEqual(['done']);
  });

  it('of one and of many says what it should', () => {
    expect([said(of(at(1))), said(from(items))]).toEqual([
      [...one, 'done'],
      [...many, 'done'],
    ]);
  });

  it('passes an error on at once', () => {
    expect(said(throwError(() => new Error('boom')))).toEqual(['Error: boom']);
    expect(
      said(
        concat(
          of(at(1)),
          throwError(() => new Error('boom')),
        ),
      ).at(-1),
    ).toBe('Error: boom');
  });

  it('lets go of an endless source when unsubscribed, and says nothing then', () => {
    const source = new Subject<Item>();
    const heard = listen(make(source));
    source.next(at(1));
    const before = heard.said.length;
    expect(source.observed).toBe(true);
    heard.subscription.unsubscribe();
    expect([source.observed, heard.said.length]).toEqual([false, before]);
  });

  it('lets go of an endless source from within', () => {
    const source = new Subject<Item>();
    const heard = listen(make(source).pipe(take(1)));
    for (let t = 1; t < 200 && source.observed; t += 10) source.next(at(t));
    expect([source.observed, heard.said.length, heard.said.at(-1)]).toEqual([false, 2, 'done']);
  });
});
